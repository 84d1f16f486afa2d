"""Contenders in processes of their own that take turns, so that a busy moment of the machine hits all of them."""

import contextlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile

from benchmarks.libraries import NEEDS, library_of

ROOT = pathlib.Path(__file__).resolve().parent.parent


COMPLAINT_LINES = 15


class ContenderError(Exception):
    """Its process ended without an answer."""


class Contender:
    """One library doing one row's work; its process waits between turns."""

    def __init__(self, name, row, python, threads):
        self.name, self.row = name, row
        environment = os.environ | {"OMP_NUM_THREADS": str(threads)}
        command = [python, "-m", "benchmarks.worker", name, row.name, str(threads)]
        # Libraries talk much; it is read only if the process fails.
        self.complaints = tempfile.TemporaryFile("w+")  # noqa: SIM115 (closed by close)
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": self.complaints}
        self.process = subprocess.Popen(command, cwd=ROOT, env=environment, text=True, **pipes)

    def ask(self, question):
        with contextlib.suppress(BrokenPipeError):  # then there is no answer either
            self.process.stdin.write(f"{question}\n")
            self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise ContenderError(f"{self.name} could not do {self.row.name}; its last words:\n{self.last_words()}")
        return json.loads(answer)

    def last_words(self):
        self.process.wait()
        self.complaints.seek(0)
        return "".join(self.complaints.readlines()[-COMPLAINT_LINES:])

    def close(self):
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()
        self.complaints.close()


def importable(python, libraries):
    """Those of the libraries that the interpreter finds."""
    names = sorted({module for library in libraries for module in NEEDS[library]})
    script = f"from importlib.util import find_spec; print(*(name for name in {names!r} if find_spec(name)))"
    found = subprocess.run([python, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    return {library for library in libraries if set(NEEDS[library]) <= set(found)}


def take_turns(row, rivals, python, threads, rounds):
    """({contender: its outputs}, {contender: [each turn's seconds]}); the first is swiftcnn.

    A turn before the first round is not counted: libraries compile, allocate and fill caches in it.
    """
    pythons = {"swiftcnn": sys.executable} | dict.fromkeys(rivals, python)
    pythons |= {rival: sys.executable for rival in rivals if library_of(rival) == "swiftcnn"}
    contenders = [Contender(name, row, interpreter, threads) for name, interpreter in pythons.items()]
    try:
        outputs = {contender.name: contender.ask("outputs") for contender in contenders}
        for contender in contenders:
            contender.ask("turn")
        turns = {contender.name: [] for contender in contenders}
        for _ in range(rounds):
            for contender in contenders:
                turns[contender.name].append(contender.ask("turn"))
        return outputs, turns
    finally:
        for contender in contenders:
            contender.close()
