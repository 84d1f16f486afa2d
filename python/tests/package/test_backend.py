"""What scripts ask of the backend, and models into files by function."""

import numpy as np
import pytest
import swiftcnn
from swiftcnn import Input, Sequential, backend, layers


def test_the_answers_are_keras_s_defaults():
    assert (backend.image_data_format(), backend.floatx(), backend.epsilon()) == ("channels_last", "float32", 1e-7)
    backend.set_image_data_format("channels_last")
    backend.set_floatx("float32")


def test_other_settings_are_refused():
    with pytest.raises(ValueError, match="must be 'channels_last', received 'channels_first'; move the images"):
        backend.set_image_data_format("channels_first")
    with pytest.raises(ValueError, match="compute in 'float32', received 'float16'"):
        backend.set_floatx("float16")


def test_values_are_read_and_a_rate_is_set():
    model = Sequential([layers.Dense(2, input_shape=(3,))])
    model.compile("adam", "mse")
    assert backend.get_value(model.optimizer.learning_rate) == 0.001
    backend.set_value(model.optimizer.learning_rate, 0.01)
    assert model.optimizer.learning_rate == model._engine.learning_rate == 0.01
    assert type(backend.get_value(model.layers[0].kernel)) is np.ndarray
    assert backend.get_value(3) == 3
    with pytest.raises(TypeError, match=r"set_value sets a model\.optimizer\.learning_rate, received Values"):
        backend.set_value(model.weights[0], 0)


def test_what_builders_of_graphs_ask():
    inputs = Input((None, 6, 3))
    x = layers.Conv2D(4, 3)(inputs)
    assert (backend.int_shape(inputs), backend.int_shape(x)) == ((None, None, 6, 3), (None, None, 4, 4))
    assert backend.int_shape(np.zeros((2, 5))) == (2, 5)
    assert [backend.is_keras_tensor(each) for each in (inputs, x, x + 1, np.zeros(3), None)] == [True, True, True, False, False]


def test_a_model_outlives_the_session():
    model = Sequential([layers.Dense(2, input_shape=(3,))])
    before = model.predict(np.ones((1, 3)), verbose=0)
    swiftcnn.backend.clear_session()
    assert np.array_equal(model.predict(np.ones((1, 3)), verbose=0), before)


def test_saving_by_function(tmp_path):
    model = Sequential([layers.Dense(2, input_shape=(3,))])
    path = tmp_path / "model.safetensors"
    swiftcnn.saving.save_model(model, path)
    again = swiftcnn.saving.load_model(path)
    assert np.array_equal(again.get_weights()[0], model.get_weights()[0])
    with pytest.raises(FileExistsError):
        swiftcnn.models.save_model(model, path, overwrite=False)
