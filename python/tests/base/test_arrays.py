"""Whatever an array looks like in memory, the engine computes what it computes for a plain float32 copy."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from swiftcnn import Input, Sequential
from swiftcnn._base.arrays import as_array
from swiftcnn.layers import Conv2D, Dense, Flatten

NUMBERS = st.one_of(
    hnp.boolean_dtypes(),
    hnp.integer_dtypes(endianness="?"),
    hnp.unsigned_integer_dtypes(endianness="?"),
    hnp.floating_dtypes(endianness="?", sizes=(16, 32, 64)),
)


@st.composite
def arrays(draw):
    """(n, 6, 5, 2) arrays of any numeric dtype, and views of larger ones: steps of either sign, broadcast and odd axes."""
    dtype = draw(NUMBERS)
    n = draw(st.integers(1, 5))
    full = draw(
        hnp.arrays(
            dtype,
            (2 * n, 12, 10, 4),
            elements={"min_value": 0, "max_value": 9} if dtype.kind != "b" else None,
            fill=st.just(dtype.type(1)),
        )
    )
    steps = [draw(st.sampled_from([slice(None, size), slice(0, None, 2), slice(None, None, -2)])) for size in (n, 6, 5, 2)]
    view = full[tuple(steps)]
    change = draw(st.sampled_from(["none", "transposed", "broadcast", "misaligned", "read-only"]))
    if change == "transposed":
        view = np.asfortranarray(view)
    elif change == "broadcast":
        view = np.broadcast_to(view[:1, :, :, :1], view.shape)
    elif change == "misaligned":
        buffer = np.zeros(view.nbytes + 1, np.uint8)
        shifted = np.ndarray(view.shape, view.dtype, buffer.data, offset=1)
        shifted[...] = view
        view = shifted
    elif change == "read-only":
        view = view.copy()
        view.flags.writeable = False
    return view


@pytest.fixture(scope="module")
def network():
    model = Sequential([Input((6, 5, 2)), Conv2D(3, 3, activation="relu"), Flatten(), Dense(4, activation="softmax")])
    model.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


@settings(deadline=None, max_examples=150)
@given(x=arrays())
def test_any_layout_predicts_as_its_plain_copy(network, x):  # bad inputs 21 to 26
    before = x.copy()
    plain = np.ascontiguousarray(x, np.float32)
    np.testing.assert_array_equal(network.predict(x, verbose=0), network.predict(plain, verbose=0))
    np.testing.assert_array_equal(x, before)


@settings(deadline=None, max_examples=60)
@given(x=arrays(), label_type=hnp.integer_dtypes(endianness="?"), weight_step=st.sampled_from([1, -1, 2]))
def test_any_layout_has_the_gradients_of_its_plain_copy(network, x, label_type, weight_step):
    y = (np.arange(len(x)) % 4).astype(label_type)
    weights = np.linspace(0, 1, 2 * len(x))[::weight_step][: len(x)]
    loss, gradients = network.compute_gradients(x, y, weights)
    plain = np.ascontiguousarray(x, np.float32), y.astype(np.int64), np.ascontiguousarray(weights, np.float32)
    expected_loss, expected = network.compute_gradients(*plain)
    assert loss == expected_loss
    for gradient, wanted in zip(gradients, expected, strict=True):
        np.testing.assert_array_equal(gradient, wanted)


@settings(deadline=None, max_examples=150)
@given(
    x=hnp.arrays(
        st.one_of(NUMBERS, hnp.complex_number_dtypes(), hnp.datetime64_dtypes(), hnp.unicode_string_dtypes()),
        hnp.array_shapes(min_dims=0, max_dims=6, min_side=0, max_side=7),
    )
)
def test_any_array_predicts_or_is_refused_in_words(network, x):
    try:
        outputs = network.predict(x, verbose=0)
    except (ValueError, TypeError) as error:
        refusal = str(error)
    else:
        assert outputs.shape == (len(x), 4)
        assert np.isfinite(outputs).all()
        return
    assert refusal.startswith("x ")


def test_output_is_a_new_float32_array(network):
    x = np.ones((3, 6, 5, 2), np.float32)
    first, second = network.predict(x, verbose=0), network.predict(x, verbose=0)
    assert first.dtype == np.float32
    assert first.flags.owndata
    assert not np.shares_memory(first, second)


@pytest.mark.parametrize("part", [1, 2, 3, 100])
def test_long_lists_are_converted_in_parts(part, monkeypatch):
    monkeypatch.setattr("swiftcnn._base.arrays.PART", part)
    for value in (
        [1, 2, 3, 4, 5],
        [1, 2.5, True, 4],
        [[1, 2], [3, 4], [5, 6]],
        [np.ones((2, 3)), np.zeros((2, 3)), [[1] * 3] * 2],
    ):
        for sequence in (value, tuple(value)):
            converted, expected = as_array("x", sequence), np.asarray(value)
            assert (converted.dtype, converted.shape) == (expected.dtype, expected.shape)
            np.testing.assert_array_equal(converted, expected)
    for ragged in ([[1, 2], [3], [4, 5]], [1, 2, 3, [4]]):
        with pytest.raises(ValueError, match="x is a ragged list: all samples must have the same shape"):
            as_array("x", ragged)
    with pytest.raises(TypeError, match="x has dtype"):
        as_array("x", [1, 2, "3"])
