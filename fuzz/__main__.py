"""One command for random calls and damaged files: `python -m fuzz`, see README.md."""

import argparse
import json
import math
import pathlib
import sys

from fuzz.cases import CALLS_PER_CASE, KINDS
from fuzz.driver import Settings, run_all


def main():
    options = parse(sys.argv[1:])
    settings = Settings(options.seed, options.limit, options.memory, options.only is not None)
    failures, told = [], set()
    for kind, numbers in chosen(options):
        failures += run_all(kind, numbers, settings, options.jobs, lambda done, found, kind=kind: tell(kind, done, found, told))
    accidents = [failure for failure in failures if failure.what == "accident"]
    serious = failures if options.strict else [failure for failure in failures if failure.what != "accident"]
    print(table(serious, options.seed))
    if accidents and not options.strict:
        print(
            f"{len(distinct(accidents))} kinds of errors that Python raised within the library are left out: --strict shows them"
        )
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps([failure._asdict() for failure in failures], indent=1) + "\n")
    sys.exit(1 if serious else 0)


def chosen(options):
    """(kind, numbers of its cases)"""
    if options.only is not None:
        kind, _, numbers = options.only.partition(":")
        first, _, last = numbers.partition("-")
        return [(kind, range(int(first), int(last or first) + 1))]
    calls, graphs = (range(math.ceil(number / CALLS_PER_CASE)) for number in (options.calls, options.graphs))
    return [("calls", calls), ("graphs", graphs), ("files", range(options.files))]


def tell(kind, done, failures, told):
    """A line of progress, and each kind of failure as soon as it was seen."""
    kinds = distinct(failure for failure in failures if failure.what != "accident")
    for signature in kinds.keys() - told:
        print("  ".join(["", *signature[1:], f"{kind}:{kinds[signature][0].number}"]), flush=True)
    told.update(kinds)
    print(f"{kind}: {done:,} cases, {sum(map(len, kinds.values()))} failures of {len(kinds)} kinds", flush=True)


def distinct(failures):
    """{signature: [failures]}, the most frequent first."""
    kinds = {}
    for failure in failures:
        kinds.setdefault(failure.signature, []).append(failure)
    return dict(sorted(kinds.items(), key=lambda item: -len(item[1])))


def table(failures, seed):
    """What failed, how often, and how to repeat the first of each."""
    if not failures:
        return "nothing failed"
    lines = []
    for (kind, what, place), found in distinct(failures).items():
        lines.append(f"{len(found):5} x {what}, {place}")
        lines.append(f"        {' '.join(found[0].detail.split())[:300]}")
        lines.append(f"        python -m fuzz --seed {seed} --only {kind}:{found[0].number}")
    return "\n".join(lines)


def parse(arguments):
    parser = argparse.ArgumentParser(prog="python -m fuzz", description="random calls and damaged files, in many processes")
    parser.add_argument("--calls", type=int, default=2000, help=f"how many; a case has {CALLS_PER_CASE}")
    parser.add_argument("--graphs", type=int, default=1000, help=f"how many calls of graphs; a case has {CALLS_PER_CASE}")
    parser.add_argument("--files", type=int, default=500, help="how many; a case has one")
    parser.add_argument("--seed", type=int, default=1, help="the same seed draws the same cases")
    parser.add_argument("--jobs", type=int, default=2, help="processes at a time")
    parser.add_argument("--limit", type=float, default=10, metavar="SECONDS", help="what takes longer counts as a hang")
    parser.add_argument("--memory", type=float, default=200, metavar="MB", help="what takes more above the start has failed")
    parser.add_argument(
        "--only", metavar="KIND:NUMBER", help="repeat a case, such as calls:12, or some, such as calls:3-12; tells all"
    )
    parser.add_argument("--strict", action="store_true", help="count errors that Python raised within the library")
    parser.add_argument("--json", metavar="FILE", help="write every failure here")
    options = parser.parse_args(arguments)
    if options.only is not None and options.only.partition(":")[0] not in KINDS:
        parser.error(f"--only wants one of {', '.join(KINDS)}, a colon and a number, received {options.only!r}")
    return options


if __name__ == "__main__":
    main()
