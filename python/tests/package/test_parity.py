"""The parity cases against Keras's values and against the bits that the Swift suite gets too."""

import functools
import os
import subprocess
import sys

import numpy as np
import pytest
import swiftcnn
from parity_cases import CASES, EXPECTED_BITS, TOLERANCES, VALUES, digests, digests_with, run, weight_sizes

BUILD = swiftcnn.build_info()
NAMES = list(CASES)


@pytest.mark.parametrize("name", CASES)
def test_results_are_within_tolerance_of_keras(name):
    results = run(CASES[name], VALUES)
    borders = np.cumsum(weight_sizes(CASES[name]))[:-1]
    for kind, tolerance in TOLERANCES.items():
        golden = VALUES.get(f"{name}/{kind}")
        if golden is None:
            continue
        assert results[kind].shape == golden.shape, kind
        split_at = borders if kind in ("gradients", "final_weights") else []
        pairs = zip(np.split(results[kind], split_at), np.split(golden, split_at), strict=True)
        for index, (found, right) in enumerate(pairs):
            np.testing.assert_allclose(found, right, rtol=0, atol=tolerance * np.abs(right).max(), err_msg=f"{kind}[{index}]")


def test_the_baseline_is_within_tolerance_too():
    """It has no FMA, so its bits differ; that is documented, and this is what it promises instead."""
    command = [sys.executable, "-m", "pytest", "-q", __file__, "-k", "within_tolerance_of_keras"]
    environment = os.environ | {"SWIFTCNN_ISA": "baseline"}
    child = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert child.returncode == 0, child.stdout
    assert f"{len(CASES)} passed" in child.stdout


@pytest.mark.skipif(BUILD["isa"] == "baseline", reason="bits.json holds for instruction sets with FMA; this is 'baseline'")
@pytest.mark.parametrize("name", CASES)
def test_every_bit_is_the_one_that_swift_gets(name):
    assert digests(run(CASES[name], VALUES)) == EXPECTED_BITS[name]


@pytest.mark.parametrize("threads", ["1", "2", "3"])
def test_bits_do_not_depend_on_the_number_of_threads(threads):
    assert digests_with(NAMES, SWIFTCNN_NUM_THREADS=threads) == here()


@pytest.mark.parametrize("isa", ["avx2", "avx512"])
def test_bits_are_the_same_on_every_instruction_set_with_fma(isa):
    if isa not in BUILD["isas"]:
        pytest.skip(f"this CPU lacks {isa}; it has {', '.join(BUILD['isas'])}")
    assert digests_with(NAMES, SWIFTCNN_ISA=isa) == {name: EXPECTED_BITS[name] for name in NAMES}


def test_a_second_run_gives_the_same_bits():
    assert {name: digests(run(CASES[name], VALUES)) for name in NAMES} == here()


@functools.cache
def here():
    """The bits in this process, as it was started."""
    return {name: digests(run(CASES[name], VALUES)) for name in NAMES}
