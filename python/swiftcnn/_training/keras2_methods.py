"""Keras 2's names for `fit`, `evaluate` and `predict` with a generator."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .._base.user_warnings import warn_user
from .._batches.batch_source import makes_batches

if TYPE_CHECKING:
    from ..callbacks import History


class GeneratorNames:
    """`fit_generator` and the other methods call `fit` and so on, with a warning.

    `max_queue_size`, `workers` and `use_multiprocessing` are accepted but have no effect: a `PyDataset` has its own number of
    threads, and a generator is read when its next batch is needed.
    """

    def fit_generator(
        self,
        generator: Any,
        steps_per_epoch: int | None = None,
        epochs: int = 1,
        verbose: Any = 1,
        callbacks: Any = None,
        validation_data: Any = None,
        validation_steps: int | None = None,
        validation_freq: int = 1,
        class_weight: Mapping[int, float] | None = None,
        max_queue_size: int = 10,
        workers: int = 1,
        use_multiprocessing: bool = False,
        shuffle: bool = True,
        initial_epoch: int = 0,
    ) -> History:
        """`fit(generator, ...)`."""
        _check("generator", generator, "steps_per_epoch", steps_per_epoch)
        _tell_the_name("fit")
        if makes_batches(validation_data):
            _check("validation_data", validation_data, "validation_steps", validation_steps)
        return self.fit(  # type: ignore[attr-defined,no-any-return]
            generator,
            epochs=epochs,
            verbose=verbose,
            callbacks=callbacks,
            validation_data=validation_data,
            shuffle=shuffle,
            class_weight=class_weight,
            initial_epoch=initial_epoch,
            steps_per_epoch=steps_per_epoch,
            validation_steps=validation_steps,
            validation_freq=validation_freq,
        )

    def evaluate_generator(
        self,
        generator: Any,
        steps: int | None = None,
        callbacks: Any = None,
        max_queue_size: int = 10,
        workers: int = 1,
        use_multiprocessing: bool = False,
        verbose: Any = 0,
    ) -> Any:
        """`evaluate(generator, ...)`."""
        _check("generator", generator, "steps", steps)
        _tell_the_name("evaluate")
        return self.evaluate(generator, verbose=verbose, steps=steps, callbacks=callbacks)  # type: ignore[attr-defined]

    def predict_generator(
        self,
        generator: Any,
        steps: int | None = None,
        callbacks: Any = None,
        max_queue_size: int = 10,
        workers: int = 1,
        use_multiprocessing: bool = False,
        verbose: Any = 0,
    ) -> NDArray[np.float32]:
        """`predict(generator, ...)`."""
        _check("generator", generator, "steps", steps)
        _tell_the_name("predict")
        return self.predict(generator, verbose=verbose, steps=steps, callbacks=callbacks)  # type: ignore[attr-defined,no-any-return]


def _tell_the_name(today: str) -> None:
    warn_user(f"{today}_generator is a name of Keras 2, which newer releases lack: {today} takes generators too")


def _check(name: str, generator: Any, steps_name: str, steps: int | None) -> None:
    if not makes_batches(generator):
        raise TypeError(
            f"{name} must yield batches, received a {type(generator).__name__}: pass arrays to fit, evaluate or predict"
        )
    if steps is None and not hasattr(generator, "__len__") and not hasattr(generator, "num_batches"):
        raise ValueError(
            f"{steps_name}=None is only valid for what has a length, such as a swiftcnn.utils.PyDataset; {name} is a "
            f"{type(generator).__name__}, which may have no end: pass {steps_name}"
        )
