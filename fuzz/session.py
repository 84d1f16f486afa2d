"""What one case does, call by call."""

import sys
import threading
import traceback

from fuzz.verdict import complaint, is_accident, place

LONGEST_MESSAGE = 300


class Session:
    """Runs calls and reports those that end in a way that none may.

    Args:
        report: called with `doing` before each call, and with `what`, `place` and `detail` of a failure.
        verbose: whether each call is told on stderr.
    """

    def __init__(self, report, verbose=False):
        self._report, self._verbose = report, verbose
        self.last = "nothing"

    def attempt(self, what, call, named=None):
        """What `call()` returns; None if it raised, which is the rule rather than the exception."""
        self.last = what
        self._report(doing=what)
        if self._verbose:
            print(f"  {what}", file=sys.stderr, flush=True)
        try:
            result = call()
        except BaseException as error:
            self._judge(what, error, named)
            return None
        return result

    def _judge(self, what, error, named):
        if self._verbose:
            print(f"    {type(error).__name__}: {error!s:.300}", file=sys.stderr, flush=True)
        wrong = complaint(error, named)
        if wrong is not None:
            if self._verbose:
                traceback.print_exception(error)
            self.fails(wrong, place(error), f"{what}: {type(error).__name__}: {error!s:.{LONGEST_MESSAGE}}")
        elif is_accident(error):
            self.fails("accident", place(error), f"{what}: {type(error).__name__}: {error!s:.{LONGEST_MESSAGE}}")

    def fails(self, what, where, detail):
        self._report(what=what, place=where, detail=detail)

    def together(self, calls):
        """Runs (what, call) pairs at the same time; where one never ends, the case's time limit tells where it stands."""
        threads = [threading.Thread(target=self.attempt, args=pair, daemon=True) for pair in calls]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
