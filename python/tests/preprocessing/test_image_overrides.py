"""What subclasses of ImageDataGenerator and of the iterators define is called, and draws the numbers that it draws in Keras."""

from pathlib import Path

import numpy as np
import pytest
from image_batches import SIZE, assert_equal_batches, folder, one_pass
from image_files import customized, images, transforming
from swiftcnn import Sequential, layers
from swiftcnn.preprocessing.image import DirectoryIterator, ImageDataGenerator, Iterator, NumpyArrayIterator

__all__ = ["folder"]  # a fixture

GOLDEN = np.load(Path(__file__).parents[1] / "golden/images.npz")
IMAGE = np.arange(24, dtype=np.float32).reshape(1, 2, 4, 3)


class Mirrored(ImageDataGenerator):
    def get_random_transform(self, img_shape, seed=None):
        return {**super().get_random_transform(img_shape, seed), "flip_horizontal": True}


class Upside(ImageDataGenerator):
    def apply_transform(self, x, transform_parameters):
        return super().apply_transform(x, transform_parameters)[::-1]


class Doubled(ImageDataGenerator):
    def random_transform(self, x, seed=None):
        return 2 * super().random_transform(x, seed)


class Negative(ImageDataGenerator):
    def standardize(self, x):
        return -super().standardize(x)


OVERRIDES = {
    Mirrored: lambda x: x[:, :, ::-1],
    Upside: lambda x: x[:, ::-1],
    Doubled: lambda x: 2 * x,
    Negative: lambda x: -x,
}


@pytest.mark.parametrize("kind", OVERRIDES)
def test_the_methods_of_a_subclass_are_called(kind, folder):
    expected = OVERRIDES[kind]
    np.testing.assert_array_equal(kind().flow(IMAGE, shuffle=False)[0], expected(IMAGE))
    options = {"target_size": SIZE, "class_mode": None, "shuffle": False, "batch_size": 20}
    plain = ImageDataGenerator().flow_from_directory(folder, **options)[0]
    np.testing.assert_array_equal(kind().flow_from_directory(folder, **options)[0], expected(plain))
    if kind is not Negative:  # what `fit` learns from is changed at random and not standardized, as in Keras
        generator = kind(featurewise_center=True)
        generator.fit(IMAGE, augment=True)
        np.testing.assert_allclose(generator.mean[0, 0], expected(IMAGE).mean((0, 1, 2)))


def test_a_method_of_one_object_is_called():
    generator = ImageDataGenerator()
    generator.standardize = lambda x: x + 1
    np.testing.assert_array_equal(generator.flow(IMAGE)[0], IMAGE + 1)


def test_users_random_numbers_are_those_of_keras():
    state = np.random.get_state()[1].copy()
    generator = customized(ImageDataGenerator)(rotation_range=20, preprocessing_function=lambda x: x + np.random.rand())
    for workers in (0, 4):
        flow = generator.flow(images(), batch_size=3, seed=5)
        flow.workers = workers
        got = np.concatenate([x for x, _ in one_pass(flow)] + [next(flow)])
        np.testing.assert_allclose(got, GOLDEN["custom/x"], rtol=1e-5, atol=1e-4)  # interpolated in float32
    np.testing.assert_array_equal(np.random.get_state()[1], state)  # numpy.random goes on as if nothing had been drawn


def test_fit_has_keras_s_random_numbers():
    generator = transforming(ImageDataGenerator)(featurewise_center=True, zoom_range=0.2)
    generator.fit(images(), augment=True, rounds=2, seed=3)
    np.testing.assert_allclose(generator.mean, GOLDEN["custom/mean"], rtol=1e-5)


def test_a_random_preprocessing_function_gives_the_same_batches_with_any_number_of_threads(folder):
    runs = []
    for workers in (0, 5):
        generator = ImageDataGenerator(zoom_range=0.3, preprocessing_function=lambda x: x * np.random.rand())
        data = generator.flow_from_directory(folder, target_size=SIZE, batch_size=2, seed=1)
        data.workers = workers
        runs.append(one_pass(data))
    assert_equal_batches(*runs)


def test_a_model_trains_on_what_a_subclass_makes():
    class Zeros(ImageDataGenerator):
        def standardize(self, x):
            return 0 * x

    model = Sequential([layers.Flatten(input_shape=(2, 4, 3)), layers.Dense(1, use_bias=False)])
    model.compile("sgd", "mse")
    before = model.get_weights()[0]
    model.fit(Zeros().flow(np.repeat(IMAGE, 8, 0), np.ones((8, 1))), epochs=2, verbose=0)
    np.testing.assert_array_equal(model.get_weights()[0], before)


