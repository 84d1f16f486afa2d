"""One damaged image, and folders with damaged images and with what is no image."""

import os
import shutil
import struct
import zlib

from swiftcnn import Input, Sequential, layers, utils
from swiftcnn.preprocessing.image import ImageDataGenerator

from fuzz import samples
from fuzz.damage import harmed_bytes
from fuzz.values import of, settings

LOADING = {
    "color_mode": of("rgb", "rgba", "grayscale"),
    "target_size": of(None, (3, 3), 4),
    "interpolation": of("nearest", "bilinear", "lanczos", "box"),
    "keep_aspect_ratio": of(False, True),
}
READING = {
    "!image_size": of((4, 4), 4),
    "batch_size": of(1, 2, 32),
    "!verbose": of(False),
    "on_error": of("raise", "skip"),
    "interpolation": of("bilinear", "nearest", "area", "lanczos3", "bicubic"),
    "label_mode": of("int", "int", "categorical", "binary", None),
    "follow_links": of(False, True),
    "crop_to_aspect_ratio": of(False, True),
    "seed": of(1, None),
}
FLOWING = {
    "!target_size": of((4, 4)),
    "batch_size": of(1, 2, 32),
    "class_mode": of("categorical", "sparse", "binary", None),
    "on_error": of("raise", "skip"),
    "color_mode": of("rgb", "rgb", "grayscale"),
}


def harmed_image(draw, name):
    data = samples.image(name)
    if draw.chance(0.2) and data.startswith(b"\x89PNG"):
        return _other_size(draw, data)
    return harmed_bytes(draw, data)


def _other_size(draw, data):
    """A PNG that claims another size, with the right checksum."""
    size = struct.pack(">II", *(draw.choice((0, 1, 6, 5000, 60000, 2**31 - 1)) for _ in range(2)))
    chunk = b"IHDR" + size + data[24:29]
    return data[:12] + chunk + struct.pack(">I", zlib.crc32(chunk)) + data[33:]


def image(draw, session):
    name = draw.choice(samples.IMAGES)
    path = samples.write(f"damaged.{name.rpartition('.')[2]}", harmed_image(draw, name))
    arguments = settings(draw, LOADING)
    picture = session.attempt(f"load_img({name}, {arguments})", lambda: utils.load_img(path, **arguments))
    if picture is not None and picture.width * picture.height < 1e6:
        session.attempt("img_to_array", lambda: utils.img_to_array(picture))
        session.attempt("save_img", lambda: utils.save_img("again.png", utils.img_to_array(picture)))


def folder(draw, session):
    names = [draw.choice(samples.IMAGES[:11]) for _ in range(5)]
    for index, name in enumerate(names):
        ending = name.rpartition(".")[2].replace("jpeg", "jpg")
        samples.write(
            f"pictures/{'ab'[index % 2]}/{index}.{ending}", harmed_image(draw, name) if draw.chance(0.3) else samples.image(name)
        )
    if draw.chance(0.5):
        draw.choice(ODD_ENTRIES)()
    images = draw.choice((_read, _flowing))(draw, session)
    if images is not None:
        session.attempt("batches of images", lambda: [batch for batch, _ in zip(images, range(4), strict=False)])
        model = Sequential([Input((4, 4, 3)), layers.Flatten(), layers.Dense(2, activation="softmax")])
        model.compile("sgd", "sparse_categorical_crossentropy")
        session.attempt("fit of images", lambda: model.fit(images, steps_per_epoch=2, verbose=0))


def _read(draw, session):
    given = settings(draw, READING) | draw.choice(({}, {}, {"validation_split": 0.3, "subset": "training", "seed": 1}))
    return session.attempt(
        f"image_dataset_from_directory({given})", lambda: utils.image_dataset_from_directory("pictures", **given)
    )


def _flowing(draw, session):
    made, given = ImageDataGenerator(rotation_range=20, horizontal_flip=True, zoom_range=0.2), settings(draw, FLOWING)
    return session.attempt(f"flow_from_directory({given})", lambda: made.flow_from_directory("pictures", **given))


def _pipe():
    os.mkfifo("pictures/a/pipe.png")


def _loop():
    os.symlink("..", "pictures/a/loop.png")


def _dangling():
    os.symlink("nowhere", "pictures/a/dangling.jpg")


def _not_unicode():
    os.makedirs(b"pictures/\xff", exist_ok=True)
    shutil.copy(next(entry.path for entry in os.scandir("pictures/a") if entry.is_file()), b"pictures/\xff/\xfe.png")


def _empty_class():
    os.makedirs("pictures/empty")


def _folder_like_an_image():
    os.makedirs("pictures/a/folder.png")


def _empty_file():
    open("pictures/a/empty.png", "w").close()


def _zero():
    os.symlink("/dev/zero", "pictures/a/zero.png")


ODD_ENTRIES = (_pipe, _loop, _dangling, _not_unicode, _empty_class, _folder_like_an_image, _empty_file, _zero)
