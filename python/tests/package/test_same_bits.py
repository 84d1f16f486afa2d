"""`make bits`: every way to train ends in the same weights."""

import subprocess
import sys
from pathlib import Path

PROGRAM = Path(__file__).resolve().parents[3] / "tools" / "same_bits.py"


def test_all_ways_to_train_end_in_the_same_weights():
    done = subprocess.run([sys.executable, PROGRAM], capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("the same bits") == 2