@pytest.mark.parametrize("wrong", [lambda x: x[:1], lambda x: x[0, 0, 0], lambda x: None])
def test_what_loses_the_shape_is_named(wrong):
    class Cutting(ImageDataGenerator):
        def standardize(self, x):
            return wrong(x)

    with pytest.raises(ValueError, match=r"methods of Cutting and its preprocessing_function must keep .* \(2, 4, 3\), returned"):
        Cutting().flow(IMAGE)[0]
    with pytest.raises((ValueError, TypeError), match="preprocessing_function must"):
        ImageDataGenerator(preprocessing_function=wrong).flow(IMAGE)[0]


# Iterators.


class Squares(Iterator):
    """The squares of the numbers of the samples, and a number that is drawn."""

    def _get_batches_of_transformed_samples(self, index_array):
        drawn = np.random.rand()
        return np.stack([index_array**2, np.full(len(index_array), drawn)], 1).astype(np.float32)


def test_an_iterator_of_one_s_own():
    data = Squares(5, 2, shuffle=False, seed=7)
    assert len(data) == 3
    for workers in (0, 3):
        data = Squares(5, 2, shuffle=False, seed=7)
        data.workers = workers
        first, second = one_pass(data), one_pass(data)
        assert [x[:, 0].tolist() for x, _ in first] == [[0, 1], [4, 9], [16]]
        drawn = [float(x[0, 1]) for x, _ in first + second]
        np.testing.assert_allclose(drawn, [np.random.RandomState(7 + n).rand() for n in range(6)], rtol=1e-6)
    assert next(data).shape == (2, 2)
    with pytest.raises(NotImplementedError, match=r"Iterator must define _get_batches_of_transformed_samples"):
        Iterator(3, 1, False, None)[0]


@pytest.mark.parametrize("workers", [0, 3])
def test_an_iterator_s_own_getitem_and_length_are_honoured(folder, workers):
    class Marked(DirectoryIterator):
        def __len__(self):
            return 2

        def __getitem__(self, index):
            x, y = super().__getitem__(index)
            return x + 1000, y

    data = Marked(folder, ImageDataGenerator(), SIZE, batch_size=3, seed=1)
    data.workers = workers
    passes = [one_pass(data) for _ in range(3)]
    assert [len(each) for each in passes] == [2, 2, 2]
    assert all(x.min() >= 1000 for each in passes for x, _ in each)
    assert any((a[0] != b[0]).any() for a, b in zip(*passes[:2], strict=True))  # every pass has its own order


def test_an_array_iterator_s_own_batches(folder):
    class Noisy(NumpyArrayIterator):
        def _get_batches_of_transformed_samples(self, index_array):
            x, y = super()._get_batches_of_transformed_samples(index_array)
            return x, y + len(index_array)

    data = Noisy(images(5), np.zeros(5), ImageDataGenerator(rotation_range=9), batch_size=3)
    assert [y.tolist() for _, y in one_pass(data)] == [[3, 3, 3], [2, 2]]


def test_a_length_beyond_the_images_is_told():
    class Long(Squares):
        def __len__(self):
            return 9

    with pytest.raises(ValueError, match="batch 3 has no images: the length is 9 batches, and there are 5 images"):
        one_pass(Long(5, 2, False, None))


def test_the_iterators_take_keras_s_arguments(folder, tmp_path):
    arguments = (folder, None, SIZE, "rgb", None, "sparse", 5, False, 3, "channels_last", None, "", "png", False, None, "nearest")
    x, y = DirectoryIterator(*arguments, False, "float64")[0]
    assert (x.dtype, x.shape, y.tolist()) == (np.float64, (5, *SIZE, 3), [0, 0, 0, 0, 1])
    seen = tmp_path / "seen"
    seen.mkdir()
    arguments = (images(3), None, None, 2, False, None, None, "channels_last", seen, "a", "jpg", None, False, "float64")
    assert NumpyArrayIterator(*arguments)[1].dtype == np.float64
    assert len(list(seen.glob("a_2_*.jpg"))) == 1
    with pytest.raises(TypeError, match="image_data_generator must be an ImageDataGenerator or None, received 3"):
        NumpyArrayIterator(images(3), None, 3)
