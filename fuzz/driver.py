"""Starts children, waits for them, and collects what failed."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import NamedTuple

from fuzz.verdict import ROOT, place_of_dump

CASES_PER_CHILD = 100
GRACE_SECONDS = 20  # for a child that does not even end itself
LAST_WORDS = 6000


class Failure(NamedTuple):
    """One case that ended as none may."""

    kind: str
    number: int
    what: str
    place: str
    detail: str

    @property
    def signature(self):
        """Equal for failures of one cause, as far as one can tell."""
        return self.kind, self.what, self.place


class Settings(NamedTuple):
    """What all children have in common."""

    seed: int
    limit: float = 10
    memory: float = 200
    verbose: bool = False


def run_all(kind, numbers, settings, jobs, tell=lambda done, failures: None):
    """The failures of the cases of a kind with these numbers (a range)."""
    chunks = [numbers[start : start + CASES_PER_CHILD] for start in range(0, len(numbers), CASES_PER_CHILD)]
    failures, done = [], 0
    with ThreadPoolExecutor(jobs) as pool:
        futures = {pool.submit(run_chunk, kind, chunk, settings): len(chunk) for chunk in chunks}
        for future in as_completed(futures):
            failures += future.result()
            done += futures[future]
            tell(done, failures)
    return sorted(failures, key=lambda failure: failure.number)


def run_chunk(kind, numbers, settings):
    """The failures of some cases: one child, and another behind each one that died."""
    failures, following = [], numbers.start
    while following < numbers.stop:
        scratch = Path(tempfile.mkdtemp(prefix="swiftcnn-fuzz-"))
        try:
            found, following = run_child(kind, range(following, numbers.stop), settings, scratch)
        finally:
            if settings.verbose:
                print(f"files are kept in {scratch}", file=sys.stderr)
            else:
                shutil.rmtree(scratch, ignore_errors=True)
        failures += found
    return failures


def run_child(kind, numbers, settings, scratch):
    """(failures, the number of the first case that the child did not begin)."""
    reports, words = scratch / "reports", scratch / "words"
    reports.touch()
    command = [sys.executable, "-m", "fuzz.child", kind, str(settings.seed), str(numbers.start), str(numbers.stop)]
    command += [str(reports), str(scratch), "--limit", str(settings.limit), "--memory", str(settings.memory)]
    command += ["--verbose", "--keep"] * settings.verbose
    environment = os.environ | {"TMPDIR": str(scratch), "KERAS_HOME": str(scratch), "PYTHONPATH": python_path()}
    with words.open("w") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        stuck = wait(process, reports, settings.limit + GRACE_SECONDS)
    last_words = words.read_text(errors="replace")
    if settings.verbose:
        print(last_words, file=sys.stderr)
    return read_reports(kind, numbers, reports, last_words, "hang" if stuck else ending(process.returncode, last_words))


def python_path():
    """The children find this folder, and whatever their parent finds."""
    return os.pathsep.join([ROOT, *filter(None, [os.environ.get("PYTHONPATH")])])


def wait(process, reports, patience):
    """Until the process ends; True if it had to be killed, because it reported nothing for so many seconds."""
    told, since = -1, time.monotonic()
    while process.poll() is None:
        time.sleep(0.02)
        size = reports.stat().st_size
        if size != told:
            told, since = size, time.monotonic()
        elif time.monotonic() - since > patience:
            process.kill()
            process.wait()
            return True
    return False


def ending(code, last_words):
    """What is wrong with how a child ended; None if nothing is."""
    if code < 0:
        return f"died by {signal.Signals(-code).name}"
    if "Timeout (" in last_words:
        return "hang"
    return f"ended with status {code}" if code else None


def read_reports(kind, numbers, reports, last_words, wrong):
    failures, number, ended, doing = [], numbers.start, False, "nothing"
    for line in map(json.loads, reports.read_text().splitlines()):
        number, ended, doing = line.get("begins", number), ended or "ends" in line, line.get("doing", doing)
        if "what" in line:
            failures.append(Failure(kind, line["number"], line["what"], line["place"], line["detail"]))
    if wrong is not None:
        detail = "when the process ended" if ended else doing
        failures.append(Failure(kind, number, wrong, place_of_dump(last_words), f"{detail}\n{last_words[-LAST_WORDS:]}"))
    elif not ended:
        failures.append(Failure(kind, number, "ended in the middle of a case", "unknown", last_words[-LAST_WORDS:]))
    return failures, number + 1
