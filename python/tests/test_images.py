"""Image files and folders as batches: formats, labels, parts, threads, seeds, and files that are broken."""

import os
import struct
import subprocess
import sys
import threading
import time
import tracemalloc
import warnings
import zlib

import numpy as np
import pytest
import swiftcnn
from image_files import CLASSES, images, write_folder
from PIL import Image
from swiftcnn import Sequential, layers, preprocessing, utils
from swiftcnn._stream import Stream
from swiftcnn.preprocessing.image import ImageDataGenerator, img_to_array, load_img

SIZE = (8, 6)


@pytest.fixture
def folder(tmp_path):
    return write_folder(tmp_path / "images")


@pytest.fixture
def picture():
    return Image.fromarray(images(1, 20, 30)[0].astype(np.uint8))


def flow(folder, **options):
    return ImageDataGenerator(rescale=1 / 255).flow_from_directory(folder, target_size=SIZE, **options)


def one_pass(data):
    return [(batch.x, batch.y) for batch in Stream("x", data, 0).epoch()]


def assert_equal_batches(one, other):
    assert len(one) == len(other)
    for (x, y), (u, v) in zip(one, other, strict=True):
        np.testing.assert_array_equal(x, u)
        np.testing.assert_array_equal(y, v)


# Files.


def test_an_image_becomes_an_array_and_a_file_again(tmp_path, picture):
    array = img_to_array(picture)
    assert (array.shape, array.dtype) == ((20, 30, 3), np.float32)
    utils.save_img(tmp_path / "a.png", array, scale=False)
    np.testing.assert_array_equal(img_to_array(load_img(tmp_path / "a.png")), array)
    grey = img_to_array(load_img(str(tmp_path / "a.png"), color_mode="grayscale", target_size=SIZE))
    assert grey.shape == (*SIZE, 1)
    stretched = np.asarray(utils.array_to_img(array / 255))
    assert (stretched.min(), stretched.max()) == (0, 255)
    with pytest.warns(UserWarning, match="JPEG has no transparency"):
        utils.save_img(tmp_path / "a.jpg", np.dstack([array, array[..., :1]]))


def as_16_bits(picture):
    return Image.fromarray(np.asarray(picture.convert("L")).astype(np.uint16) * 257)


FORMATS = {
    "palette.png": (lambda p: p.quantize(256), {}, 40),
    "palette.gif": (lambda p: p.quantize(256), {}, 40),
    "grey.jpg": (lambda p: p.convert("L"), {"quality": 95}, 128),
    "cmyk.jpg": (lambda p: p.convert("CMYK"), {"quality": 95}, 40),
    "transparent.png": (lambda p: p.convert("RGBA"), {}, 0),
    "grey and transparent.png": (lambda p: p.convert("LA"), {}, 128),
    "16 bits.png": (as_16_bits, {}, 128),
    "16 bits.tif": (as_16_bits, {}, 128),
    "black and white.png": (lambda p: p.convert("1"), {}, 255),
    "plain.bmp": (lambda p: p, {}, 0),
    "plain.webp": (lambda p: p, {"lossless": True}, 0),
}


@pytest.mark.parametrize("name", FORMATS)
def test_every_kind_of_file_comes_in_the_mode_asked_for(name, tmp_path, picture):  # bad input 55
    change, options, tolerance = FORMATS[name]
    changed = change(picture)
    changed.save(tmp_path / name, **options)
    for mode, channels in (("rgb", 3), ("grayscale", 1), ("rgba", 4)):
        array = img_to_array(load_img(tmp_path / name, color_mode=mode))
        assert array.shape == (20, 30, channels)
    rgb = img_to_array(load_img(tmp_path / name))
    expected = np.asarray(picture, np.float32)
    assert np.abs(rgb - expected).max() <= tolerance
    assert abs(rgb.mean() - expected.mean()) < 20  # neither cut off nor black
    grey = img_to_array(load_img(tmp_path / name, color_mode="grayscale"))[..., 0]
    assert np.abs(grey - np.asarray(picture.convert("L"), np.float32)).max() <= (255 if "white" in name else 40)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_photographs_come_upright(orientation, tmp_path, picture):
    turn = Image.Transpose
    # How the camera held it, so that the viewer has to undo it; see the EXIF standard, tag 0x0112.
    stored = [None, None, turn.FLIP_LEFT_RIGHT, turn.ROTATE_180, turn.FLIP_TOP_BOTTOM, turn.TRANSPOSE, turn.ROTATE_90]
    stored += [turn.TRANSVERSE, turn.ROTATE_270]
    exif = Image.Exif()
    exif[0x0112] = orientation
    (picture if orientation == 1 else picture.transpose(stored[orientation])).save(tmp_path / "a.png", exif=exif)
    np.testing.assert_array_equal(np.asarray(load_img(tmp_path / "a.png")), np.asarray(picture))


