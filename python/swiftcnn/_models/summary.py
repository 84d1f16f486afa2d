"""`model.summary()`: the boxed table as text, and as HTML for a notebook."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from .._base.checks import integer, printable, real_list

HEADER = ("Layer (type)", "Output Shape", "Param #")
SOURCES = "Connected to"  # a fourth column, of models that are no line
# Where the columns end, as parts of the line; with `show_trainable` they make room for one more.
POSITIONS = (0.45, 0.8, 1.0)
POSITIONS_WITH_SOURCES = (0.3, 0.56, 0.74, 1.0)
ROOM_FOR_ONE_MORE = 0.9
DEFAULT_LENGTH = 88
LENGTH_WITH_SOURCES = 108
LONGEST = 10_000
LENGTH_OF_ONE_MORE = 12
ALIGNMENT = {len(HEADER): "<<>^", len(HEADER) + 1: "<<><^"}
BYTES_PER_WEIGHT = 4


class Row(NamedTuple):
    """One layer; the shape and the count are None before the model is built.

    `may_learn`: whether the layer is not frozen. `level`: how many models it is inside.
    `activation`: its name, or its class, of layers that have one. `sources`: what the layer's calls in the
    outermost graph read, as `dense[0][0]`; None in a
    line.
    """

    name: str
    kind: str
    output_shape: tuple[int | None, ...] | list[tuple[int | None, ...]] | None
    parameters: int | None
    may_learn: bool
    level: int
    activation: str | None = None
    sources: tuple[str, ...] | None = None

    def cells(self, connected: bool = False) -> tuple[str, ...]:
        shape = "?" if self.output_shape is None else _shape_text(self.output_shape)
        count = "0 (unbuilt)" if self.parameters is None else f"{self.parameters:,}"
        indent = "   " * self.level + "└ " if self.level else ""
        sources = (", ".join(map(printable, self.sources or ())) or "-",) if connected else ()
        return f"{indent}{printable(self.name)} ({self.kind})", shape, count, *sources

    def mark(self) -> str:
        """Of the column that `show_trainable` adds."""
        if not self.parameters:
            return "-"
        return "Y" if self.may_learn else "N"


class Totals(NamedTuple):
    """Parameters of a model; none before it is built."""

    parameters: int
    trainable: int

    def lines(self) -> list[str]:
        counts = {"Total": self.parameters, "Trainable": self.trainable, "Non-trainable": self.parameters - self.trainable}
        return [f" {kind} params: {count:,} ({_readable_size(count * BYTES_PER_WEIGHT)})" for kind, count in counts.items()]


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
    totals: Totals,
    memory: Memory | None,
    line_length: int | None = None,
    positions: Sequence[float] | None = None,
    show_trainable: bool = False,
) -> str:
    """The table as Keras draws it, `line_length` columns wide, by default as the terminal allows; then the memory."""
    import shutil  # here, because `import swiftcnn` is to be quick

    connected = not _is_line(rows)
    length = (LENGTH_WITH_SOURCES if connected else DEFAULT_LENGTH) + (LENGTH_OF_ONE_MORE if show_trainable else 0)
    ends = _checked(positions, POSITIONS_WITH_SOURCES if connected else POSITIONS)
    ends = (*(end * ROOM_FOR_ONE_MORE for end in ends), 1.0) if show_trainable else ends
    chosen = min(length, shutil.get_terminal_size().columns - 4) if line_length is None else integer("line_length", line_length)
    widths = _column_widths(chosen, ends)
    sides = ALIGNMENT[len(HEADER) + connected]

    def cells(row: Row) -> tuple[str, ...]:
        return (*row.cells(connected), row.mark()) if show_trainable else row.cells(connected)

    header = (*HEADER, *([SOURCES] if connected else []), *(["Trainable"] if show_trainable else []))
    lines = [
        f'Model: "{printable(title)}"',
        _rule("┏┳┓", "━", widths),
        *_row(header, widths, "┃", sides),
        _rule("┡╇┩", "━", widths),
    ]
    for index, row in enumerate(rows):
        if index:
            lines.append(_rule("├┼┤", "─", widths))
        lines += _row(cells(row), widths, "│", sides)
    return "\n".join([*lines, _rule("└┴┘", "─", widths), *totals.lines(), *_lines(memory)])


def render_html(title: str, rows: list[Row], totals: Totals, memory: Memory | None = None) -> str:
    """The same table for a notebook."""
    from html import escape

    right = ' style="text-align: right"'
    connected = not _is_line(rows)
    sources = f"<th>{SOURCES}</th>" if connected else ""
    head = f"<tr><th>{HEADER[0]}</th><th>{HEADER[1]}</th><th{right}>{HEADER[2]}</th>{sources}</tr>"
    body = "".join(
        f"<tr><td>{escape(name)}</td><td>{escape(shape)}</td><td{right}>{count}</td>"
        f"{''.join(f'<td>{escape(each)}</td>' for each in more)}</tr>"
        for name, shape, count, *more in (row.cells(connected) for row in rows)
    )
    below = "<br>".join(line.strip() for line in [*totals.lines(), *_lines(memory)])
    return f"<b>Model: {escape(printable(title))}</b><table><thead>{head}</thead><tbody>{body}</tbody></table><p>{below}</p>"


def _is_line(rows: Sequence[Row]) -> bool:
    """Whether each layer reads just what the one above it puts out."""
    own = [row for row in rows if row.level == 0 and row.sources is not None]
    return all(
        len(row.sources or ()) == (place > 0) and all(name.startswith(f"{own[place - 1].name}[") for name in row.sources or ())
        for place, row in enumerate(own)
    )


def _shape_text(shape: Any) -> str:
    if isinstance(shape, list):
        return f"[{', '.join(map(_shape_text, shape))}]"
    return f"({', '.join(map(str, shape))})"


def _lines(memory: Memory | None) -> list[str]:
    return [] if memory is None else [memory.line()]


def _checked(positions: Any, usual: tuple[float, ...]) -> tuple[float, ...]:
    """Where the columns end; each between the one before and the end of the line."""
    ends = usual if positions is None else tuple(real_list("positions", positions))
    if len(ends) != len(usual) or not all(start < end <= 1 for start, end in pairwise((0.0, *ends))):
        number = {3: "three", 4: "four"}[len(usual)]
        raise ValueError(f"positions must be {number} rising parts of the line, such as {usual}, received {positions!r:.80}")
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


def _row(cells: tuple[str, ...], widths: tuple[int, ...], wall: str, sides: str) -> list[str]:
    columns = [_wrapped(cell, width) for cell, width in zip(cells, widths, strict=True)]
    height = max(map(len, columns))
    columns = [
        [f"{line:{side}{width}}" for line in column + [""] * (height - len(column))]
        for column, side, width in zip(columns, sides, widths, strict=False)
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
