"""Writes Keras's summaries of graphs, which test_summary.py compares with ours. Run with keras installed."""

import os
import sys
from pathlib import Path

os.environ["COLUMNS"] = "200"  # rich crops what is wider than the terminal
sys.path.insert(0, str(Path(__file__).parents[1]))

import keras
from summary_cases import BUILDERS, CASES, title

texts = []
for name, options in CASES:
    keras.backend.clear_session()
    told: list[str] = []
    BUILDERS[name](keras).summary(print_fn=told.append, **options)
    texts += [title(name, options), *told[0].rstrip("\n").split("\n")]
Path(__file__).with_name("graph_summaries.txt").write_text("\n".join(texts) + "\n", encoding="utf-8")
