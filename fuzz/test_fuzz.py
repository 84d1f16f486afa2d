"""The driver notices what it is there for, and a short run of it finds nothing."""

import subprocess
import sys

import pytest

from fuzz import choices, containers, damage, networks, samples, values
from fuzz.__main__ import table
from fuzz.cases import Draw
from fuzz.driver import ROOT, Settings, python_path, run_all
from fuzz.verdict import complaint, is_accident

QUICK = Settings(seed=1, limit=2, memory=200)
CALLS, GRAPHS = 120, 60  # cases, of five calls each
FILES = 300


def whats(failures):
    return [failure.what for failure in failures]


def fakes(*numbers, settings=QUICK):
    return run_all("fakes", range(numbers[0], numbers[-1] + 1), settings, jobs=1)


def test_a_call_that_ends_in_a_value_error_is_fine():
    assert fakes(0) == []


def test_a_signal_is_noticed_and_the_next_case_runs_in_a_new_process():
    failures = fakes(0, 1, 2)
    assert [(failure.number, failure.what) for failure in failures] == [(1, "died by SIGSEGV"), (2, "hang")]
    assert failures[0].detail.startswith("dies\n")


def test_a_hang_is_noticed_even_where_no_other_python_code_can_run():
    assert whats(fakes(2)) == ["hang"]
    assert whats(fakes(6)) == ["hang"]


def test_memory_is_noticed():
    (failure,) = fakes(3)
    assert failure.what == "memory"
    assert 300 <= float(failure.detail.split()[0]) < 2000
    assert fakes(3, settings=QUICK._replace(memory=2000)) == []


def test_exceptions_of_wrong_types_are_noticed():
    assert whats(fakes(4)) == ["raised KeyError"]
    assert whats(fakes(5)) == ["raised an OSError with neither a file's name nor a number"]


def test_a_child_that_ends_by_itself_is_noticed():
    assert whats(fakes(7)) == ["ended with status 3"]
    assert whats(fakes(8)) == ["ended in the middle of a case"]


def test_a_fault_of_the_driver_is_no_success():
    (failure,) = run_all("fakes", range(99, 100), QUICK, jobs=1)
    assert failure.what == "the driver itself failed"


@pytest.mark.parametrize(
    ("error", "wrong"),
    [
        (ValueError("a"), None),
        (TypeError("a"), None),
        (MemoryError(), None),
        (FileNotFoundError("a.keras does not exist"), None),
        (OSError(28, "No space left on device", "a"), None),
        (OSError("the disk"), "raised an OSError with neither a file's name nor a number"),
        (KeyError("a"), "raised KeyError"),
        (RecursionError("a"), "raised RecursionError"),
        (NotImplementedError("a"), "raised NotImplementedError"),
        (OverflowError("a"), "raised OverflowError"),
        (AssertionError("a"), "raised AssertionError"),
    ],
)
def test_the_verdict_on_exceptions(error, wrong):
    assert complaint(error) == wrong


def test_an_error_of_a_file_has_to_name_it():
    assert complaint(ValueError("damaged"), named="a.keras") == "raised a ValueError without the file's name"
    assert complaint(ValueError("a.keras: damaged"), named="a.keras") is None


@pytest.mark.parametrize(
    ("code", "path", "accident"),
    [
        ("(lambda: 3)()[0]", "/x/swiftcnn/y.py", True),
        ("float('a')", "/x/swiftcnn/y.py", True),
        ("(lambda: 3)()[0]", "/x/elsewhere/y.py", False),
        ("{}['a']", "/x/swiftcnn/y.py", False),  # no TypeError: it counts in any case
    ],
)
def test_errors_that_python_raised_within_the_library_are_told_apart(code, path, accident):
    with pytest.raises((TypeError, ValueError, KeyError)) as caught:
        eval(compile(code, path, "eval"))
    assert is_accident(caught.value) is accident


def test_a_seed_and_a_number_always_draw_the_same():
    assert Draw("calls", 3, 4).random() == Draw("calls", 3, 4).random() != Draw("calls", 3, 5).random()
    data = samples.content("own.safetensors")
    harmed = [containers.harmed(Draw("files", 1, number), "own.safetensors", data) for number in (1, 1, 2)]
    assert harmed[0] == harmed[1] != harmed[2]


def test_nearly_every_damaged_file_differs_from_the_valid_one():
    for name in ("own.safetensors", "own.keras", "own.h5", "own.json"):
        data = samples.content(name)
        same = [number for number in range(40) if containers.harmed(Draw("files", 1, number), name, data) == data]
        assert len(same) < 8, name


def test_damaged_json_has_numbers_that_json_writers_do_not_write():
    texts = [damage.harmed_json(Draw("files", 1, number), '{"units": 3, "shape": [1, 2]}') for number in range(300)]
    assert any("1e400" in text for text in texts)
    assert not any(damage.PLACE in text for text in texts)


def test_every_layer_optimizer_loss_and_metric_is_drawn():
    from swiftcnn import layers, losses, metrics, optimizers

    known = {*networks.FOR_IMAGES, *networks.FOR_ALL, *networks.TO_VECTORS, *networks.MERGES}
    assert classes(layers, layers.Layer) - known - {"InputLayer", "Operation"} == set()
    for module, base, drawn in (
        (optimizers, optimizers.Optimizer, choices.OPTIMIZERS),
        (losses, losses.Loss, choices.LOSSES),
        (metrics, metrics.Metric, choices.METRICS),
    ):
        assert classes(module, base) - set(drawn) == set()


def test_a_class_without_an_entry_is_drawn_by_the_types_of_its_arguments():
    from swiftcnn import losses, metrics, optimizers

    assert {"beta_1", "beta_2"} <= values.others([optimizers._classes])["Lion"].keys()
    for module in (optimizers, losses, metrics):
        for name, table_of_kind in values.others([module._classes]).items():
            draws = [values.settings(Draw("calls", 1, number), table_of_kind, 1) for number in range(30)]
            assert any(is_made(getattr(module, name), given) for given in draws), name


def is_made(kind, given):
    try:
        return isinstance(kind(**given), kind)
    except (TypeError, ValueError):
        return False


def classes(module, base):
    """Names of the classes that a module offers, without aliases and bases."""
    found = {each for each in vars(module).values() if isinstance(each, type) and issubclass(each, base) and each is not base}
    return {each.__name__ for each in found} - {"AnyAccuracy"}  # what the name "accuracy" stands for


def test_a_short_run_finds_nothing():
    settings = Settings(seed=1, limit=30)  # machines that run tests are busy
    kinds = {"calls": CALLS, "graphs": GRAPHS, "files": FILES}
    failures = [each for kind, cases in kinds.items() for each in run_all(kind, range(cases), settings, jobs=2)]
    assert table([failure for failure in failures if failure.what != "accident"], settings.seed) == "nothing failed"


def test_the_command_tells_how_to_repeat_a_failure():
    command = [sys.executable, "-m", "fuzz", "--seed", "5", "--only", "fakes:4"]
    environment = {"PYTHONPATH": python_path(), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "1 x raised KeyError" in done.stdout
    assert "python -m fuzz --seed 5 --only fakes:4" in done.stdout
