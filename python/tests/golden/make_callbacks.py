"""Makes callbacks.json: what Keras's EarlyStopping and ReduceLROnPlateau do in the runs of ../callback_runs.py.

pip install keras==3.15.1 tensorflow-cpu==2.21.0
python python/tests/golden/make_callbacks.py
"""

import json
import pathlib
import sys

import keras

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from callback_runs import all_runs  # noqa: E402

if __name__ == "__main__":
    (HERE / "callbacks.json").write_text(json.dumps({"keras": keras.__version__, **all_runs(keras.callbacks)}) + "\n")
