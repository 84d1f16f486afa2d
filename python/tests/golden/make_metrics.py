"""Makes metrics.json: what Keras's metrics and schedules come to in the runs of ../metric_runs.py, computed in float64.

pip install keras==3.15.1 tensorflow-cpu==2.21.0
python python/tests/golden/make_metrics.py
"""

import json
import pathlib
import sys

import keras

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from metric_runs import function_values, metric_values, rates  # noqa: E402

if __name__ == "__main__":
    keras.config.set_floatx("float64")
    values = {
        "keras": keras.__version__,
        "rates": rates(keras.optimizers.schedules),
        "metrics": metric_values(keras.metrics),
        "functions": function_values(keras),
    }
    (HERE / "metrics.json").write_text(json.dumps(values) + "\n")
