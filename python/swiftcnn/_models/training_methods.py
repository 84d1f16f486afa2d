"""Keras's methods of models that learn and predict. They call the training room, whose functions do the work.

Over 300 lines with Keras's long lists of arguments, each of which is described.
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
    """The methods; what they need of the model says `TrainedModel`."""

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
        """Chooses how the model learns; resets the optimizer's state.

        A model that is being fitted, in this thread (by a callback) or another, refuses it with a RuntimeError.

        Args:
            optimizer: a name ("adam", "sgd", "rmsprop", "adamw", "nadam", ...) or an object of `swiftcnn.optimizers`.
            loss: a name such as "sparse_categorical_crossentropy" or an object of `swiftcnn.losses`. For several outputs one
                for all, a list with one for each, or `{output: loss}`, where outputs have the names of their layers; None for an
                output that does not enter the loss.
            metrics: list of names such as "accuracy" or objects of `swiftcnn.metrics`; for several outputs a list with an entry
                for each, or `{output: metrics}`. A typed name is kept in the history; of metrics of the same name the second is
                called `name_1`.
            loss_weights: what the losses are multiplied with in the total, in a list or by output; None is 1.
            weighted_metrics: the same as metrics, but samples count as much as `sample_weight` and `class_weight` say.
            run_eagerly, steps_per_execution, jit_compile, auto_scale_loss: of no effect: they tell how Keras is to compute.
        """
        compile_model(self, optimizer, loss, metrics, loss_weights, weighted_metrics)

    @property
    def compiled(self: TrainedModel) -> bool:
        """Whether `compile` was called."""
        return self._compiled is not None

    @property
    def optimizer(self: TrainedModel) -> optimizers.Optimizer:
        """What `compile` was given; `model.optimizer.learning_rate` may be read and set. There is none before."""
        if self._compiled is None:
            raise AttributeError(NOT_COMPILED)
        return self._compiled.optimizer

    @property
    def loss(self: TrainedModel) -> Any:
        """What `compile` was given: a loss, or a list with one for each output; None before."""
        if self._compiled is None:
            return None
        found = [head.loss for head in self._compiled.heads]
        return found[0] if len(found) == 1 else found

    @property
    def metrics(self: TrainedModel) -> list[metrics.Metric]:
        """What `compile` was given, weighted metrics last; none before."""
        return [] if self._compiled is None else list(self._compiled.metrics)

    @property
    def metrics_names(self: TrainedModel) -> list[str]:
        """The names of what `evaluate` returns, in its order."""
        return [] if self._compiled is None else reported_names(self, self._compiled)

    def reset_metrics(self: TrainedModel) -> None:
        """There is nothing to forget: what `train_on_batch` and `test_on_batch` return is of that batch alone, as in Keras.

        For loops that were written for it.
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
            x: samples, (n, *input shape), of any integer or floating-point dtype; float32 in C order is read in place. Of several
                inputs a list, or a dict by name. Or batches, (x, y) or (x, y, sample_weight) each: a generator, an iterator, a
                `swiftcnn.utils.PyDataset`.
            y: labels, as the loss wants them; of several outputs a list, or a dict by name, with None where there is no loss.
            batch_size: samples per step; if None 32, or what divides the data into `steps_per_epoch`. Batches keep the size they
                have.
            epochs: the epoch to stop before.
            verbose: 0 is silent, 1 (and "auto") a progress line, 2 one line an epoch.
            callbacks: objects of `swiftcnn.callbacks`.
            validation_split: this last fraction of the data is not trained on, but evaluated after every epoch.
            validation_data: (x, y) or (x, y, sample_weight) to evaluate instead, or batches.
            shuffle: whether every epoch has its own order: of samples, or of the batches of a `PyDataset`.
            class_weight: {class: weight} for the loss; classes not named weigh 1. A sample's class is its label, the largest of
                several targets, or a single target rounded as `numpy.round` does. Of several outputs {output: {class: weight}}.
            sample_weight: a weight for every sample's loss, which holds for all outputs; or as y, one array for each output.
            initial_epoch: the epoch to start with, to resume.
            steps_per_epoch: steps in an epoch; None is the whole data once. The next epoch goes on where the data were. An epoch
                in which they end is over, with a warning, and the next one begins with them anew, if they can be read again.
            validation_steps: steps of a validation, each of which begins with the first batch; None is all.
            validation_batch_size: `batch_size` if None.
            validation_freq: validates after every so many epochs, or after those of a list, which count from 1.

        Returns:
            The `History`: `.history["loss"]` and so on hold one float per epoch. It is also `model.history`, which keeps
            the finished epochs if training is interrupted.
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
        """Loss and metrics on a data set, as `[loss, *metrics]`, as a dict, or as the loss alone without metrics.

        Args:
            x, y, sample_weight: as for `fit`.
            batch_size: samples per step; if None 32, or what divides the data into `steps`.
            verbose: 0 is silent, 1 (and "auto") a progress line, 2 one line.
            steps: steps; None is all.
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
        """The outputs for every sample of x: a new float32 array, (n, *output shape). Labels in batches are left alone.

        Of several outputs, the arrays in the form in which the outputs were given to `Model`.

        Args:
            x: samples, or batches, as for `fit`.
            batch_size: samples per step; if None 32, or what divides x into `steps`.
            verbose: 0 is silent, 1 (and "auto") a progress line, 2 one line.
            steps: steps; None is all.
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
        """One step on x as one batch; returns this batch's loss and metrics, as `evaluate` does."""
        return single_batches.train_on_batch(self, x, y, sample_weight, class_weight, return_dict)

    def test_on_batch(self: TrainedModel, x: Any, y: Any = None, sample_weight: Any = None, return_dict: bool = False) -> Any:
        """Loss and metrics of x as one batch."""
        return single_batches.test_on_batch(self, x, y, sample_weight, return_dict)

    def predict_on_batch(self: TrainedModel, x: Any) -> Any:
        """The outputs for x as one batch."""
        return single_batches.predict_on_batch(self, x)

    def compute_gradients(
        self: TrainedModel, x: Any, y: Any, sample_weight: Any = None, training: bool = False
    ) -> tuple[float, list[NDArray[np.float32]]]:
        """Loss of x as one batch and its gradient for every weight, zero where it does not learn; the model stays as it is.

        Args:
            x, y, sample_weight: as for `fit`.
            training: True applies dropout, with the random numbers that the next step would use, and normalizes by the
                batch's statistics.

        Returns:
            The loss, and a list of arrays in the order and shapes of `get_weights()`.
        """
        return single_batches.compute_gradients(self, x, y, sample_weight, training)

    def differentiate(self: TrainedModel, x: Any, output_gradients: Any, training: bool = False) -> single_batches.Derivatives:
        """The outputs for x as one batch; and for given gradients of the outputs, those of all weights and of the inputs.

        What a loss of your own needs, Grad-CAM, saliency maps or distillation: its gradient with respect to the outputs goes in.
        The model stays as it is, and need not be compiled.

        Args:
            x: as for `fit`.
            output_gradients: of the shape of the outputs, (n, *output shape); of several outputs in a list, or a dict by name,
                with None for an output that nothing depends on.
            training: True applies dropout, with the random numbers that the next step would use, and normalizes by the
                batch's statistics.

        Returns:
            `Derivatives`: `outputs` and `inputs`, in the form in which they were given to `Model`; and `weights`, a list of
            arrays in the order and shapes of `get_weights()`: sums over the samples, zero for weights that do not learn, without
            what regularizers add.
        """
        return single_batches.differentiate(self, x, output_gradients, training)