def test_a_large_jpeg_is_read_at_a_fraction_of_its_size(tmp_path):
    blocks = np.random.default_rng(0).integers(0, 256, (60, 80, 3)).astype(np.uint8)
    picture = Image.fromarray(blocks).resize((1600, 1200), Image.Resampling.NEAREST)
    picture.save(tmp_path / "a.jpg", quality=95)
    small = np.asarray(load_img(tmp_path / "a.jpg", target_size=(60, 80), interpolation="bilinear"), np.float32)
    exact = np.asarray(Image.open(tmp_path / "a.jpg").resize((80, 60), Image.Resampling.BILINEAR), np.float32)
    assert np.abs(small - exact).max() <= 12
    assert (small != exact).any()  # the fraction was read
    nearest = np.asarray(load_img(tmp_path / "a.jpg", target_size=(60, 80)))
    np.testing.assert_array_equal(nearest, np.asarray(Image.open(tmp_path / "a.jpg").resize((80, 60), Image.Resampling.NEAREST)))


def huge(path):
    """A PNG of a few bytes that speaks of 10^9 pixels."""
    Image.new("1", (1, 1)).save(path)
    content = bytearray(path.read_bytes())
    content[16:24] = struct.pack(">II", 40000, 25000)
    content[29:33] = struct.pack(">I", zlib.crc32(content[12:29]))
    path.write_bytes(content)


