"""Whatever the network: the same bits with every instruction set that has FMA, and with any number of threads."""

import functools
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import swiftcnn

SEEDS = [str(seed) for seed in range(60)]
WIDEST = [isa for isa in swiftcnn.build_info()["isas"] if isa != "baseline"][-1:]


@functools.cache
def digests(isa, threads):
    command = [sys.executable, Path(__file__).parents[1] / "random_networks.py", *SEEDS]
    environment = os.environ | {"SWIFTCNN_ISA": isa, "SWIFTCNN_NUM_THREADS": str(threads)}
    child = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return json.loads(child.stdout)


@pytest.mark.skipif(not WIDEST, reason="this CPU lacks FMA")
@pytest.mark.parametrize(("isa", "threads"), [("avx2", 1), ("avx2", 2), ("avx512", 2), ("avx512", 3)])
def test_a_network_gets_the_same_bits(isa, threads):
    if isa not in swiftcnn.build_info()["isas"]:
        pytest.skip(f"this CPU lacks {isa}")
    expected, found = digests(WIDEST[0], 1), digests(isa, threads)
    assert sum(digest is not None for digest in expected.values()) > len(SEEDS) / 2
    assert [seed for seed in SEEDS if found[seed] != expected[seed]] == []
