"""Every layer's and loss's gradients against finite differences of the loss: a check that needs no other library.

For each weight tensor the loss is taken STEP to both sides along one direction: half the tensor's gradient (so that the
difference stands far above rounding) and half noise (so that a component missing from the gradient shows too).
Tolerance: float32 losses near 1 are off by some 1e-7, the differences are near 1e-3, and the third derivative and kinks
within a step add some 1e-3 of the slope.
"""

import numpy as np
import pytest
from parity_cases import CASES, VALUES, noise, prepared

STEP, TOLERANCE = 2e-3, 5e-3
CHECKED = [name for name, case in CASES.items() if not case["steps"] and f"{name}/gradients" in VALUES]


@pytest.mark.parametrize("name", CHECKED)
def test_gradients_are_the_slopes_of_the_loss(name):
    case = CASES[name]
    model, weights = prepared(case)
    batch = [VALUES.get(f"{name}/{kind}") for kind in ("x", "y", "sample_weight")]
    x, y, sample_weight = (None if array is None else array[: case["batch_size"]] for array in batch)

    def loss(index, change):
        model.set_weights([weight + change if i == index else weight for i, weight in enumerate(weights)])
        return model.compute_gradients(x, y, sample_weight=sample_weight)[0]

    _, gradients = model.compute_gradients(x, y, sample_weight=sample_weight)
    for index, gradient in enumerate(gradients):
        if not model._binding.store.learns[index]:
            assert not gradient.any()
            continue
        direction = unit(gradient) + unit(noise(900 + index, gradient.shape))
        slope = (loss(index, STEP * direction) - loss(index, -STEP * direction)) / (2 * STEP)
        expected = float(np.sum(gradient * direction, dtype=np.float64))
        assert slope == pytest.approx(expected, rel=TOLERANCE, abs=TOLERANCE * float(np.linalg.norm(gradient))), f"weight {index}"


def unit(array):
    return array / max(np.linalg.norm(array), np.finfo(np.float32).tiny)
