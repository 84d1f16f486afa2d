"""Cases that fail on purpose, so that tests can see the driver notice them."""

import ctypes
import os
import time

ALL = {}


def fake(case):
    ALL[len(ALL)] = case
    return case


@fake
def passes():
    raise ValueError("as a call may")


@fake
def dies():
    ctypes.string_at(0)


@fake
def hangs():
    time.sleep(1000)


@fake
def eats_memory():
    bytearray(b"x" * (300 << 20))


@fake
def raises_a_key_error():
    return {}["missing"]


@fake
def raises_a_nameless_os_error():
    raise OSError("damaged")


@fake
def hangs_in_c():
    ctypes.PyDLL(None).sleep(1000)  # PyDLL keeps the lock of the interpreter


@fake
def ends_with_a_status():
    os._exit(3)


@fake
def ends_as_if_all_were_done():
    os._exit(0)


def run(draw, session):
    session.attempt(ALL[draw.number].__name__, ALL[draw.number])
