"""to_categorical, set_random_seed, and the package itself."""

import random
import subprocess
import sys

import numpy as np
import pytest
import swiftcnn
from swiftcnn.utils import normalize, set_random_seed, to_categorical


def test_to_categorical_is_keras_s():
    one_hot = to_categorical([0, 2, 1])
    assert one_hot.dtype == np.float64
    np.testing.assert_array_equal(one_hot, [[1, 0, 0], [0, 0, 1], [0, 1, 0]])
    assert to_categorical(np.zeros((4, 1), np.uint8), 3).shape == (4, 3)
    assert to_categorical(np.zeros((2, 3), int), num_classes=5).shape == (2, 3, 5)
    assert to_categorical(np.array([1.0, 0.0])).shape == (2, 2)


def test_to_categorical_refuses_what_keras_wraps_around():
    with pytest.raises(ValueError, match="labels must be 0 to 2 for 3 classes, received -1 to 1"):
        to_categorical([-1, 1], 3)
    with pytest.raises(ValueError, match="labels must be 0 to 2 for 3 classes, received 0 to 3"):
        to_categorical([0, 3], 3)
    with pytest.raises(ValueError, match="received fractions"):
        to_categorical([0.5])
    with pytest.raises(ValueError, match="pass num_classes"):
        to_categorical([])
    with pytest.raises(TypeError, match="num_classes must be an integer"):
        to_categorical([0], 2.0)


def test_normalize_is_keras_s():
    x = np.arange(24.0).reshape(2, 3, 4)
    np.testing.assert_allclose(normalize(x).ravel()[:5], [0, 0.26726124, 0.53452248, 0.80178373, 0.35634832])
    np.testing.assert_allclose(normalize(x, 1, 1).ravel()[:5], [0, 0.06666667, 0.11111111, 0.14285714, 0.33333333], atol=1e-8)
    np.testing.assert_allclose(normalize(x, axis=1, order=np.inf).ravel()[:5], [0, 1 / 9, 0.2, 3 / 11, 0.5])
    np.testing.assert_allclose(np.linalg.norm(normalize(x + 1, axis=0), axis=0), 1)  # where Keras fails
    np.testing.assert_allclose(normalize([3, 4]), [0.6, 0.8])
    np.testing.assert_array_equal(normalize(np.zeros((2, 2), np.float32)), np.zeros((2, 2)))
    with pytest.raises(TypeError, match="axis must be an integer, received None"):
        normalize(x, None)


def test_set_random_seed_seeds_python_and_numpy():
    def numbers():
        set_random_seed(3)
        return random.random(), np.random.rand()

    assert numbers() == numbers()
    with pytest.raises(ValueError, match="seed must be 0 to 4294967295, received -1"):
        set_random_seed(-1)
    with pytest.raises(TypeError, match=r"seed must be an integer, received 1\.5"):
        set_random_seed(1.5)


def test_build_info_tells_what_runs():
    info = swiftcnn.build_info()
    assert info["version"] == swiftcnn.__version__
    assert info["isa"] in info["isas"]
    assert info["configuration"] == "release"
    threads = info["threads"]
    swiftcnn.set_num_threads(1)
    assert swiftcnn.build_info()["threads"] == 1
    swiftcnn.set_num_threads(threads)
    with pytest.raises(ValueError, match="thread"):
        swiftcnn.set_num_threads(0)


def test_importing_costs_little():
    code = "import sys, numpy; before = set(sys.modules); import swiftcnn; print(*sorted(set(sys.modules) - before))"
    imported = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    beyond_json_and_numpy = {
        name for name in imported if not name.startswith(("swiftcnn", "json", "_json", "numpy", "typing", "_typing"))
    }
    assert not beyond_json_and_numpy - {"__future__"}
    assert "swiftcnn.datasets" not in imported
    assert "swiftcnn.mnist" not in imported
    assert "swiftcnn.keras" not in imported


def test_submodules_are_reached_as_attributes():
    assert swiftcnn.datasets.mnist.load_data.__doc__
    for name in swiftcnn.__all__:
        assert hasattr(swiftcnn, name)
    with pytest.raises(AttributeError, match="has no attribute 'nonsense'"):
        swiftcnn.nonsense  # noqa: B018
