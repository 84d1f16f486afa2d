"""Graphs give the bits that Swift gets too."""

import json

import parity_cases  # which lets Tests/Golden be imported
import pytest
import swiftcnn
from graph_run import GRAPH_BITS, NAMES, describe, digests, run

EXPECTED = {each["name"]: each for each in json.loads(GRAPH_BITS.read_text())["graphs"]}
ISA = swiftcnn.build_info()["isa"]


@pytest.mark.skipif(ISA == "baseline", reason="graph_bits.json holds for instruction sets with FMA; this is 'baseline'")
@pytest.mark.parametrize("name", NAMES)
def test_every_bit_is_the_one_that_swift_gets(name):
    assert digests(run(name)) == EXPECTED[name]["digests"]


@pytest.mark.parametrize("name", NAMES)
def test_the_file_holds_what_python_builds(name):
    assert {key: value for key, value in EXPECTED[name].items() if key != "digests"} == describe(name)


def test_the_file_holds_nothing_else():
    assert list(EXPECTED) == list(NAMES)
    assert GRAPH_BITS.parent == parity_cases.GOLDEN
