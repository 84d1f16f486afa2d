"""The part `models`: training steps, prediction and single images, beside the rivals."""

import sys

from benchmarks import rows, table
from benchmarks.libraries import library_of
from benchmarks.results import WrongAnswerError, row_result
from benchmarks.turns import ContenderError, importable, take_turns


def measure(options):
    """The result of each chosen row; a row that fails is told and left out."""
    chosen = rows.chosen(options.only)
    available = available_rivals(options, {rival for row in chosen for rival in row.rivals})
    results = []
    for row in chosen:
        print(f"{row.name} …", file=sys.stderr, flush=True)
        rivals = [rival for rival in row.rivals if rival in available]
        try:
            outputs, turns = take_turns(row, rivals, options.rivals_python, options.threads, options.rounds)
            results.append(row_result(row, outputs, turns))
        except (ContenderError, WrongAnswerError) as error:
            print(f"{row.name} left out: {error}", file=sys.stderr)
            results.append({"row": row.name, "failed": str(error)})
            continue
        print(table.terminal(results[-1]), flush=True)
    return results


def available_rivals(options, names):
    """The rivals that are asked for and installed; missing ones are named, for a table without them looks too good."""
    wanted = {name for name in names if not options.rivals or library_of(name) in options.rivals}
    libraries = {library_of(name) for name in wanted} - {"swiftcnn"}
    found = importable(options.rivals_python, libraries)
    for missing in sorted(libraries - found):
        print(f"{missing} is not measured: {options.rivals_python} does not have it (see --rivals-python)", file=sys.stderr)
    return {name for name in wanted if library_of(name) in found | {"swiftcnn"}}
