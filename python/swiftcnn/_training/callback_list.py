"""Carries the engine's events to the callbacks. The loop is the engine's; here is only its presentation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from enum import IntEnum
from typing import TYPE_CHECKING, Any, TypeVar

from .._base.memory_maps import MappedFiles
from .._base.tensor_like import as_values
from .._base.user_warnings import warn_user
from .._batches import samples as data
from .._batches.batch_source import warn_of_end
from ..callbacks import Callback, History, ProgbarLogger
from .compiling import choice_of, follow_schedule, has_own_schedule, told_names
from .model_arrays import ModelArrays

if TYPE_CHECKING:
    from typing import Protocol

    import numpy as np
    from numpy.typing import NDArray

    from .trained_model import TrainedModel

    class Watch(Protocol):
        """What looks how the training goes."""

        def after_epoch(self, steps: int, loss: float) -> None: ...


CONTINUE, STOP = 0, 1
CO_VARKEYWORDS = 8  # of a function with **options, as `inspect` names it
T = TypeVar("T")


class Kind(IntEnum):
    """`scnn_event_kind` of swiftcnn.h."""

    TRAIN_BEGIN = 0
    EPOCH_BEGIN = 1
    TRAIN_BATCH_BEGIN = 2
    TRAIN_BATCH_END = 3
    TEST_BEGIN = 4
    TEST_BATCH_BEGIN = 5
    TEST_BATCH_END = 6
    TEST_END = 7
    EPOCH_END = 8
    TRAIN_END = 9
    PREDICT_BATCH_END = 10


_HOOKS_WITH_NUMBER = {
    Kind.EPOCH_BEGIN: "on_epoch_begin",
    Kind.TRAIN_BATCH_BEGIN: "on_train_batch_begin",
    Kind.TRAIN_BATCH_END: "on_train_batch_end",
    Kind.TEST_BATCH_BEGIN: "on_test_batch_begin",
    Kind.TEST_BATCH_END: "on_test_batch_end",
    Kind.EPOCH_END: "on_epoch_end",
}
_HOOKS_WITHOUT_NUMBER = {
    Kind.TRAIN_BEGIN: "on_train_begin",
    Kind.TEST_BEGIN: "on_test_begin",
    Kind.TEST_END: "on_test_end",
    Kind.TRAIN_END: "on_train_end",
}
_TRAINED = int(Kind.TRAIN_BATCH_END)
_NUMBERED_BY_EPOCH = (Kind.EPOCH_BEGIN, Kind.EPOCH_END)
_OF_TESTS = frozenset((Kind.TEST_BEGIN, Kind.TEST_BATCH_BEGIN, Kind.TEST_BATCH_END, Kind.TEST_END))
_OF_BATCHES = frozenset(
    (Kind.TRAIN_BATCH_BEGIN, Kind.TRAIN_BATCH_END, Kind.TEST_BATCH_BEGIN, Kind.TEST_BATCH_END, Kind.PREDICT_BATCH_END)
)
_BATCH_HOOKS = tuple(name for name in dir(Callback) if "_batch_" in name)


class CallbackList:
    """The callbacks of one call of `fit`, `evaluate` or `predict`, callable by the engine."""

    def __init__(self, model: TrainedModel, callbacks: Any, verbose: Any, epochs: int = 1, *, history: bool = False) -> None:
        self.callbacks = _as_list(callbacks)
        self.history: Any = self._find_or_add(History) if history else None
        self.progress = None if _checked_verbosity(verbose) == 0 else self._find_or_add(ProgbarLogger)
        self._model = model
        self._names = told_names(model, choice_of(model)) if self.callbacks and model.compiled else []
        self._params = {"verbose": verbose, "epochs": epochs, "steps": 0}
        self.watch: Watch | None = None  # warns of a training that gets nowhere
        self.files = MappedFiles({})  # which must not become shorter
        self.steps = 0  # wanted in an epoch of arrays, which may end before
        self.predicted: Callable[[int], Any] = lambda batch: None
        self._done = 0  # batches of this epoch
        self._epoch_logs: dict[str, float] = {}  # of the last one
        self._batches = 0  # of a prediction of arrays
        self.predicted_samples = 0
        self._started = self._warned_of_nan = False
        self._skipped_events: frozenset[Kind] = frozenset()
        for callback in self.callbacks:
            callback.set_model(model)

    def __call__(
        self, kind: int, epoch: int, epochs: int, batch: int, batches: int, samples: int, values: Sequence[float]
    ) -> int:
        """Answers the engine: 0 to go on, 1 to end as if all were done."""
        # Between two steps of a small network, the rest would take longer than other threads stay awake for more work.
        if kind == _TRAINED:
            self._done = batch + 1
        if kind in self._skipped_events and not (values and values[0] != values[0]):
            return STOP if self._is_over(kind) else CONTINUE
        self.begin(self.steps or batches)
        self.files.check()
        if kind == Kind.TEST_BEGIN:
            self._model.stop_evaluating = False
        if kind == Kind.TRAIN_BATCH_BEGIN:
            follow_schedule(self._model)
        if kind == Kind.EPOCH_END:
            self._end_epoch(batches, values[0])
        if kind == Kind.PREDICT_BATCH_END:
            self.predicted_samples = samples
            self._end_predicted_batch(batch)
        else:
            self._pass_on(Kind(kind), epoch if kind in _NUMBERED_BY_EPOCH else batch, values)
        if kind not in _OF_BATCHES:  # asked anew, as a callback may have changed itself
            self._skipped_events = frozenset() if self._has_batch_methods() else _OF_BATCHES
        return STOP if self._is_over(kind) else CONTINUE

    def _is_over(self, kind: int) -> bool:
        """Whether a callback has asked to end what the event belongs to."""
        model = self._model
        if kind in _OF_TESTS:
            return model.stop_evaluating
        return model.stop_predicting if kind == Kind.PREDICT_BATCH_END else model.stop_training

    def _pass_on(self, kind: Kind, number: int, values: Sequence[float]) -> None:
        """Tells the callbacks of an event."""
        if kind == Kind.TRAIN_BATCH_END:
            self._warn_of_nan(values[0])
        logs = self._epoch_logs if kind == Kind.TRAIN_END else self._logs(values)
        if kind == Kind.EPOCH_END:
            self._epoch_logs = dict(logs)  # without what callbacks add to it
        if kind in _HOOKS_WITHOUT_NUMBER:
            self.tell(_HOOKS_WITHOUT_NUMBER[kind], logs=logs)
        else:
            self.tell(_HOOKS_WITH_NUMBER[kind], number, logs=logs)

    def first_epoch(self, planned: int) -> int:
        """The epoch to begin with, which a callback that restores an interrupted training moves on."""
        resumed = [epoch for callback in self.callbacks if (epoch := callback._resume()) is not None]
        return max([planned, *resumed])

    def run(self, call: Callable[..., T], *arguments: Any, **options: Any) -> T:
        """Calls the engine, and leaves no half-drawn progress line behind if it raises."""
        try:
            self.files.check()
            return call(*arguments, **options, callback=self)
        except BaseException:
            if self.progress is not None:
                self.progress.interrupt()
            raise

    def begin(self, steps: int) -> None:
        """Hands out `params` before the first hook, as soon as the number of steps is known."""
        if not self._started:
            self._started = True
            for callback in self.callbacks:
                callback.set_params({**self._params, "steps": steps})

    def begin_prediction(self, outputs: Any, size: int) -> None:
        """Before a prediction whose batches of this size come to lie in `outputs`."""
        self._batches = -(-data.count(outputs) // max(size, 1))
        self.begin(self._batches)
        self.predicted = lambda batch: data.part(outputs, slice(batch * size, (batch + 1) * size))
        self.tell("on_predict_begin")
        if self._batches:
            self.tell("on_predict_batch_begin", 0)

    def tell(self, hook: str, *number: int, logs: dict[str, Any] | None = None) -> None:
        """Calls a hook of every callback."""
        told = {} if logs is None else logs
        for callback in self.callbacks:
            method = getattr(callback, hook)
            if hook in _BATCH_HOOKS and _takes_by_name(method):
                method(*number, logs=told)
            else:
                method(*number, told)

    def _has_batch_methods(self) -> bool:
        """Whether anything happens at a batch's begin or end."""
        watched = bool(self.files) or has_own_schedule(self._model)
        return watched or any(not _is_base(callback, hook) for callback in self.callbacks for hook in _BATCH_HOOKS)

    def _end_epoch(self, steps: int, loss: float) -> None:
        """What is left to do after an epoch."""
        if self._done < self.steps and not self._model.stop_training:
            warn_of_end("x", self._done, self.steps, "steps_per_epoch")
        if self.watch is not None:
            self.watch.after_epoch(steps, loss)

    def _end_predicted_batch(self, batch: int) -> None:
        self.tell("on_predict_batch_end", batch, logs={"outputs": self._shown(self.predicted(batch))})
        if batch + 1 < self._batches and not self._model.stop_predicting:
            self.tell("on_predict_batch_begin", batch + 1)

    def _shown(self, outputs: Any) -> Any:
        """The outputs of a batch as callbacks get them."""
        return ModelArrays(self._model).packed(as_values(data.each(outputs, _read_only)))

    def _logs(self, values: Sequence[float]) -> dict[str, float]:
        names = self._names + [f"val_{name}" for name in self._names]
        return dict(sorted(zip(names, values, strict=False)))  # Keras shows them in alphabetical order

    def _warn_of_nan(self, loss: float) -> None:
        if loss != loss and not self._warned_of_nan:
            self._warned_of_nan = True
            warn_user(
                "the loss became NaN: the weights are lost. Lower the learning rate, scale the inputs to about -1...1, "
                "and look for NaN in the data (numpy.isnan(x).any())",
                RuntimeWarning,
            )

    def _find_or_add(self, kind: Any) -> Any:
        for callback in self.callbacks:
            if isinstance(callback, kind):
                return callback
        self.callbacks.append(kind())
        return self.callbacks[-1]


