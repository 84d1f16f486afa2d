"""`import swiftcnn as tf`: `tf.keras`, its modules, and what else of TensorFlow's own names there is."""

import pickle
import subprocess
import sys
from importlib import import_module, reload
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
import swiftcnn
from swiftcnn import Sequential, layers

PACKAGE = Path(swiftcnn.__file__).parent
PROGRAMS = {"cifar10", "commands", "imagenette", "mnist", "transfer"}
OF_TENSORFLOW = {"data", "keras", "nn", "random"}


def modules_of_keras():
    """The modules with names for everyone: `layers`, `preprocessing.image`, ..."""
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        parts = parts[:-1] if parts[-1] == "__init__" else parts
        if parts and parts[0] not in PROGRAMS | OF_TENSORFLOW and not any(part.startswith("_") for part in parts):
            yield ".".join(parts)


MODULES = list(modules_of_keras())
OF_KERAS_2 = {"utils.np_utils", "layers.experimental", "layers.experimental.preprocessing"} | {
    f"layers.{name}" for name in ("advanced_activations", "convolutional", "core", "normalization", "pooling")
}


def run(code):
    return subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True)


# The same modules under a second name.


@pytest.mark.filterwarnings("ignore:.*is a name of Keras 2")
@pytest.mark.parametrize("name", MODULES)
def test_a_module_is_the_same_under_both_names(name):
    module = import_module(f"swiftcnn.keras.{name}")
    assert module is import_module(f"swiftcnn.{name}")
    assert module.__spec__.name == module.__name__ == f"swiftcnn.{name}"


@pytest.mark.parametrize(
    "line",
    [
        "from swiftcnn import keras; keras.layers.Conv2D, keras.Sequential, keras.datasets.mnist",
        "import swiftcnn as tf; tf.keras.preprocessing.image.ImageDataGenerator, tf.keras.__version__",
        "import swiftcnn.keras as keras; keras.models.Sequential",
        "import swiftcnn.keras.preprocessing.image as image; image.load_img",
        "import swiftcnn.keras.applications.vgg16; swiftcnn.keras.applications.vgg16.VGG16",
        "from swiftcnn.keras import layers, models, datasets, backend as K; K.epsilon()",
        "from swiftcnn.keras.optimizers.schedules import ExponentialDecay",
        "from swiftcnn.keras.utils import to_categorical, image_dataset_from_directory",
        "from swiftcnn.keras.layers import *; Conv2D",
        "from swiftcnn.keras import *; layers, datasets, Sequential",
        "import swiftcnn.keras.layers._pooling_classes as a, swiftcnn.layers._pooling_classes as b; assert a is b",
    ],
)
def test_a_first_import_of_every_kind(line):
    assert run(line).stderr == ""


def test_threads_that_import_the_same_at_once():
    code = f"""
import importlib, sys, threading
import swiftcnn.keras
names = {[name for name in MODULES if name not in OF_KERAS_2]}
start = threading.Barrier(8)
def load():
    start.wait()
    for name in names:
        module = importlib.import_module("swiftcnn.keras." + name)
        assert module is sys.modules["swiftcnn." + name] and not getattr(module.__spec__, "_initializing", False), name
threads = [threading.Thread(target=load) for _ in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
assert all(sys.modules["swiftcnn." + name].__spec__.name == "swiftcnn." + name for name in names)
"""
    assert run(code).stderr.splitlines() == []  # in lines, of which pytest shows the last ones too


def test_an_import_while_another_thread_has_begun_it():
    code = """
import importlib.util, sys, swiftcnn
spec = importlib.util.find_spec("swiftcnn.keras")
sys.modules[spec.name] = importlib.util.module_from_spec(spec)  # not run yet
from swiftcnn.keras.layers import Conv2D
assert Conv2D is swiftcnn.layers.Conv2D
"""
    assert run(code).stderr.splitlines() == []


def test_python_s_own_questions_about_modules():
    from swiftcnn import keras

    finders = list(sys.meta_path)
    reload(keras)
    assert sys.meta_path == finders
    assert find_spec("swiftcnn.keras.nonsense") is None
    assert find_spec("swiftcnn.keras.layers").name == "swiftcnn.layers"
    layer = pickle.loads(pickle.dumps(keras.layers.Dense(3)))
    assert type(layer) is layers.Dense
    assert {"layers", "datasets", "Sequential"} <= set(dir(keras))
    with pytest.raises(ModuleNotFoundError, match=r"No module named 'swiftcnn\.keras\.layers\.nonsense'"):
        import_module("swiftcnn.keras.layers.nonsense")


def test_editors_and_type_checkers_know_the_modules():
    declared = {path.relative_to(PACKAGE / "keras") for path in (PACKAGE / "keras").rglob("*.pyi")}
    names = {path.with_suffix("").as_posix().removesuffix("/__init__").replace("/", "."): path for path in declared}
    assert set(names) == set(MODULES)
    for name, path in names.items():
        assert (PACKAGE / "keras" / path).read_text() == f"from swiftcnn.{name} import *\n"
        inner = any(other.startswith(f"{name}.") for other in MODULES)
        assert (path.name == "__init__.pyi") == inner, "a module with others in it is declared in a folder"


# What is TensorFlow's own.


def test_set_seed_makes_models_repeatable():
    def weights():
        swiftcnn.random.set_seed(5)
        return Sequential([layers.Dense(3, input_shape=(4,))]).get_weights()[0]

    before = np.random.get_state()[1].copy()
    assert (weights() == weights()).all()
    assert (np.random.get_state()[1] == before).all()
    swiftcnn.utils.set_random_seed(5)
    assert (Sequential([layers.Dense(3, input_shape=(4,))]).get_weights()[0] == weights()).all()


def test_seeds_that_are_none():
    with pytest.raises(ValueError, match="seed must be 0 to 18446744073709551615, received -1"):
        swiftcnn.random.set_seed(-1)
    with pytest.raises(TypeError, match="seed must be an integer, received 'now'"):
        swiftcnn.random.set_seed("now")


def test_activations_are_those_of_keras():
    assert all(getattr(swiftcnn.nn, name) is getattr(swiftcnn.activations, name) for name in swiftcnn.nn.__all__)
    assert layers.Dense(3, activation=swiftcnn.nn.relu).activation == "relu"
    probabilities = swiftcnn.nn.softmax([[1.0, 2.0, 3.0]]).numpy()
    np.testing.assert_allclose(probabilities, [[0.09003057, 0.24472847, 0.66524096]], rtol=1e-6)


def test_autotune():
    assert swiftcnn.data.AUTOTUNE is swiftcnn.preprocessing.AUTOTUNE


def test_operations_are_not_there():
    message = (
        "module 'swiftcnn' has no attribute '{}': "
        "swiftcnn has Keras's names for convolutional networks, and none of TensorFlow's operations"
    )
    with pytest.raises(AttributeError, match=message.format("reduce_mean") + "$"):
        swiftcnn.reduce_mean  # noqa: B018
    with pytest.raises(AttributeError, match=message.format("expand_dims") + "; its arrays are NumPy's.* numpy.expand_dims$"):
        swiftcnn.expand_dims  # noqa: B018
    with pytest.raises(AttributeError, match=message.format("ops") + "$"):
        swiftcnn.keras.ops  # noqa: B018
