"""Files of Keras with other content, and what loading one takes."""

import json
import subprocess
import sys
import zipfile

from keras_fixtures import FOLDER

INPUT = {"class_name": "InputLayer", "config": {"batch_shape": [None, 1], "name": "i"}}
DENSE = {"class_name": "Dense", "config": {"units": 1, "name": "dense"}}

# Takes a file, and says by how many megabytes the process grew.
LOAD = """
import resource, sys
from swiftcnn import models
import h5py  # which takes memory by itself
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    models.load_model(sys.argv[1])
    print("loaded")
except ValueError as error:
    print(str(error).replace("\\n", " "))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before >> 10)
"""


def loaded(path):
    """In a process of its own: what it said, and by how many megabytes it grew."""
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", LOAD, str(path)], capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stderr[-2000:]
    said, grew = done.stdout.splitlines()
    return said, int(grew)


def archive(path, config, weights=b"", method=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", method) as file:
        file.writestr("config.json", config if isinstance(config, (bytes, str)) else json.dumps(config))
        file.writestr("metadata.json", "{}")
        file.writestr("model.weights.h5", weights)
    return path


def config_of(name):
    with zipfile.ZipFile(FOLDER / name) as file:
        return json.loads(file.read("config.json"))
