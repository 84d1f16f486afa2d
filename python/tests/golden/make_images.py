"""Writes images.npz: what Keras makes of the images of ../image_files.py. It needs keras, tensorflow and scipy."""

import sys
import tempfile
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent))

from image_files import GENERATORS, NEEDING_FIT, images, write_folder
from keras.src.legacy.preprocessing.image import ImageDataGenerator
from keras.utils import image_dataset_from_directory, load_img

values = {}

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
    for interpolation in ("nearest", "bilinear", "bicubic"):
        for crop in (False, True):
            data = image_dataset_from_directory(
                folder, shuffle=False, image_size=(20, 24), interpolation=interpolation, crop_to_aspect_ratio=crop, batch_size=20
            )
            values[f"data/{interpolation}/{crop}"] = next(iter(data))[0].numpy()[::3]
    for subset in ("training", "validation"):
        data = image_dataset_from_directory(folder, seed=4, validation_split=0.3, subset=subset)
        values[f"split/{subset}"] = np.array([str(Path(path).relative_to(folder)) for path in data.file_paths])

np.savez_compressed(Path(__file__).parent / "images.npz", **values)
