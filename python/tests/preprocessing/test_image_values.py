"""Images agree with Keras's: the values in golden/images.npz, which golden/make_images.py wrote."""

from pathlib import Path

import numpy as np
import pytest
from image_files import GENERATORS, INTERPOLATIONS, NEEDING_FIT, SIZES, TRANSPARENT, WAYS, images, write_folder, write_transparent
from swiftcnn.preprocessing.image import ImageDataGenerator, apply_affine_transform, image_dataset_from_directory, load_img

GOLDEN = np.load(Path(__file__).parents[1] / "golden/images.npz")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write_folder(tmp_path_factory.mktemp("data") / "images")


@pytest.mark.parametrize("name", GENERATORS)
def test_batches_of_an_array(name):
    generator = ImageDataGenerator(**GENERATORS[name])
    if name in NEEDING_FIT:
        generator.fit(images())
    flow = generator.flow(images(), np.arange(7), batch_size=3, seed=5)
    batches = [next(flow) for _ in range(7)]
    np.testing.assert_array_equal(np.concatenate([y for _, y in batches]), GOLDEN[f"flow/{name}/y"])
    got, expected = np.concatenate([x for x, _ in batches]), GOLDEN[f"flow/{name}/x"]
    assert got.dtype == np.float32
    np.testing.assert_allclose(got, expected, rtol=1e-5, atol=1e-4 if expected.max() > 10 else 4e-6)  # interpolated in float32


@pytest.mark.parametrize("name", GENERATORS)
def test_amounts_drawn_at_random(name):
    drawn = ImageDataGenerator(**GENERATORS[name]).get_random_transform((12, 10, 3), seed=3)
    assert list(drawn) == [
        *("theta", "tx", "ty", "shear", "zx", "zy", "flip_horizontal", "flip_vertical", "channel_shift_intensity", "brightness")
    ]
    np.testing.assert_array_equal([np.nan if each is None else float(each) for each in drawn.values()], GOLDEN[f"drawn/{name}"])


def test_batches_of_a_folder(folder, capsys):
    generator = ImageDataGenerator(rescale=1 / 255, rotation_range=20, validation_split=0.25)
    flow = generator.flow_from_directory(
        folder, target_size=(9, 11), batch_size=5, seed=8, subset="training", interpolation="bilinear"
    )
    assert capsys.readouterr().out == "Found 9 images belonging to 3 classes.\n"
    assert flow.filenames == GOLDEN["folder/files"].tolist()
    batches = [next(flow) for _ in range(3)]
    np.testing.assert_array_equal(np.concatenate([y for _, y in batches]), GOLDEN["folder/y"])
    np.testing.assert_allclose(np.concatenate([x for x, _ in batches]), GOLDEN["folder/x"], atol=1e-6)


@pytest.mark.parametrize("keep", [False, True])
@pytest.mark.parametrize("interpolation", ["nearest", "bilinear", "bicubic", "lanczos", "box", "hamming"])
def test_load_img(interpolation, keep, folder):
    picture = load_img(folder / "bee/002.png", target_size=(9, 14), interpolation=interpolation, keep_aspect_ratio=keep)
    np.testing.assert_array_equal(np.asarray(picture), GOLDEN[f"load/{interpolation}/{keep}"])


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("interpolation", INTERPOLATIONS)
def test_image_dataset(interpolation, way, size, folder):
    options = {"interpolation": interpolation, "batch_size": 20, "verbose": False, **WAYS[way]}
    got, labels = image_dataset_from_directory(folder, shuffle=False, image_size=size, **options)[0]
    assert (got.dtype, labels.dtype) == (np.float32, np.int32)
    np.testing.assert_array_equal(labels, np.repeat([0, 1, 2], 4))
    # The sine of Lanczos is the C library's in TensorFlow: another last place of a weight, on values up to 255.
    tolerance = 2e-4 if interpolation.startswith("lanczos") else 0
    np.testing.assert_allclose(got[[0, -1]], GOLDEN[f"data/{interpolation}/{way}/{size[0]}"], rtol=0, atol=tolerance)


@pytest.mark.parametrize("name", TRANSPARENT)
def test_transparent_pixels(name, tmp_path):
    (tmp_path / "ant").mkdir()
    write_transparent(tmp_path / "ant" / name)
    for mode in ("rgb", "rgba", "grayscale"):
        data = image_dataset_from_directory(
            tmp_path, None, image_size=(12, 10), interpolation="nearest", color_mode=mode, verbose=False
        )
        if f"transparent/{name}/{mode}" in GOLDEN:
            np.testing.assert_array_equal(data[0][0], GOLDEN[f"transparent/{name}/{mode}"])


def test_the_parts_of_an_image_dataset(folder):
    for subset in ("training", "validation"):
        data = image_dataset_from_directory(folder, seed=4, validation_split=0.3, subset=subset, verbose=False)
        assert [str(Path(path).relative_to(folder)) for path in data.file_paths] == GOLDEN[f"split/{subset}"].tolist()


def test_an_affine_transform_of_whole_numbers():
    image = images(1)[0].astype(np.uint8)
    turned = apply_affine_transform(image, theta=90, zx=12 / 10, zy=10 / 12)
    assert turned.dtype == np.float32
    same = apply_affine_transform(image.astype(np.float32), theta=90, zx=12 / 10, zy=10 / 12)
    np.testing.assert_array_equal(turned, same)
