"""Which exceptions a call may end with, and how a failure is named so that equal ones are counted together."""

import os
import traceback
from pathlib import Path

ROOT = str(Path(__file__).resolve().parent.parent)
LIBRARY = f"{os.sep}swiftcnn{os.sep}"

ALLOWED = (ValueError, TypeError, OSError, MemoryError, RuntimeError, KeyboardInterrupt, FloatingPointError, ImportError)
REFUSED = (RecursionError, NotImplementedError)  # RuntimeErrors that speak of the code, not of what was asked
# Of a TypeError or ValueError that Python raised by itself, within the library: it names no argument.
ACCIDENTS = (
    "not iterable",
    "not subscriptable",
    "unsupported operand",
    "has no attribute",
    "not supported between",
    "unhashable",
    "must be real number",
    "unpack",
    "invalid literal",
    "could not convert",
    "unexpected keyword argument",
    "required positional argument",
    "bad operand",
    "is not callable",
    "truth value of an array",
    "has no len()",
    "cannot be interpreted as an integer",
    "indices must be",
)


class DeliberateError(Exception):
    """Raised by what the driver hands over, such as a callback; it has to come through."""


def complaint(error, named=None):
    """What is wrong with an exception, or None if it may be raised.

    Args:
        error: the exception.
        named: a text that its message has to hold, such as the file's name.
    """
    if isinstance(error, DeliberateError):
        return None
    if _says_there_is_nothing_yet(error):
        return None
    if not isinstance(error, ALLOWED) or isinstance(error, REFUSED):
        return f"raised {type(error).__name__}"
    if isinstance(error, MemoryError | KeyboardInterrupt | ImportError):
        return None
    if named is not None and named not in str(error):
        return f"raised a {type(error).__name__} without the file's name"
    if isinstance(error, OSError) and error.errno is None and not _tells_by_itself(error):
        return f"raised an {type(error).__name__} with neither a file's name nor a number"
    return None


def _says_there_is_nothing_yet(error):
    """Whether an attribute has no value before the model is built, which `hasattr` must be able to ask."""
    return isinstance(error, AttributeError) and isinstance(error.__context__, ValueError) and error.__suppress_context__


def _tells_by_itself(error):
    """Whether an OSError without a number says of what it speaks: a FileNotFoundError does, an OSError("damaged") does not."""
    return (type(error) is not OSError and type(error).__module__ == "builtins") or os.sep in str(error)


def is_accident(error):
    """Whether Python raised it within the library, by an operation on something of a wrong type."""
    frames = traceback.extract_tb(error.__traceback__)
    within = frames and LIBRARY in frames[-1].filename and "raise" not in (frames[-1].line or "")
    return bool(within) and isinstance(error, TypeError | ValueError) and any(text in str(error) for text in ACCIDENTS)


def place(error):
    """Where in the library an exception came from: the innermost line of it."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if LIBRARY in frame.filename]
    return f"{short(frames[-1].filename)}:{frames[-1].lineno} {frames[-1].name}" if frames else "outside the library"


def place_of_dump(text):
    """The innermost line of the library in what faulthandler wrote, from whichever thread has one first."""
    begins = max(text.rfind("Timeout ("), text.rfind("Fatal Python error"), 0)
    for line in text[begins:].splitlines():
        if line.lstrip().startswith("File") and LIBRARY in line:
            _, path, rest = line.split('"', 2)
            return short(path) + rest.replace(", line ", ":").replace(" in ", " ")
    return "outside the library"


def short(path):
    return path[path.rindex(LIBRARY) + len(LIBRARY) :]
