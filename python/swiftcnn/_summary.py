"""`model.summary()`: the boxed table as text, and as HTML for a notebook."""

from __future__ import annotations

from typing import NamedTuple

HEADER = ("Layer (type)", "Output Shape", "Param #")
DEFAULT_LENGTH = 88
BYTES_PER_WEIGHT = 4


class Row(NamedTuple):
    """One layer; the shape and the counts are None before the model is built. `trainable`: parameters that learn."""

    name: str
    kind: str
    output_shape: tuple[int | None, ...] | None
    parameters: int | None
    trainable: int | None

    def cells(self) -> tuple[str, str, str]:
        shape = "?" if self.output_shape is None else f"({', '.join(map(str, self.output_shape))})"
        count = "0 (unbuilt)" if self.parameters is None else f"{self.parameters:,}"
        return f"{self.name} ({self.kind})", shape, count


class Memory(NamedTuple):
    """Bytes that the model takes with batches of this size."""

    batch_size: int
    training: int
    inference: int

    def line(self) -> str:
        sizes = f"{_readable_size(self.training)} in training, {_readable_size(self.inference)} in inference"
        return f" Memory with batches of {self.batch_size}: {sizes}"


def render_text(title: str, rows: list[Row], line_length: int | None = None, memory: Memory | None = None) -> str:
    """The table as Keras draws it, `line_length` columns wide, by default as the terminal allows; then the memory."""
    import shutil  # here, because `import swiftcnn` is to be quick

    widths = _column_widths(line_length or min(DEFAULT_LENGTH, shutil.get_terminal_size().columns - 4))
    lines = [f'Model: "{title}"', _rule("┏┳┓", "━", widths), *_row(HEADER, widths, "┃"), _rule("┡╇┩", "━", widths)]
    for index, row in enumerate(rows):
        if index:
            lines.append(_rule("├┼┤", "─", widths))
        lines += _row(row.cells(), widths, "│")
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
    return f"<b>Model: {escape(title)}</b><table><thead>{head}</thead><tbody>{body}</tbody></table><p>{totals}</p>"


def _totals(rows: list[Row]) -> list[str]:
    total = sum(row.parameters or 0 for row in rows)
    trainable = sum(row.trainable or 0 for row in rows)
    counts = {"Total": total, "Trainable": trainable, "Non-trainable": total - trainable}
    return [f" {kind} params: {count:,} ({_readable_size(count * BYTES_PER_WEIGHT)})" for kind, count in counts.items()]


def _lines(memory: Memory | None) -> list[str]:
    return [] if memory is None else [memory.line()]


def _column_widths(line_length: int) -> tuple[int, int, int]:
    """Room for text in each column: 45 %, 35 % and 20 % of the line, less what frame and padding take from each."""
    first, second = int(0.45 * line_length), int(0.8 * line_length)
    widths = (first - 3, second - first - 4, line_length - second - 3)
    if min(widths) < 4:
        raise ValueError(f"line_length must leave room for three columns, 40 or more, received {line_length}")
    return widths


def _rule(corners: str, stroke: str, widths: tuple[int, ...]) -> str:
    return corners[0] + corners[1].join(stroke * (width + 2) for width in widths) + corners[2]


def _row(cells: tuple[str, str, str], widths: tuple[int, int, int], wall: str) -> list[str]:
    columns = [_wrapped(cell, width) for cell, width in zip(cells, widths, strict=True)]
    height = max(map(len, columns))
    names, shapes, counts = (column + [""] * (height - len(column)) for column in columns)
    return [
        f"{wall} {name:<{widths[0]}} {wall} {shape:<{widths[1]}} {wall} {count:>{widths[2]}} {wall}"
        for name, shape, count in zip(names, shapes, counts, strict=True)
    ]


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
