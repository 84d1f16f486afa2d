"""Image files: formats, photographs on their side, files that are broken."""

import io
import struct
import subprocess
import sys
import warnings
import zlib

import numpy as np
import pytest
import swiftcnn
from image_batches import SIZE
from image_files import images
from PIL import Image
from swiftcnn import preprocessing, utils
from swiftcnn.preprocessing.image import ImageDataGenerator, img_to_array, load_img


@pytest.fixture
def picture():
    return Image.fromarray(images(1, 20, 30)[0].astype(np.uint8))


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


@pytest.mark.parametrize("interpolation", ["nearest", "bilinear", "bicubic", "lanczos", "box", "hamming"])
@pytest.mark.parametrize("mode", ["rgb", "grayscale"])
def test_a_large_jpeg_has_keras_s_values_unless_a_draft_is_asked_for(interpolation, mode, tmp_path):
    blocks = np.random.default_rng(0).integers(0, 256, (60, 80, 3)).astype(np.uint8)
    Image.fromarray(blocks).resize((1600, 1200), Image.Resampling.NEAREST).save(tmp_path / "a.jpg", quality=95)
    options = {"target_size": (60, 80), "interpolation": interpolation, "color_mode": mode}
    # What Keras's load_img does: Pillow decodes all of the file, converts it and resizes it.
    whole = Image.open(tmp_path / "a.jpg").convert("RGB" if mode == "rgb" else "L")
    exact = np.asarray(whole.resize((80, 60), Image.Resampling[interpolation.upper()]), np.float32)
    np.testing.assert_array_equal(np.asarray(load_img(tmp_path / "a.jpg", **options)), exact)
    draft = np.asarray(load_img(tmp_path / "a.jpg", draft=True, **options), np.float32)
    assert np.abs(draft - exact).max() <= 16
    assert (draft != exact).any() == (interpolation != "nearest")  # the fraction was read


def test_a_folder_can_be_read_as_drafts(tmp_path):
    (tmp_path / "a").mkdir()
    Image.fromarray(images(1, 400, 400)[0].astype(np.uint8)).save(tmp_path / "a" / "1.jpg")
    options = {"target_size": (20, 20), "interpolation": "bilinear", "class_mode": None}
    exact, draft = (ImageDataGenerator().flow_from_directory(tmp_path, draft=each, **options)[0] for each in (False, True))
    assert 0 < np.abs(exact - draft).max() <= 16


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


def test_all_names_are_keras_s():
    assert swiftcnn.preprocessing.image.ImageDataGenerator is ImageDataGenerator
    for name in ("load_img", "img_to_array", "array_to_img", "save_img", "image_dataset_from_directory"):
        assert getattr(utils, name) is getattr(preprocessing.image, name)
    with pytest.raises(AttributeError, match="no attribute 'load_image'"):
        utils.load_image  # noqa: B018


def gif_of(width, height):
    """One pixel on a canvas of this size."""
    canvas = io.BytesIO()
    Image.new("L", (1, 1)).save(canvas, "GIF")
    content = bytearray(canvas.getvalue())
    content[6:10] = struct.pack("<HH", width, height)
    return bytes(content)


@pytest.mark.parametrize("wrap", [lambda path: path, lambda path: io.BytesIO(path.read_bytes())], ids=["path", "file"])
def test_a_short_file_cannot_claim_any_number_of_pixels(wrap, tmp_path):
    path = tmp_path / "a.gif"
    path.write_bytes(gif_of(5639, 9226))
    with pytest.raises(ValueError, match=rf"it claims 5639 x 9226 pixels, which are too many for {path.stat().st_size} bytes"):
        load_img(wrap(path))
    path.write_bytes(gif_of(60_000, 60_000))
    with pytest.raises(ValueError, match="cannot be read as an image"):  # Pillow's own limit
        load_img(wrap(path))
    Image.new("1", (4960, 7016), 1).save(tmp_path / "blank.tiff", compression="group4")  # a page of 600 dots an inch
    assert load_img(wrap(tmp_path / "blank.tiff"), color_mode="grayscale").size == (4960, 7016)
    Image.new("L", (5000, 5000)).save(tmp_path / "blank.png")
    assert load_img(wrap(tmp_path / "blank.png"), color_mode="grayscale").size == (5000, 5000)