def _takes_by_name(method: Any) -> bool:
    """Whether a batch's hook can be given `logs` by name, as Keras gives it; hooks that call it otherwise get it by position."""
    code = getattr(getattr(method, "__func__", method), "__code__", None)
    if code is None or code.co_flags & CO_VARKEYWORDS:
        return True
    return "logs" in code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]


def _read_only(array: NDArray[np.float32]) -> NDArray[np.float32]:
    view = array.view()
    view.flags.writeable = False
    return view


def _is_base(callback: Callback, hook: str) -> bool:
    """Whether a hook is the one that does nothing."""
    return getattr(getattr(callback, hook), "__func__", None) is getattr(Callback, hook)


def _as_list(callbacks: Any) -> list[Callback]:
    if callbacks is None:
        return []
    items = (
        [callbacks] if isinstance(callbacks, Callback) else list(callbacks) if isinstance(callbacks, Iterable) else [callbacks]
    )
    for item in items:
        if not isinstance(item, Callback):
            raise TypeError(f"callbacks must be swiftcnn.callbacks.Callback objects, received {item!r} (a {type(item).__name__})")
    return items


def _checked_verbosity(verbose: Any) -> int:
    if isinstance(verbose, str) and verbose == "auto":
        return 1
    try:
        known = verbose in (0, 1, 2)
    except ValueError:  # of an array, which is neither equal nor not
        known = False
    if not known:
        raise ValueError(f"verbose must be 'auto', 0, 1 or 2, received {verbose!r:.80}")
    return int(verbose)
