"""Writes images.npz: what Keras makes of the images of ../image_files.py. It needs keras, tensorflow and scipy."""

import sys
import tempfile
from pathlib import Path

import numpy as np
import tensorflow as tf

sys.path.insert(0, str(Path(__file__).parent.parent))

from image_files import (
    GENERATORS,
    INTERPOLATIONS,
    NEEDING_FIT,
    SIZES,
    TRANSPARENT,
    WAYS,
    customized,
    images,
    transforming,
    write_folder,
    write_transparent,
)
from keras.src.legacy.preprocessing.image import ImageDataGenerator
from keras.utils import image_dataset_from_directory, load_img

values = {}
ENDS = ("ant/000.png", "cat/003.png")


def middle(path, size):
    """The part of an image that has the proportions of `size`."""
    image = np.asarray(load_img(folder / path))
    height, width = image.shape[:2]
    rows, columns = min(height, width * size[0] // size[1]), min(width, height * size[1] // size[0])
    top, left = (height - rows) // 2, (width - columns) // 2
    return image[top : top + rows, left : left + columns]


for name, options in GENERATORS.items():
    generator = ImageDataGenerator(**options)
    if name in NEEDING_FIT:
        generator.fit(images())
    flow = generator.flow(images(), np.arange(7), batch_size=3, seed=5)
    batches = [next(flow) for _ in range(7)]  # two passes and the first batch of a third
    values[f"flow/{name}/x"] = np.concatenate([x for x, _ in batches])
    values[f"flow/{name}/y"] = np.concatenate([y for _, y in batches])
    drawn = generator.get_random_transform((12, 10, 3), seed=3)
    values[f"drawn/{name}"] = np.array([np.nan if each is None else float(each) for each in drawn.values()])

custom = customized(ImageDataGenerator)(rotation_range=20, preprocessing_function=lambda x: x + np.random.rand())
flow = custom.flow(images(), batch_size=3, seed=5)
values["custom/x"] = np.concatenate([next(flow) for _ in range(4)])
custom = transforming(ImageDataGenerator)(featurewise_center=True, zoom_range=0.2)
custom.fit(images(), augment=True, rounds=2, seed=3)
values["custom/mean"] = custom.mean

with tempfile.TemporaryDirectory() as temporary:
    folder = write_folder(Path(temporary) / "images")
    flow = ImageDataGenerator(rescale=1 / 255, rotation_range=20, validation_split=0.25).flow_from_directory(
        folder, target_size=(9, 11), batch_size=5, seed=8, subset="training", interpolation="bilinear"
    )
    batches = [next(flow) for _ in range(3)]
    values["folder/x"] = np.concatenate([x for x, _ in batches])
    values["folder/y"] = np.concatenate([y for _, y in batches])
    values["folder/files"] = np.array(flow.filenames)
    for interpolation in ("nearest", "bilinear", "bicubic", "lanczos", "box", "hamming"):
        for keep in (False, True):
            picture = load_img(folder / "bee/002.png", target_size=(9, 14), interpolation=interpolation, keep_aspect_ratio=keep)
            values[f"load/{interpolation}/{keep}"] = np.asarray(picture)
    for interpolation in INTERPOLATIONS:
        for way, options in WAYS.items():
            for size in SIZES:
                if way == "crop" and interpolation in ("gaussian", "mitchellcubic"):  # Keras refuses them, TensorFlow does not
                    cut = [tf.image.resize(middle(path, size), size, interpolation).numpy() for path in ENDS]
                    values[f"data/{interpolation}/{way}/{size[0]}"] = np.stack(cut)
                    continue
                data = image_dataset_from_directory(
                    folder, shuffle=False, image_size=size, interpolation=interpolation, batch_size=20, **options
                )
                values[f"data/{interpolation}/{way}/{size[0]}"] = next(iter(data))[0].numpy()[[0, -1]]
    for name in TRANSPARENT:
        write_transparent(folder / "ant" / name)
        modes = ("rgb", "rgba", "grayscale") if name.endswith("png") else ("rgb",)  # of a GIF TensorFlow makes nothing else
        for mode in modes:
            data = image_dataset_from_directory(
                folder, shuffle=False, image_size=(12, 10), interpolation="nearest", color_mode=mode, batch_size=20
            )
            number = [Path(path).name for path in data.file_paths].index(name)
            values[f"transparent/{name}/{mode}"] = next(iter(data))[0].numpy()[number]
        (folder / "ant" / name).unlink()
    for subset in ("training", "validation"):
        data = image_dataset_from_directory(folder, seed=4, validation_split=0.3, subset=subset)
        values[f"split/{subset}"] = np.array([str(Path(path).relative_to(folder)) for path in data.file_paths])

np.savez_compressed(Path(__file__).parent / "images.npz", **values)
