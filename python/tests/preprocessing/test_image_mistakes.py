"""Images that cannot be read, strange folders, and arguments that make no sense."""

import os
import threading
import warnings

import numpy as np
import pytest
from image_batches import MAKERS, flow, folder, one_pass
from image_files import images
from swiftcnn import utils
from swiftcnn.preprocessing.image import ImageDataGenerator

__all__ = ["folder"]  # a fixture


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


def test_next_raises_again_after_an_error(folder):
    (folder / "ant" / "000.png").write_bytes(b"")
    data = flow(folder, shuffle=False)
    for _ in range(2):
        with pytest.raises(ValueError, match=r"000\.png cannot be read as an image"):
            next(data)


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
    "subset": (lambda f: flow(f, subset="test"), "subset must be one of training, validation, received 'test'"),
    "batch_size": (lambda f: flow(f, batch_size=0), "batch_size must be at least 1, received 0"),
    "target_size": (lambda f: ImageDataGenerator().flow_from_directory(f, target_size=(0, 3)), "target_size must be"),
    "on_error": (lambda f: flow(f, on_error="ignore"), "on_error must be one of raise, skip, received 'ignore'"),
    "fill_mode": (lambda f: ImageDataGenerator(fill_mode="mirror"), "fill_mode must be one of constant, .* received 'mirror'"),
    "order": (lambda f: ImageDataGenerator(interpolation_order=3), r"must be 0 \(nearest\) or 1 \(linear\), received 3"),
    "zoom": (lambda f: ImageDataGenerator(zoom_range=(1, 2, 3)), "zoom_range must be two numbers"),
    "brightness": (lambda f: ImageDataGenerator(brightness_range=0.5), "brightness_range must be two numbers"),
    "split": (lambda f: ImageDataGenerator(validation_split=1.0), "validation_split must be at least 0 and below 1"),
    "whitening": (
        lambda f: ImageDataGenerator(zca_whitening=True, featurewise_std_normalization=True),
        "zca_whitening brings the deviations to 1 itself",
    ),
    "table": (
        lambda f: ImageDataGenerator().flow_from_dataframe(None, f),
        "flow_from_dataframe is not supported: put the images",
    ),
    "text": (lambda f: ImageDataGenerator(rotation_range="a lot"), "rotation_range must be a number"),
    "rank": (lambda f: ImageDataGenerator().flow(np.zeros((3, 4, 4))), r"x must be images .* received \(3, 4, 4\)"),
    "lengths": (lambda f: ImageDataGenerator().flow(images(3), [1, 2]), "x and y must have the same length, received 3 and 2"),
    "fit": (
        lambda f: ImageDataGenerator(featurewise_center=True).fit(np.zeros((3, 4, 4))),
        r"x must be images .* received \(3, 4, 4\)",
    ),
    "label_mode": (lambda f: dataset(f, label_mode="onehot"), "label_mode must be one of int, categorical, binary, None"),
    "interpolation": (
        lambda f: dataset(f, interpolation="lanczos4"),
        "interpolation must be one of bilinear, nearest, .* received 'lanczos4'",
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
    with pytest.raises((ValueError, TypeError, FileNotFoundError, NotImplementedError), match=message):
        act(folder)
