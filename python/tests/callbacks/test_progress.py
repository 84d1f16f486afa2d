"""The progress line: redrawn in a terminal, one line elsewhere, silent on demand."""

import io
import os
import pty
import re
import subprocess
import sys

import pytest
from swiftcnn._base import progress_bar

TRAIN = """
import numpy as np
from swiftcnn import Input, Sequential
from swiftcnn.layers import Dense
from swiftcnn.callbacks import LambdaCallback
import time
model = Sequential([Input((4,)), Dense(2, activation="softmax")])
model.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
slow = LambdaCallback(on_train_batch_end=lambda batch, logs: time.sleep(0.08))
x, y = np.zeros((12, 4)), np.zeros(12)
model.fit(x, y, batch_size=4, epochs=2, callbacks=[slow], validation_data=(x, y))
"""


def test_a_pipe_gets_one_plain_line_an_epoch(model, data, capsys):
    model.fit(*data, batch_size=4, epochs=2, validation_split=0.5)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0::2] == ["Epoch 1/2", "Epoch 2/2"]
    metrics = r" - ".join(rf"{name}: \d\.\d{{4}}(e-\d\d)?" for name in ("accuracy", "loss", "val_accuracy", "val_loss"))
    for line in lines[1::2]:
        assert re.fullmatch(rf"5/5 ━{{20}} 0s \d+(ms|us)/step - {metrics}", line)


def test_one_epoch_is_not_numbered(model, data, capsys):
    model.fit(*data, batch_size=8)
    assert capsys.readouterr().out.startswith("5/5 ━")


def test_verbose_2_is_one_line_an_epoch(model, data, capsys):
    model.fit(*data, batch_size=8, epochs=2, verbose=2)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 4
    assert re.fullmatch(r"5/5 - 0s - \d+(ms|us)/step - accuracy: \S+ - loss: \S+", lines[1])


def test_verbose_0_is_silent(model, data, capsys):
    model.fit(*data, epochs=2, verbose=0, validation_split=0.5)
    model.evaluate(*data, verbose=0)
    model.predict(data[0], verbose=0)
    assert capsys.readouterr().out == ""


def test_evaluate_and_predict_show_their_line(model, data, capsys):
    model.evaluate(*data, batch_size=4)
    model.predict(data[0], batch_size=4)
    first, second = capsys.readouterr().out.splitlines()
    assert re.fullmatch(r"10/10 ━{20} 0s \d+(ms|us)/step - accuracy: \S+ - loss: \S+", first)
    assert re.fullmatch(r"10/10 ━{20} 0s \d+(ms|us)/step", second)


def test_small_values_are_written_with_an_exponent():
    values = {"loss": 0.0004, "accuracy": 0.5, "up": -0.25, "down": 0.005}
    assert progress_bar._metrics(values) == " - loss: 4.0000e-04 - accuracy: 0.5000 - up: -0.2500 - down: 0.0050"


@pytest.mark.parametrize(("seconds", "text"), [(0.9, "0s"), (59, "59s"), (61, "1:01"), (3725, "1:02:05")])
def test_remaining_time_is_written_as_keras_writes_it(seconds, text):
    assert progress_bar._seconds(seconds) == text


def test_a_terminal_gets_it_redrawn_in_place():
    reader, writer = pty.openpty()
    subprocess.run([sys.executable, "-c", TRAIN], stdout=writer, check=True)
    os.close(writer)
    output = read_all(reader).replace("\r\n", "\n")
    plain = re.sub(r"\x1b\[\d+m", "", output)
    first, second = plain.split("Epoch 2/2\n")
    assert first.startswith("Epoch 1/2\n\r1/3 ━━━")
    drawings = first.split("\r")[1:]
    assert [drawing[:3] for drawing in drawings] == ["1/3", "2/3", "3/3", "3/3"]
    assert "val_loss" in drawings[-1]
    assert second.count("\n") == 1
    assert "\x1b[32m" + "━" * 6 + "\x1b[0m\x1b[37m" + "━" * 14 in output


def read_all(descriptor):
    parts = []
    try:
        while part := os.read(descriptor, 65536):
            parts.append(part)
    except OSError:  # how Linux reports the end of a terminal
        pass
    os.close(descriptor)
    return b"".join(parts).decode()


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_an_exception_starts_on_its_own_line(model, data, monkeypatch):
    from swiftcnn.callbacks import LambdaCallback

    monkeypatch.setattr(sys, "stdout", Terminal())
    monkeypatch.setattr(progress_bar.ProgressLine, "update", lambda self, done, values: self._draw("0s", values))

    def fail(batch, logs):
        if batch == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        model.fit(*data, batch_size=4, callbacks=[LambdaCallback(on_train_batch_begin=fail)])
    assert sys.stdout.getvalue().endswith("\n")


def test_a_program_without_stdout_trains(model, data, monkeypatch):
    monkeypatch.setattr(sys, "stdout", None)
    assert len(model.fit(*data, epochs=2).epoch) == 2
