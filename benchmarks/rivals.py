"""Runs a task's scripts, one for each library, in turns."""

import json
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent


class Script:
    """One task's script for one library, kept alive between measurements."""

    def __init__(self, python, task, library, data):
        command = [python, "-m", f"benchmarks.{task}_{library}", str(data)]
        self.name = f"{task}_{library}"
        self.process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def measure(self):
        print(f"  {self.name} …", flush=True)
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise SystemExit(f"benchmarks/{self.name}.py ended without an answer; its complaint is above")
        return json.loads(answer)

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def take_turns(task, pythons, data, repeats):
    """{library: [result, …]}: every library is measured once in each round, so that a busy moment of the machine hits all."""
    scripts = {library: Script(python, task, library, data) for library, python in pythons.items()}
    results = {library: [] for library in scripts}
    for _ in range(repeats):
        for library, script in scripts.items():
            results[library].append(script.measure())
    for script in scripts.values():
        script.close()
    return results
