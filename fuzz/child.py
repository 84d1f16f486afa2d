"""Some cases in a process of its own: `python -m fuzz.child KIND SEED FIRST LAST REPORTS SCRATCH ...`.

It appends a line of JSON to the file REPORTS before each case and for each failure, so that whoever started it knows which case
it died in.
"""

import argparse
import faulthandler
import functools
import json
import os
import resource
import shutil
import sys
import traceback
import warnings

from fuzz.cases import run_case
from fuzz.session import Session

ADDRESS_SPACE = 4 << 30  # what asks for more gets a MemoryError, and the machine goes on


def main():
    options = parse(sys.argv[1:])
    faulthandler.enable()
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    warnings.simplefilter("ignore")
    with open(options.reports, "a") as reports:
        run(options, lambda **line: print(json.dumps(line), file=reports, flush=True))
        faulthandler.dump_traceback_later(options.limit, exit=True)  # leaving must not hang either


def run(options, report):
    start, parent = peak_megabytes(), os.getppid()
    for number in range(options.first, options.last):
        if os.getppid() != parent:  # nobody listens any more
            break
        report(begins=number)
        faulthandler.dump_traceback_later(options.limit, exit=True)
        session = Session(functools.partial(report, number=number), options.verbose)
        run_in_folder(options, number, session)
        faulthandler.cancel_dump_traceback_later()
        above = peak_megabytes() - start
        if options.verbose:
            print(f"{options.kind}:{number} peak {above:.0f} MB above the start", file=sys.stderr)
        if above > options.memory:
            # Later cases could not be told from this one: the next begin in a new process.
            session.fails("memory", session.last, f"{above:.0f} MB above the start")
            break
    report(ends=True)


def run_in_folder(options, number, session):
    """One case in a working folder of its own."""
    folder = os.path.join(options.scratch, str(number))
    os.makedirs(folder)
    os.chdir(folder)
    try:
        run_case(options.kind, options.seed, number, session)
    except BaseException as error:
        session.fails("the driver itself failed", traceback.format_exc().splitlines()[-3], repr(error))
    os.chdir(options.scratch)
    if not options.keep:
        shutil.rmtree(folder, ignore_errors=True)


def peak_megabytes():
    """Of this process since it was started; ru_maxrss would know its parent's too."""
    with open("/proc/self/status") as status:
        (line,) = [line for line in status if line.startswith("VmHWM")]
    return int(line.split()[1]) / 1024


def parse(arguments):
    parser = argparse.ArgumentParser(prog="python -m fuzz.child")
    for name in ("kind", "seed"):
        parser.add_argument(name)
    for name in ("first", "last"):
        parser.add_argument(name, type=int)
    for name in ("reports", "scratch"):
        parser.add_argument(name)
    parser.add_argument("--limit", type=float, default=10)
    parser.add_argument("--memory", type=float, default=200)
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("--keep", action="store_true")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
