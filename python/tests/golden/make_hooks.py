"""Makes hooks.json: which hooks Keras calls in fit, evaluate and predict, and with what; ../hook_runs.py says how.

pip install keras==3.15.1 tensorflow-cpu==2.21.0
python python/tests/golden/make_hooks.py
"""

import json
import pathlib
import sys

import keras

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from hook_runs import all_runs  # noqa: E402

if __name__ == "__main__":
    (HERE / "hooks.json").write_text(json.dumps({"keras": keras.__version__, **all_runs(keras)}) + "\n")
