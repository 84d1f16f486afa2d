"""What may happen to bytes and to JSON on the way from one program to another."""

import json
import re

NUMBERS = (
    "0",
    "-1",
    "1",
    "-2147483648",
    "2147483648",
    "4294967296",
    "9223372036854775807",
    "9223372036854775808",
    "1e400",
    "1.5",
    "NaN",
)
FAR = (0, 1, 2**31 - 1, 2**31, 2**32 - 1, 2**62, 2**63 - 1, 2**63, 2**64 - 1)
TEXTS = ("", "Dense", "Lambda", "../x", "\x00", "é", "float32", "mse", "x" * 1000, "inf", "__class__", "-1", "[]")
PLACE = "number-goes-here-"  # json.dumps writes no 1e400


def harmed_bytes(draw, data):
    """The bytes, a little or much damaged."""
    data = bytearray(data)
    for _ in range(draw.choice((1, 1, 1, 2, 3, 8))):
        data = bytearray(draw.choice(BYTE_DAMAGES)(draw, data))
    return bytes(data)


def _somewhere(draw, data):
    """An offset; headers are at the beginning, in zip files also at the end."""
    size = len(data)
    kind = draw.random()
    if kind < 0.4:
        return draw.randrange(min(size, 64) or 1)
    return draw.randrange(size or 1) if kind < 0.8 else max(0, size - 1 - draw.randrange(min(size, 64) or 1))


def _flip(draw, data):
    if data:
        data[_somewhere(draw, data)] ^= 1 << draw.randrange(8)
    return data


def _other_byte(draw, data):
    if data:
        data[_somewhere(draw, data)] = draw.choice((0, 255, 127, 128, 0x22, 0x7B, draw.randrange(256)))
    return data


def _cut(draw, data):
    return data[: _somewhere(draw, data)]


def _cut_out(draw, data):
    start = _somewhere(draw, data)
    del data[start : start + draw.choice((1, 2, 4, 8, 100))]
    return data


def _repeat(draw, data):
    start, length = _somewhere(draw, data), draw.choice((1, 4, 8, 64, 1000))
    return data[: start + length] + data[start:]


def _splice(draw, data):
    start, target, length = _somewhere(draw, data), _somewhere(draw, data), draw.choice((1, 4, 8, 64, 1000))
    data[target : target + length] = data[start : start + length]
    return data


def _clear(draw, data):
    start, length = _somewhere(draw, data), draw.choice((4, 8, 64, 512))
    data[start : start + length] = bytes([draw.choice((0, 255))]) * len(data[start : start + length])
    return data


def _other_integer(draw, data):
    start, length = _somewhere(draw, data), draw.choice((2, 4, 8))
    value = draw.choice(FAR) % (1 << 8 * length)
    data[start : start + length] = value.to_bytes(length, draw.choice(("little", "big")))
    return data


def _append(draw, data):
    return data + draw.choice((b"\0", b"\xff" * 100, data[:100], b"PK\x05\x06" + bytes(18), b"{}"))


def _other_digits(draw, data):
    runs = [run.span() for run in re.finditer(rb"\d+", bytes(data[:20000]))]
    if runs:
        start, end = draw.choice(runs)
        data[start:end] = draw.choice(NUMBERS).encode()
    return data


BYTE_DAMAGES = (
    _flip,
    _flip,
    _other_byte,
    _other_byte,
    _cut,
    _cut_out,
    _repeat,
    _splice,
    _clear,
    _other_integer,
    _append,
    _other_digits,
)


# JSON.


def harmed_json(draw, text):
    """JSON that is another, or none; `text` is valid."""
    kind = draw.random()
    if kind < 0.12:
        return harmed_bytes(draw, text.encode()).decode("utf-8", "replace")
    tree = json.loads(text)
    for _ in range(draw.choice((1, 1, 1, 2, 3))):
        tree = _harm_tree(draw, tree)
    text = json.dumps(tree)
    for number in NUMBERS:
        text = text.replace(f'"{PLACE}{number}"', number)
    return _twice(draw, text) if kind > 0.94 else text


def _harm_tree(draw, tree):
    places = list(_places(tree))
    if not places:
        return _other(draw, tree)
    holder, key = draw.choice(places)
    kind = draw.random()
    if kind < 0.12:
        del holder[key]
    elif kind < 0.2:
        other, place = draw.choice(places)
        holder[key] = json.loads(json.dumps(other[place]))
    elif kind < 0.24 and isinstance(holder[key], list | dict) and holder[key]:
        holder[key] = draw.choice(list(holder[key].values() if isinstance(holder[key], dict) else holder[key]))
    elif kind < 0.27 and isinstance(holder, list):
        holder.insert(key, holder[key])
    elif kind < 0.3 and isinstance(holder, dict):
        holder[draw.choice((*TEXTS, "extra"))] = holder.pop(key)
    elif kind < 0.34 and isinstance(holder, list):
        draw.shuffle(holder)
    else:
        holder[key] = _other(draw, holder[key])
    return tree


def _places(tree):
    """(the list or dict, the index or key) of all that is in a tree."""
    todo = [tree]
    while todo:
        holder = todo.pop()
        items = list(holder.items()) if isinstance(holder, dict) else list(enumerate(holder)) if isinstance(holder, list) else []
        for key, value in items:
            yield holder, key
            todo.append(value)


def _other(draw, value):
    """What stands at the place of a value; numbers become other numbers more often than something else."""
    kind = draw.random()
    if kind < (0.7 if isinstance(value, int | float) else 0.2):
        return PLACE + draw.choice(NUMBERS)
    if isinstance(value, str) and value.startswith(("{", "[")) and kind < 0.7:
        try:
            return harmed_json(draw, value)  # JSON within JSON, as safetensors' metadata has it
        except ValueError:
            return value
    if kind < 0.8:
        return draw.choice((None, True, False, [], {}, [value], {"a": value}, str(value), *TEXTS))
    return draw.choice(
        (value, _deep(draw, value), [value] * 50, [1, 2, 3], [[]], {"class_name": "Dense", "config": {"units": 1}})
    )


def _deep(draw, value):
    for _ in range(draw.choice((10, 100, 250))):
        value = [value] if draw.chance(0.7) else {"a": value}
    return value


def _twice(draw, text):
    """One key twice in an object, with different values; or brackets beyond any depth."""
    keys = list(re.finditer(r'"[a-z_]+":', text))
    if not keys or draw.chance(0.3):
        return text.replace("[", "[" * 20000, 1)
    key = draw.choice(keys)
    return text[: key.start()] + key.group() + draw.choice(("1, ", "null, ", '"a", ', "[], ", "{}, ")) + text[key.start() :]
