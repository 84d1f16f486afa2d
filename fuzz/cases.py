"""From a kind, a seed and a number to the case: always the same one."""

import importlib
import random

import numpy as np

CALLS_PER_CASE = 5
BADNESS = (0, 0, 0, 0.01, 0.03, 0.15)
KINDS = {"calls": "fuzz.calls", "graphs": "fuzz.graph_calls", "files": "fuzz.files", "fakes": "fuzz.fakes"}


class Draw(random.Random):
    """Random choices of one case."""

    def __init__(self, kind, seed, number):
        super().__init__(f"{kind} {seed} {number}")
        self.number = number
        self.numpy = np.random.default_rng(self.getrandbits(64))
        self.badness = self.choice(BADNESS)
        self.alone = True  # until the case starts threads

    def chance(self, share):
        return self.random() < share

    def spoils(self, share=1.0):
        """Whether to give something bad here; nothing is bad in many cases, since what fails at once shows little."""
        return self.random() < self.badness * share


def run_case(kind, seed, number, session):
    """One case of a kind; failures go to the session."""
    importlib.import_module(KINDS[kind]).run(Draw(kind, seed, number), session)
