"""What `compile` chose, and how the engine writes it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from . import losses, metrics, optimizers


class Compiled(NamedTuple):
    """What `compile` chose."""

    optimizer: optimizers.Optimizer
    loss: losses.Loss
    metrics: list[metrics.Metric]

    def to_json(self) -> str:
        optimizer = {"class": self.optimizer._class_name(), "config": self.optimizer._engine_config()}
        loss = {"class": self.loss._class_name(), "config": self.loss._settings()}
        return json.dumps({"optimizer": optimizer, "loss": loss, "metrics": [metrics.describe(each) for each in self.metrics]})

    def fresh(self) -> Compiled:
        """The same choices for another model, with an optimizer that begins anew."""
        config = self.optimizer.get_config()
        rate = config["learning_rate"]
        if isinstance(rate, optimizers.schedules.LearningRateSchedule):  # a user's own, which may have a state
            config["learning_rate"] = own = object.__new__(type(rate))
            vars(own).update(vars(rate))
        copies = [metrics.renamed(metric, metric.name) for metric in self.metrics]
        return Compiled(type(self.optimizer).from_config(config), self.loss, copies)

    @classmethod
    def from_description(cls, description: Mapping[str, Any]) -> Compiled:
        chosen = [metrics.revive(each) for each in description["metrics"]]
        return cls(optimizers.get(description["optimizer"]), losses.get(description["loss"]), chosen)
