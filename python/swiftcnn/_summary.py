"""`model.summary()`: the boxed table as text, and as HTML for a notebook."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from ._checks import integer, printable, real_list

HEADER = ("Layer (type)", "Output Shape", "Param #")
# Where the columns end, as parts of the line; with `show_trainable` they make room for one more.
POSITIONS = (0.45, 0.8, 1.0)
ROOM_FOR_ONE_MORE = 0.9
DEFAULT_LENGTH = 88
LONGEST = 10_000
LENGTH_OF_ONE_MORE = 12
ALIGNMENT = "<<>^"
BYTES_PER_WEIGHT = 4


class Row(NamedTuple):
    """One layer; the shape and the counts are None before the model is built.

    `trainable`: parameters that learn. `may_learn`: whether the layer is not frozen. `level`: how many models it is inside.
    `activation`: its name, or its class, of layers that have one.
    """

    name: str
    kind: str
    output_shape: tuple[int | None, ...] | None
    parameters: int | None
    trainable: int | None
    may_learn: bool
    level: int
    activation: str | None = None
    sources: tuple[str, ...] | None = None

    def cells(self) -> tuple[str, str, str]:
        shape = "?" if self.output_shape is None else f"({', '.join(map(str, self.output_shape))})"
        count = "0 (unbuilt)" if self.parameters is None else f"{self.parameters:,}"
        indent = "   " * self.level + "└ " if self.level else ""
        return f"{indent}{printable(self.name)} ({self.kind})", shape, count

    def mark(self) -> str:
        """Of the column that `show_trainable` adds."""
        if not self.parameters:
            return "-"
        return "Y" if self.may_learn else "N"


class Memory(NamedTuple):
    """Bytes that the model takes with batches of this size."""

    batch_size: int
    training: int
    inference: int

    def line(self) -> str:
        sizes = f"{_readable_size(self.training)} in training, {_readable_size(self.inference)} in inference"
        return f" Memory with batches of {self.batch_size}: {sizes}"


def render_text(
    title: str,
    rows: list[Row],
    memory: Memory | None,
    line_length: int | None = None,
    positions: Sequence[float] | None = None,
    show_trainable: bool = False,
) -> str:
    """The table as Keras draws it, `line_length` columns wide, by default as the terminal allows; then the memory."""
    import shutil  # here, because `import swiftcnn` is to be quick

    length = DEFAULT_LENGTH + (LENGTH_OF_ONE_MORE if show_trainable else 0)
    ends = _checked(positions)
    ends = (*(end * ROOM_FOR_ONE_MORE for end in ends), 1.0) if show_trainable else ends
    chosen = min(length, shutil.get_terminal_size().columns - 4) if line_length is None else integer("line_length", line_length)
    widths = _column_widths(chosen, ends)

    def cells(row: Row) -> tuple[str, ...]:
        return (*row.cells(), row.mark()) if show_trainable else row.cells()

    header = (*HEADER, "Trainable") if show_trainable else HEADER
    lines = [f'Model: "{printable(title)}"', _rule("┏┳┓", "━", widths), *_row(header, widths, "┃"), _rule("┡╇┩", "━", widths)]
    for index, row in enumerate(rows):
        if index:
            lines.append(_rule("├┼┤", "─", widths))
        lines += _row(cells(row), widths, "│")
    return "\n".join([*lines, _rule("└┴┘", "─", widths), *_totals(rows), *_lines(memory)])


def render_html(title: str, rows: list[Row], memory: Memory | None = None) -> str:
    """The same table for a notebook."""
    from html import escape

    right = ' style="text-align: right"'
    head = f"<tr><th>{HEADER[0]}</th><th>{HEADER[1]}</th><th{right}>{HEADER[2]}</th></tr>"
    body = "".join(
        f"<tr><td>{escape(name)}</td><td>{escape(shape)}</td><td{right}>{count}</td></tr>"
        for name, shape, count in (row.cells() for row in rows)
    )
    totals = "<br>".join(line.strip() for line in [*_totals(rows), *_lines(memory)])
    return f"<b>Model: {escape(printable(title))}</b><table><thead>{head}</thead><tbody>{body}</tbody></table><p>{totals}</p>"


def _totals(rows: list[Row]) -> list[str]:
    own = [row for row in rows if row.level == 0]
    total = sum(row.parameters or 0 for row in own)
    trainable = sum(row.trainable or 0 for row in own)
    counts = {"Total": total, "Trainable": trainable, "Non-trainable": total - trainable}
    return [f" {kind} params: {count:,} ({_readable_size(count * BYTES_PER_WEIGHT)})" for kind, count in counts.items()]


def _lines(memory: Memory | None) -> list[str]:
    return [] if memory is None else [memory.line()]


def _checked(positions: Any) -> tuple[float, ...]:
    """Where the columns end; each between the one before and the end of the line."""
    ends = POSITIONS if positions is None else tuple(real_list("positions", positions))
    if len(ends) != len(POSITIONS) or not all(start < end <= 1 for start, end in pairwise((0.0, *ends))):
        raise ValueError(f"positions must be three rising parts of the line, such as {POSITIONS}, received {positions!r:.80}")
    return ends


def _column_widths(line_length: int, positions: tuple[float, ...]) -> tuple[int, ...]:
    """Room for text in each column: its part of the line, less what frame and padding take, shared as evenly as can be."""
    ends = [int(position * line_length) for position in positions]
    frame = 3 * len(ends) + 1
    widths = []
    for index, (start, end) in enumerate(zip([0, *ends], ends, strict=False)):
        share = round(frame / (len(ends) - index))
        widths.append(end - start - share)
        frame -= share
    if min(widths) < 4 or line_length > LONGEST:
        raise ValueError(f"line_length must be from 40 to {LONGEST}, with room for {len(widths)} columns, received {line_length}")
    return tuple(widths)


def _rule(corners: str, stroke: str, widths: tuple[int, ...]) -> str:
    return corners[0] + corners[1].join(stroke * (width + 2) for width in widths) + corners[2]


def _row(cells: tuple[str, ...], widths: tuple[int, ...], wall: str) -> list[str]:
    columns = [_wrapped(cell, width) for cell, width in zip(cells, widths, strict=True)]
    height = max(map(len, columns))
    columns = [
        [f"{line:{side}{width}}" for line in column + [""] * (height - len(column))]
        for column, side, width in zip(columns, ALIGNMENT, widths, strict=False)
    ]
    return [f"{wall} {f' {wall} '.join(line)} {wall}" for line in zip(*columns, strict=True)]


def _wrapped(text: str, width: int) -> list[str]:
    import textwrap

    lines = textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False)
    return [line if len(line) <= width else line[: width - 1] + "…" for line in lines]


def _readable_size(size: float) -> str:
    for unit in ("B", "KB", "MB", "GB"):
        if size < 1024:
            return f"{size:.2f} {unit}"
        size /= 1024
    return f"{size:.2f} TB"
