"""What `compile` chose, and how the engine writes it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from .. import losses, metrics, optimizers


class Head(NamedTuple):
    """What one output is compared by."""

    loss: losses.Loss | None
    weight: float
    metrics: list[metrics.Metric]

    def described(self) -> dict[str, Any]:
        loss = None if self.loss is None else {"class": self.loss._class_name(), "config": self.loss._settings()}
        return {"loss": loss, "metrics": [metrics.describe(each) for each in self.metrics]}

    @classmethod
    def from_description(cls, description: Mapping[str, Any]) -> Head:
        loss = description.get("loss")
        chosen = [metrics.revive(each) for each in description["metrics"]]
        return cls(None if loss is None else losses.get(loss), float(description.get("loss_weight", 1.0)), chosen)


class Compiled(NamedTuple):
    """What `compile` chose."""

    optimizer: optimizers.Optimizer
    heads: list[Head]  # one for each output

    @property
    def losses(self) -> list[losses.Loss]:
        """Of the outputs that have one."""
        return [head.loss for head in self.heads if head.loss is not None]

    @property
    def metrics(self) -> list[metrics.Metric]:
        """Those of all outputs, in the engine's order."""
        return [metric for head in self.heads for metric in head.metrics]

    def to_json(self) -> str:
        optimizer = {"class": self.optimizer._class_name(), "config": self.optimizer._engine_config()}
        if len(self.heads) == 1 and self.heads[0].weight == 1:
            return json.dumps({"optimizer": optimizer, **self.heads[0].described()})
        heads = [{**head.described(), "loss_weight": head.weight} for head in self.heads]
        return json.dumps({"optimizer": optimizer, "heads": heads})

    def names(self, outputs: list[str]) -> list[str]:
        """The names of the numbers that the engine tells, in its order."""
        if len(self.heads) == 1:
            return ["loss", *(metric.name for metric in self.metrics)]
        pairs = list(zip(outputs, self.heads, strict=True))
        losses = [f"{name}_loss" for name, head in pairs if head.loss is not None]
        found = ["loss", *(losses if len(losses) > 1 else [])]
        for name, head in pairs:
            for metric in head.metrics:
                full, number = f"{name}_{metric.name}", 1
                while full in found:
                    full, number = f"{name}_{metric.name}_{number}", number + 1
                found.append(full)
        return found

    def fresh(self) -> Compiled:
        """The same choices for another model, with an optimizer that begins anew."""
        config = self.optimizer.get_config()
        rate = config["learning_rate"]
        if isinstance(rate, optimizers.schedules.LearningRateSchedule):  # a user's own, which may have a state
            config["learning_rate"] = own = object.__new__(type(rate))
            vars(own).update(vars(rate))
        heads = [head._replace(metrics=[metrics.renamed(metric, metric.name) for metric in head.metrics]) for head in self.heads]
        return Compiled(type(self.optimizer).from_config(config), heads)

    @classmethod
    def from_description(cls, description: Mapping[str, Any]) -> Compiled:
        heads = [Head.from_description(each) for each in description.get("heads", [description])]
        return cls(optimizers.get(description["optimizer"]), heads)
