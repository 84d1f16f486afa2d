"""Ctrl-C ends what takes long: batches that threads make, image by image."""

import subprocess
import sys
import threading

import pytest
from image_files import write_folder
from swiftcnn._base.cancellation import raise_if_unwanted
from swiftcnn._base.prefetch import in_order

READERS = {
    "flow_from_directory": "ImageDataGenerator().flow_from_directory(sys.argv[1], (8, 8), batch_size=1000)",
    "image_dataset": "image_dataset_from_directory(sys.argv[1], image_size=(8, 8), batch_size=1000)",
    "flow": "ImageDataGenerator(preprocessing_function=slow).flow(numpy.zeros((1000, 8, 8, 3)), batch_size=1000)",
}
CODE = """
import os, signal, sys, threading, time, numpy
from swiftcnn import Sequential, layers
from swiftcnn.preprocessing import _choices, _flows, image_dataset_from_directory
from swiftcnn.preprocessing.image import ImageDataGenerator

def slow(image):
    time.sleep(1)  # as a large photograph takes; a batch then takes a quarter of an hour
    return image

load_img = _flows.load_img
_flows.load_img = lambda path, **options: load_img(slow(path), **options)
resized = _choices.resized
_choices.resized = lambda pixels, *options: resized(slow(pixels), *options)
data = READER
model = Sequential([layers.Input((8, 8, 3)), layers.GlobalAveragePooling2D(), layers.Dense(1)])
model.compile("sgd", "mse")
threading.Timer(2, os.kill, (os.getpid(), signal.SIGINT)).start()
try:
    model.predict(data, verbose=0)
except KeyboardInterrupt:
    print("heard")
"""


@pytest.mark.parametrize("reader", READERS)
def test_ctrl_c_ends_the_threads_that_make_batches(reader, tmp_path):
    folder = write_folder(tmp_path / "images", per_class=300, size=(4, 4))
    command = [sys.executable, "-c", CODE.replace("READER", READERS[reader]), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.stdout.endswith("heard\n"), done.stderr


def test_a_function_hears_that_its_results_are_unwanted():
    ended, last_began = [], threading.Event()

    def long(number):
        try:
            if number == 2:
                last_began.set()
            while number:
                raise_if_unwanted()
        finally:
            ended.append(number)
        return number

    results = in_order(long, range(3), 2, 3)
    assert next(results) == 0
    assert last_began.wait(60)
    results.close()  # it waits for the threads
    assert sorted(ended) == [0, 1, 2]
    raise_if_unwanted()  # nothing is told to those who compute by themselves
