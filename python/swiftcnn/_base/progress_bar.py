"""The progress line: `469/469 ━━━━━━━━━━━━━━━━━━━━ 14s 30ms/step - accuracy: 0.9196 - loss: 0.2615`."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping

from .._base.checks import printable

BAR_WIDTH = 20
BOLD, GREEN, GREY, PLAIN = "\x1b[1m", "\x1b[32m", "\x1b[37m", "\x1b[0m"


class ProgressLine:
    """The line of one epoch. Terminals and notebooks redraw it in place; elsewhere it is printed once, at the end.

    0 steps mean that the number is unknown until the end.
    """

    def __init__(self, steps: int, verbose: int) -> None:
        self.steps = steps
        self.verbose = verbose
        self._redraws = verbose == 1 and can_redraw()
        self._interval = 0.2 if _in_notebook() else 0.05
        self._start = self._last_drawn = time.monotonic()
        self._done = 0
        self._drawn_width = 0

    def announce(self, text: str) -> None:
        write(text + "\n")

    def update(self, done: int, values: Mapping[str, float]) -> None:
        """Shows that `done` steps are finished, unless the line was redrawn very recently."""
        self._done = done
        now = time.monotonic()
        if self._redraws and now - self._last_drawn >= self._interval:
            self._last_drawn = now
            remaining = _seconds((now - self._start) / done * max(self.steps - done, 0))
            self._draw(remaining, values)

    def finish(self, values: Mapping[str, float]) -> None:
        """Draws the final line."""
        elapsed = f"{time.monotonic() - self._start:.0f}s"
        self.steps = self.steps or self._done
        if self.verbose == 2:
            write(f"{self._count()} - {elapsed} - {self._pace()}{_metrics(values)}\n")
            return
        self._draw(elapsed, values)
        write("\n")
        self._drawn_width = 0

    def break_off(self) -> None:
        if self._drawn_width:
            write("\n")
        self._drawn_width = 0

    def _draw(self, duration: str, values: Mapping[str, float]) -> None:
        filled = BAR_WIDTH if self.steps < 1 else min(BAR_WIDTH * self._done // self.steps, BAR_WIDTH)
        line = f"{self._count()} {'━' * BAR_WIDTH} {duration} {self._pace()}{_metrics(values)}"
        width = len(line)
        if self._redraws:
            bar = f"{GREEN}{'━' * filled}{PLAIN}{GREY}{'━' * (BAR_WIDTH - filled)}{PLAIN}"
            line = f"\r{BOLD}{self._count()}{PLAIN} {bar} {BOLD}{duration}{PLAIN} {self._pace()}{_metrics(values)}"
        write(line + " " * max(self._drawn_width - width, 0))
        self._drawn_width = width

    def _count(self) -> str:
        if self.steps < 1:
            return f"{self._done}/Unknown"
        return f"{self._done:>{len(str(self.steps))}}/{self.steps}"

    def _pace(self) -> str:
        seconds = (time.monotonic() - self._start) / max(self._done, 1)
        if seconds >= 1:
            return f"{seconds:.0f}s/step"
        return f"{seconds * 1e3:.0f}ms/step" if seconds >= 1e-3 else f"{seconds * 1e6:.0f}us/step"


def can_redraw() -> bool:
    """Whether a carriage return moves the cursor back to the start of the line."""
    return _in_notebook() or bool(sys.stdout and hasattr(sys.stdout, "isatty") and sys.stdout.isatty())


def _in_notebook() -> bool:
    return type(sys.stdout).__module__.startswith("ipykernel")


def _metrics(values: Mapping[str, float]) -> str:
    return "".join(
        f" - {printable(name)}: {value:.4f}" if abs(value) > 1e-3 else f" - {printable(name)}: {value:.4e}"
        for name, value in values.items()
    )


def _seconds(duration: float) -> str:
    minutes, seconds = divmod(int(duration), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours}:{minutes:02d}:{seconds:02d}"
    return f"{minutes}:{seconds:02d}" if minutes else f"{seconds}s"


def write(text: str) -> None:
    """Writes to the standard output, if there is one."""
    if sys.stdout is not None:
        sys.stdout.write(text)
        sys.stdout.flush()