@pytest.mark.parametrize("fault", ["empty", "text", "truncated", "huge", "large"])
def test_a_file_that_is_no_image_is_named(fault, tmp_path, picture):  # bad input 55
    path = tmp_path / "broken.png"
    picture.save(path)
    if fault in ("empty", "text", "truncated"):
        path.write_bytes({"empty": b"", "text": b"no image at all", "truncated": path.read_bytes()[:200]}[fault])
    elif fault == "huge":
        huge(path)
    else:
        Image.new("1", (11000, 10000)).save(path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow's own, of pictures that are large
        with pytest.raises(ValueError, match=r"broken\.png cannot be read as an image: "):
            load_img(path)


def test_mistakes_about_files(tmp_path, picture):
    picture.save(tmp_path / "a.png")
    with pytest.raises(FileNotFoundError):
        load_img(tmp_path / "b.png")
    for options, message in (
        ({"color_mode": "cmyk"}, "color_mode must be one of grayscale, rgb, rgba, received 'cmyk'"),
        ({"interpolation": "cubic"}, "interpolation must be one of nearest, bilinear, .* received 'cubic'"),
        ({"target_size": (0, 5)}, r"target_size must be \(height, width\), both at least 1, received \(0, 5\)"),
        ({"target_size": (5, 5, 3)}, "target_size must be one integer or two"),
    ):
        with pytest.raises(ValueError, match=message):
            load_img(tmp_path / "a.png", **options)
    with pytest.raises(ValueError, match=r"with 1, 3 or 4 channels, received \(3, 3, 2\)"):
        utils.array_to_img(np.zeros((3, 3, 2)))
    with pytest.raises(ValueError, match="data_format must be 'channels_last'"):
        ImageDataGenerator(data_format="channels_first")


def test_without_pillow_the_extra_is_named(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "PIL.Image", None)
    with pytest.raises(ImportError, match=r"pip install 'swiftcnn\[images\]'"):
        load_img(tmp_path / "a.png")


def test_arrays_need_no_pillow():
    code = (
        "import sys, numpy; sys.modules['PIL'] = None; from swiftcnn.preprocessing.image import ImageDataGenerator as G;"
        "print(next(G(rotation_range=9).flow(numpy.ones((2, 4, 4, 1)), [0, 1]))[0].sum())"
    )
    assert float(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout) == 32


# Folders.


def test_what_a_folder_tells(folder, capsys):
    data = flow(folder, batch_size=5, shuffle=False)
    assert capsys.readouterr().out == "Found 12 images belonging to 3 classes.\n"
    assert (data.samples, data.n, len(data), data.num_classes) == (12, 12, 3, 3)
    assert data.class_indices == {"ant": 0, "bee": 1, "cat": 2}
    assert data.labels.tolist() == data.classes.tolist() == [0] * 4 + [1] * 4 + [2] * 4
    assert data.filenames[0] == os.path.join("ant", "000.png")
    assert data.image_shape == (8, 6, 3)
    x, y = next(data)
    assert x.shape == (5, 8, 6, 3)
    assert x.dtype == y.dtype == np.float32
    assert 0 <= x.min() < x.max() <= 1
    np.testing.assert_array_equal(y, np.eye(3)[[0, 0, 0, 0, 1]])
    assert next(data)[0].shape[0] == 5
    assert next(data)[0].shape[0] == 2
    np.testing.assert_array_equal(next(data)[0], x)  # from the beginning
    next(data)
    data.reset()
    np.testing.assert_array_equal(next(data)[0], x)
    np.testing.assert_array_equal(data[0][0], x)
    with pytest.raises(IndexError, match="there is no batch 3: there are 3"):
        data[3]


@pytest.mark.parametrize(
    ("mode", "expected"),
    [("binary", [0, 1]), ("sparse", [0, 1]), ("categorical", [[1, 0], [0, 1]]), ("input", None), (None, None)],
)
def test_class_modes(mode, expected, folder):
    batch = flow(folder, classes=["cat", "ant"], class_mode=mode, batch_size=20, shuffle=False)[0]
    if mode is None:
        assert batch.shape == (8, 8, 6, 3)
    elif mode == "input":
        np.testing.assert_array_equal(*batch)
    else:
        np.testing.assert_array_equal(batch[1], np.repeat(expected, 4, 0))


def test_the_parts_of_a_folder(folder):
    generator = ImageDataGenerator(validation_split=0.25)
    parts = {name: generator.flow_from_directory(folder, subset=name, shuffle=False) for name in ("training", "validation")}
    assert parts["training"].labels.tolist() == [0, 0, 0, 1, 1, 1, 2, 2, 2]
    assert parts["validation"].filenames == [os.path.join(name, "000.png") for name in CLASSES]


def test_the_parts_of_an_array():
    x, y = images(10), np.arange(10) % 2
    generator = ImageDataGenerator(validation_split=0.2)
    assert (generator.flow(x, y, subset="training").n, generator.flow(x, y, subset="validation").n) == (8, 2)
    x, y, weight = generator.flow(x, y, sample_weight=np.arange(10.0), subset="validation", shuffle=False)[0]
    np.testing.assert_array_equal(weight, [0, 1])
    with pytest.raises(ValueError, match="hold different classes: shuffle x and y first"):
        generator.flow(images(10), np.arange(10), subset="training")
    assert generator.flow(images(10), np.arange(10), subset="training", ignore_class_split=True).n == 8


MAKERS = {
    "flow_from_directory": lambda folder, **o: ImageDataGenerator(rotation_range=20, zoom_range=0.3).flow_from_directory(
        folder, target_size=SIZE, batch_size=5, **o
    ),
    "image_dataset_from_directory": lambda folder, **o: preprocessing.image_dataset_from_directory(
        folder, image_size=SIZE, batch_size=5, verbose=False, **o
    ),
}


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_a_seed_gives_the_same_batches_with_any_number_of_threads(make, folder):
    runs = []
    for workers in (0, 2, 7):
        data = make(folder, seed=3)
        data.workers, data.max_queue_size = workers, 3
        runs.append(one_pass(data) + one_pass(data))
    assert_equal_batches(runs[0], runs[1])
    assert_equal_batches(runs[0], runs[2])
    first, second = runs[0][:3], runs[0][3:]
    assert any((a[0] != b[0]).any() for a, b in zip(first, second, strict=True))  # every pass has its own order
    other = one_pass(make(folder, seed=4))
    assert any((a[0] != b[0]).any() for a, b in zip(first, other, strict=True))


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_set_random_seed_is_enough(make, folder):
    runs = []
    for _ in range(2):
        utils.set_random_seed(9)
        runs.append(one_pass(make(folder)))
    assert_equal_batches(*runs)


def test_labels_stay_with_their_images(folder):
    by_image = {x.tobytes(): y.tolist() for x, y in zip(*flow(folder, batch_size=20, shuffle=False)[0], strict=True)}
    for x, y in one_pass(flow(folder, batch_size=5)) + one_pass(flow(folder, batch_size=3, seed=1)):
        for image, label in zip(x, y, strict=True):
            assert by_image[image.tobytes()] == label.tolist()


def test_a_model_learns_from_a_folder(tmp_path):
    for label, name in enumerate(CLASSES):
        (tmp_path / name).mkdir()
        for number in range(10):
            shade = np.full((12, 12, 3), 20 + number, np.uint8)
            shade[..., label] = 200
            Image.fromarray(shade).save(tmp_path / name / f"{number}.png")
    train = flow(tmp_path, batch_size=6)
    model = Sequential([layers.Flatten(input_shape=(*SIZE, 3)), layers.Dense(3, "softmax")])
    model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
    history = model.fit(train, epochs=30, verbose=0, validation_data=flow(tmp_path, shuffle=False))
    assert history.history["val_accuracy"][-1] == 1
    assert model.evaluate(train, verbose=0)[1] == 1
    ordered = flow(tmp_path, shuffle=False, batch_size=7)
    assert (model.predict(ordered, verbose=0).argmax(-1) == ordered.labels).all()
    assert model.fit_generator(train, steps_per_epoch=3, epochs=1, verbose=0).params["steps"] == 3
    data = utils.image_dataset_from_directory(tmp_path, image_size=SIZE, label_mode="categorical", verbose=False)
    with pytest.warns(UserWarning, match="unscaled pixels"):
        model.fit(data, verbose=0)
    assert threading.active_count() == 1


def test_image_dataset(folder, capsys):
    data = utils.image_dataset_from_directory(folder, image_size=SIZE, batch_size=5)
    assert capsys.readouterr().out == "Found 12 files belonging to 3 classes.\n"
    assert data.class_names == list(CLASSES)
    assert [os.path.basename(os.path.dirname(path)) for path in data.file_paths] == [CLASSES[label] for label in data.labels]
    batches = list(data)
    assert [x.shape for x, _ in batches] == [(5, 8, 6, 3), (5, 8, 6, 3), (2, 8, 6, 3)]
    assert (batches[0][0].dtype, batches[0][1].dtype) == (np.float32, np.int32)
    training, validation = utils.image_dataset_from_directory(folder, validation_split=0.25, subset="both", seed=1)
    assert capsys.readouterr().out.endswith("Using 9 files for training.\nUsing 3 files for validation.\n")
    assert not set(training.file_paths) & set(validation.file_paths)
    assert (len(training.file_paths), len(validation.file_paths)) == (9, 3)


@pytest.mark.parametrize(("mode", "shape"), [("int", (8,)), ("binary", (8, 1)), ("categorical", (8, 2)), (None, None)])
def test_label_modes(mode, shape, folder):
    options = {"label_mode": mode, "class_names": ["bee", "ant"], "image_size": SIZE, "shuffle": False, "verbose": False}
    batch = utils.image_dataset_from_directory(folder, **options)[0]
    if mode is None:
        assert batch.shape == (8, 8, 6, 3)
    else:
        assert batch[1].shape == shape
        assert (batch[1].argmax(-1) if mode == "categorical" else batch[1].ravel()).tolist() == [0] * 4 + [1] * 4


def test_labels_that_are_given(folder):
    labels = list(range(12))
    data = utils.image_dataset_from_directory(folder, labels, image_size=SIZE, shuffle=False, verbose=False)
    assert data[0][1].tolist() == labels
    assert data.class_names == sorted(map(str, labels), key=int)
    assert utils.image_dataset_from_directory(folder, None, image_size=SIZE, verbose=False)[0].shape == (12, 8, 6, 3)


@pytest.mark.parametrize("interpolation", ["area", "lanczos3"])
def test_interpolations_that_average(interpolation, folder):
    x, _ = utils.image_dataset_from_directory(folder, image_size=(4, 4), interpolation=interpolation, verbose=False)[0]
    assert x.shape == (12, 4, 4, 3)
    assert x.std() > 1


# Broken files, strange folders.


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_a_broken_file_is_named_and_raised_or_skipped(make, folder):
    (folder / "bee" / "001.png").write_bytes(b"nothing")
    for data in (make(folder), make(folder, shuffle=False)):
        with pytest.raises(ValueError, match=r"001\.png cannot be read as an image: .* or pass on_error='skip'"):
            one_pass(data)
    data = make(folder, on_error="skip", shuffle=False)
    with pytest.warns(UserWarning, match=r"skipped: .*001\.png cannot be read as an image") as caught:
        batches = one_pass(data)
    assert sum(len(x) for x, _ in batches) == sum(len(y) for _, y in batches) == 11
    assert len(caught) == 1
    assert len(data.skipped) == 1
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        one_pass(data)  # warned of once
    for path in folder.glob("*/*.png"):
        path.write_bytes(b"")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(ValueError, match=r"no image of a batch could be read; the first was .*000\.png"):
            one_pass(make(folder, on_error="skip", shuffle=False))
    assert threading.active_count() == 1


def test_strange_folders(folder, capsys):  # bad input 56
    (folder / "dog").mkdir()
    with pytest.warns(UserWarning, match="these class folders .* hold no images: dog"):
        assert flow(folder).num_classes == 4
    (folder / "dog").rmdir()
    (folder / "ant" / "notes.txt").write_text("no image")
    (folder / "ant" / "deeper").mkdir()
    (folder / "ant" / "000.png").rename(folder / "ant" / "deeper" / "zero.png")
    (folder / "ant" / "deeper" / "loop").symlink_to(folder / "ant")
    assert flow(folder).samples == 12
    assert flow(folder, follow_links=True).samples == 12
    odd = os.fsencode(folder) + b"/cat/\xff\xfe.png"
    os.rename(os.fsencode(folder / "cat" / "001.png"), odd)
    data = flow(folder, shuffle=False, batch_size=20)
    assert data[0][0].shape[0] == 12
    with open(odd, "wb"):
        pass
    with pytest.raises(ValueError, match=r"cat/\\xff\\xfe\.png cannot be read as an image"):
        data[0]


MISTAKES = {
    "no folder": (lambda f: flow(f / "nowhere"), r"nowhere is not a folder; it should hold one folder of images for each class"),
    "no class folders": (lambda f: flow(f / "ant"), "ant holds no folders"),
    "no images": (lambda f: flow(f, classes=["empty"]), r"holds no images; images are files that end in png, .* are: empty"),
    "unknown class": (lambda f: flow(f, classes=["ant", "cow"]), "has no folder 'cow'; its folders are: ant, bee, cat, empty"),
    "class twice": (lambda f: flow(f, classes=["ant", "ant"]), "cannot have two classes of one name"),
    "classes as text": (lambda f: flow(f, classes="ant"), r"class names must be a list such as \['cat', 'dog'\], received 'ant'"),
    "class_mode": (lambda f: flow(f, class_mode="one_hot"), "class_mode must be one of categorical, .* received 'one_hot'"),
    "subset": (lambda f: flow(f, subset="test"), "subset must be 'training' or 'validation', received 'test'"),
    "batch_size": (lambda f: flow(f, batch_size=0), "batch_size must be at least 1, received 0"),
    "target_size": (lambda f: ImageDataGenerator().flow_from_directory(f, target_size=(0, 3)), "target_size must be"),
    "on_error": (lambda f: flow(f, on_error="ignore"), "on_error must be one of raise, skip, received 'ignore'"),
    "fill_mode": (lambda f: ImageDataGenerator(fill_mode="mirror"), "fill_mode must be one of constant, .* received 'mirror'"),
    "order": (lambda f: ImageDataGenerator(interpolation_order=3), r"must be 0 \(nearest\) or 1 \(linear\), received 3"),
    "zoom": (lambda f: ImageDataGenerator(zoom_range=(1, 2, 3)), "zoom_range must be two numbers"),
    "brightness": (lambda f: ImageDataGenerator(brightness_range=0.5), "brightness_range must be two numbers"),
    "split": (lambda f: ImageDataGenerator(validation_split=1.0), "validation_split must be at least 0 and below 1"),
    "whitening": (lambda f: ImageDataGenerator(zca_whitening=True), "zca_whitening is not supported"),
    "text": (lambda f: ImageDataGenerator(rotation_range="a lot"), "rotation_range must be a number"),
    "rank": (lambda f: ImageDataGenerator().flow(np.zeros((3, 4, 4))), r"x must be images .* received \(3, 4, 4\)"),
    "lengths": (lambda f: ImageDataGenerator().flow(images(3), [1, 2]), "x and y must have the same length, received 3 and 2"),
    "fit": (lambda f: ImageDataGenerator(featurewise_center=True).fit(np.zeros((3, 4, 4))), r"images have the shape"),
    "label_mode": (lambda f: dataset(f, label_mode="onehot"), "label_mode must be one of int, categorical, binary, None"),
    "interpolation": (
        lambda f: dataset(f, interpolation="gaussian"),
        "interpolation must be one of nearest, .* received 'gaussian'",
    ),
    "binary": (lambda f: dataset(f, label_mode="binary"), "label_mode='binary' needs 2 classes, found 4: ant, bee, cat, empty"),
    "half a split": (lambda f: dataset(f, validation_split=0.2), "validation_split and subset go together"),
    "split without seed": (lambda f: dataset(f, validation_split=0.2, subset="training"), "pass a seed: without one"),
    "tiny split": (lambda f: dataset(f, validation_split=0.01, subset="validation", seed=1), "leaves none for validation"),
    "split of all": (lambda f: dataset(f, validation_split=1.0, subset="both", seed=1), "must lie between 0 and 1"),
    "labels": (lambda f: dataset(f, labels=[1, 2]), r"labels must be 'inferred', None, or 12 integers, .* shape \(2,\)"),
    "two kinds of names": (lambda f: dataset(f, labels=None, class_names=["ant"]), "class_names can only be given with"),
}


def dataset(folder, **options):
    return utils.image_dataset_from_directory(folder, **options)


@pytest.mark.filterwarnings("ignore:these class folders")
@pytest.mark.parametrize("mistake", MISTAKES)
def test_mistakes_are_explained(mistake, folder):
    act, message = MISTAKES[mistake]
    (folder / "empty").mkdir()
    with pytest.raises((ValueError, TypeError, FileNotFoundError), match=message):
        act(folder)


def test_featurewise_values_need_fit():
    generator = ImageDataGenerator(featurewise_std_normalization=True)
    with pytest.warns(UserWarning, match=r"do nothing yet: call fit\(x\) with the training images first"):
        generator.standardize(images(1)[0])
    generator.fit(images(), augment=True, rounds=2, seed=1)
    assert generator.mean.shape == generator.std.shape == (1, 1, 3)


def test_changed_images_can_be_kept(folder, tmp_path):
    (tmp_path / "kept").mkdir()
    next(flow(folder, batch_size=5, save_to_dir=tmp_path / "kept", save_prefix="seen", save_format="jpeg"))
    assert len(list((tmp_path / "kept").glob("seen_*.jpeg"))) == 5


def test_memory_does_not_grow_with_the_folder(tmp_path):
    write_folder(tmp_path / "images", per_class=1, size=(64, 64))
    for name in CLASSES:
        for number in range(1, 120):
            os.link(tmp_path / "images" / name / "000.png", tmp_path / "images" / name / f"{number:03d}.png")
    data = ImageDataGenerator().flow_from_directory(tmp_path / "images", target_size=(128, 128), batch_size=4)
    batch = 4 * 128 * 128 * 3 * 4
    tracemalloc.start()
    batches = Stream("x", data, 0).epoch()
    next(batches)
    time.sleep(0.5)  # as long as training on a batch may take: the threads could read the whole folder
    seen = 1 + sum(1 for _ in batches)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert seen == len(data) == 90
    assert peak < (data.max_queue_size + data.workers + 3) * batch < 20 * batch


def test_all_names_are_keras_s():
    assert swiftcnn.preprocessing.image.ImageDataGenerator is ImageDataGenerator
    for name in ("load_img", "img_to_array", "array_to_img", "save_img", "image_dataset_from_directory"):
        assert getattr(utils, name) is getattr(preprocessing.image, name)
    with pytest.raises(AttributeError, match="no attribute 'load_image'"):
        utils.load_image  # noqa: B018
