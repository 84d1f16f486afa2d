"""Keras's methods for training, evaluation and prediction. They call the functions of `swiftcnn._training`.

This file has over 300 lines because it documents Keras's long argument lists.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .._training import single_batches
from .._training.compiling import NOT_COMPILED, choice_of, compile_model, reported_names
from .._training.evaluation import evaluate, predict
from .._training.fit import Call, fit

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from .. import metrics, optimizers
    from .._training.trained_model import TrainedModel
    from ..callbacks import History


class TrainingMethods:
    """The methods. `TrainedModel` declares the attributes of the model that they use."""

    def compile(
        self: TrainedModel,
        optimizer: Any = "rmsprop",
        loss: Any = None,
        *,
        metrics: Any = None,
        loss_weights: Any = None,
        weighted_metrics: Any = None,
        run_eagerly: bool = False,
        steps_per_execution: int = 1,
        jit_compile: Any = "auto",
        auto_scale_loss: bool = True,
    ) -> None:
        """Chooses the optimizer, the loss and the metrics. Resets the optimizer's state.

        Raises a RuntimeError while the model is being fitted, in this thread (from a callback) or in another.

        Args:
            optimizer: a name ("adam", "sgd", "rmsprop", "adamw", "nadam", ...) or an object of `swiftcnn.optimizers`.
            loss: a name such as "sparse_categorical_crossentropy" or an object of `swiftcnn.losses`. For several outputs: one
                loss for all, a list with one for each, or `{output: loss}`, where outputs are named after their layers; None
                excludes an output from the loss.
            metrics: a list of names such as "accuracy" or objects of `swiftcnn.metrics`. For several outputs: a list with an
                entry for each, or `{output: metrics}`. The history uses the names that you pass. If two metrics have the same
                name, the second is called `name_1`.
            loss_weights: the factors of the losses in the total, in a list or by output; None is 1.
            weighted_metrics: the same as metrics, but samples are weighted by `sample_weight` and `class_weight`.
            run_eagerly, steps_per_execution, jit_compile, auto_scale_loss: have no effect; they control how Keras computes.
        """
        compile_model(self, optimizer, loss, metrics, loss_weights, weighted_metrics)

    @property
    def compiled(self: TrainedModel) -> bool:
        """Whether `compile` was called."""
        return self._compiled is not None

    @property
    def optimizer(self: TrainedModel) -> optimizers.Optimizer:
        """The optimizer that was passed to `compile`; `model.optimizer.learning_rate` may be read and set. Undefined before."""
        if self._compiled is None:
            raise AttributeError(NOT_COMPILED)
        return self._compiled.optimizer

    @property
    def loss(self: TrainedModel) -> Any:
        """The loss that was passed to `compile`, or a list with one for each output; None before."""
        if self._compiled is None:
            return None
        found = [head.loss for head in self._compiled.heads]
        return found[0] if len(found) == 1 else found

    @property
    def metrics(self: TrainedModel) -> list[metrics.Metric]:
        """The metrics that were passed to `compile`, weighted metrics last; empty before."""
        return [] if self._compiled is None else list(self._compiled.metrics)

    @property
    def metrics_names(self: TrainedModel) -> list[str]:
        """The names of the values that `evaluate` returns, in the same order."""
        return [] if self._compiled is None else reported_names(self, self._compiled)

    def reset_metrics(self: TrainedModel) -> None:
        """Does nothing: `train_on_batch` and `test_on_batch` return the values of that batch alone, as in Keras.

        It exists for training loops that call it.
        """
        choice_of(self)

    @property
    def history(self: TrainedModel) -> History | None:
        """The `History` of the last `fit`; None before the first."""
        return None if self._history is None else self._history.of(self)

    # Whole data sets.

    def fit(
        self: TrainedModel,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        epochs: int = 1,
        verbose: Any = "auto",
        callbacks: Any = None,
        validation_split: float = 0.0,
        validation_data: Any = None,
        shuffle: bool = True,
        class_weight: Mapping[int, float] | None = None,
        sample_weight: Any = None,
        initial_epoch: int = 0,
        steps_per_epoch: int | None = None,
        validation_steps: int | None = None,
        validation_batch_size: int | None = None,
        validation_freq: Any = 1,
    ) -> History:
        """Trains the model.

        Args:
            x: samples, (n, *input shape), of any integer or floating-point dtype; float32 in C order is read in place. For
                several inputs: a list, or a dict by name. Or batches, each (x, y) or (x, y, sample_weight): a generator, an
                iterator, a `swiftcnn.utils.PyDataset`.
            y: labels in the format of the loss. For several outputs: a list, or a dict by name, with None for outputs without a
                loss.
            batch_size: samples per step; None means 32, or the size that divides the data into `steps_per_epoch`. It has no
                effect if x consists of batches.
            epochs: the index of the epoch before which training ends; without `initial_epoch` the number of epochs.
            verbose: 0 prints nothing, 1 (and "auto") a progress line, 2 one line per epoch.
            callbacks: objects of `swiftcnn.callbacks`.
            validation_split: this last fraction of the data is excluded from training and evaluated after every epoch.
            validation_data: (x, y) or (x, y, sample_weight), or batches, to evaluate instead.
            shuffle: whether each epoch has a new random order of the samples, or of the batches of a `PyDataset`.
            class_weight: {class: weight} for the loss; other classes have weight 1. A sample's class is its label, the index of
                the largest of several targets, or a single target rounded by `numpy.round`. For several outputs: {output: {class:
                weight}}.
            sample_weight: a weight for each sample's loss, the same for all outputs; or one array for each output, in the form of
                y.
            initial_epoch: the index of the first epoch, to resume a training.
            steps_per_epoch: steps in an epoch; None uses all data once. The next epoch continues in the data where the last one
                ended. If the data end within an epoch, the epoch ends with a warning; the next one restarts the data if possible.
            validation_steps: steps of a validation; None means all. Each validation begins with the first batch.
            validation_batch_size: samples per step of validation; None means `batch_size`.
            validation_freq: the number of epochs between validations, or a list of epochs, counted from 1.

        Returns:
            The `History`: `.history["loss"]` and the other lists hold one float per epoch. It is also `model.history`, which
            contains the finished epochs if training is interrupted.
        """
        call = Call(
            batch_size,
            epochs,
            verbose,
            callbacks,
            validation_split,
            validation_data,
            shuffle,
            class_weight,
            initial_epoch,
            steps_per_epoch,
            validation_steps,
            validation_batch_size,
            validation_freq,
        )
        return fit(self, x, y, sample_weight, call)

    def evaluate(
        self: TrainedModel,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        verbose: Any = "auto",
        sample_weight: Any = None,
        steps: int | None = None,
        callbacks: Any = None,
        return_dict: bool = False,
    ) -> Any:
        """Computes the loss and the metrics: `[loss, *metrics]`, a dict, or the loss alone if there are no metrics.

        Args:
            x, y, sample_weight: as for `fit`.
            batch_size: samples per step; None means 32, or the size that divides the data into `steps`.
            verbose: 0 prints nothing, 1 (and "auto") a progress line, 2 one line.
            steps: the number of steps; None means all.
            callbacks: objects of `swiftcnn.callbacks`.
            return_dict: True returns a dict.
        """
        return evaluate(self, x, y, batch_size, verbose, sample_weight, steps, callbacks, return_dict)

    def predict(
        self: TrainedModel,
        x: Any,
        batch_size: int | None = None,
        verbose: Any = "auto",
        steps: int | None = None,
        callbacks: Any = None,
    ) -> Any:
        """Computes the outputs for all samples of x: a new float32 array, (n, *output shape). Labels in batches are ignored.

        For several outputs, it returns the arrays in the structure in which the outputs were passed to `Model`.

        Args:
            x: samples, or batches, as for `fit`.
            batch_size: samples per step; None means 32, or the size that divides x into `steps`.
            verbose: 0 prints nothing, 1 (and "auto") a progress line, 2 one line.
            steps: the number of steps; None means all.
            callbacks: objects of `swiftcnn.callbacks`.
        """
        return predict(self, x, batch_size, verbose, steps, callbacks)

    # Single batches.

    def train_on_batch(
        self: TrainedModel,
        x: Any,
        y: Any = None,
        sample_weight: Any = None,
        class_weight: Mapping[int, float] | None = None,
        return_dict: bool = False,
    ) -> Any:
        """Trains one step on x as one batch. Returns this batch's loss and metrics, as `evaluate` does."""
        return single_batches.train_on_batch(self, x, y, sample_weight, class_weight, return_dict)

    def test_on_batch(self: TrainedModel, x: Any, y: Any = None, sample_weight: Any = None, return_dict: bool = False) -> Any:
        """Computes the loss and the metrics of x as one batch."""
        return single_batches.test_on_batch(self, x, y, sample_weight, return_dict)

    def predict_on_batch(self: TrainedModel, x: Any) -> Any:
        """Computes the outputs for x as one batch."""
        return single_batches.predict_on_batch(self, x)

    def compute_gradients(
        self: TrainedModel, x: Any, y: Any, sample_weight: Any = None, training: bool = False
    ) -> tuple[float, list[NDArray[np.float32]]]:
        """Computes the loss of x as one batch and its gradient for each weight, without changing the model.

        The gradient of a weight that is not trainable is zero.

        Args:
            x, y, sample_weight: as for `fit`.
            training: True applies dropout, with the random numbers of the next step, and normalizes by the batch's statistics.

        Returns:
            The loss, and a list of arrays in the order and shapes of `get_weights()`.
        """
        return single_batches.compute_gradients(self, x, y, sample_weight, training)

    def differentiate(self: TrainedModel, x: Any, output_gradients: Any, training: bool = False) -> single_batches.Derivatives:
        """Computes the outputs for x as one batch, and, from gradients of the outputs, those of all weights and of the inputs.

        Use it for your own loss, Grad-CAM, saliency maps or distillation: pass the loss's gradient with respect to the outputs.
        The model does not change, and need not be compiled.

        Args:
            x: as for `fit`.
            output_gradients: an array of the outputs' shape, (n, *output shape). For several outputs: a list, or a dict by name,
                with None for an output that the loss does not depend on.
            training: True applies dropout, with the random numbers of the next step, and normalizes by the batch's statistics.

        Returns:
            `Derivatives`: `outputs` and `inputs`, in the structure in which they were passed to `Model`; and `weights`, a list of
            arrays in the order and shapes of `get_weights()`. The gradients of weights are sums over the samples, without the
            terms of regularizers, and zero for weights that are not trainable.
        """
        return single_batches.differentiate(self, x, output_gradients, training)
