"""Callbacks that write files: checkpoints, backups, tables, TensorBoard's events."""

import csv
import os
import sys

import numpy as np
import pytest
from conftest import small_layers
from swiftcnn import Input, Sequential, callbacks, models, utils


def test_a_checkpoint_after_every_epoch_is_named_by_its_values(model, data, tmp_path):
    path = tmp_path / "made" / "{epoch:02d}-{loss:.3f}.safetensors"
    history = model.fit(*data, epochs=2, verbose=0, callbacks=[callbacks.ModelCheckpoint(path)])
    names = [f"{epoch + 1:02d}-{loss:.3f}.safetensors" for epoch, loss in enumerate(history.history["loss"])]
    assert sorted(os.listdir(tmp_path / "made")) == names
    loaded = models.load_model(tmp_path / "made" / names[-1])
    np.testing.assert_array_equal(loaded.predict(data[0], verbose=0), model.predict(data[0], verbose=0))
    assert loaded.compiled


def test_only_the_best_is_saved(model, data, tmp_path, capsys):
    path = tmp_path / "best.weights.safetensors"
    best = callbacks.ModelCheckpoint(path, "accuracy", save_best_only=True, save_weights_only=True, verbose=1)
    kept = []
    forge = callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: logs.update(accuracy=[0.2, 0.5, 0.4][epoch]))
    keep = callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: kept.append(model.get_weights()[0]))
    model.fit(*data, epochs=3, verbose=0, callbacks=[forge, keep, best])
    assert best.best == 0.5
    model.load_weights(path)
    np.testing.assert_array_equal(model.get_weights()[0], kept[1])
    said = capsys.readouterr().out
    assert "Epoch 2: accuracy improved from 0.20000 to 0.50000, saving model to" in said
    assert "Epoch 3: accuracy did not improve from 0.50000" in said


def test_a_threshold_must_be_beaten(model, data, tmp_path):
    none = callbacks.ModelCheckpoint(tmp_path / "m", "loss", save_best_only=True, initial_value_threshold=0.0)
    model.fit(*data, verbose=0, callbacks=[none])
    assert not os.listdir(tmp_path)


def test_a_checkpoint_every_few_batches(model, data, tmp_path):
    every = callbacks.ModelCheckpoint(tmp_path / "{epoch}-{batch}", save_freq=4)
    model.fit(*data, batch_size=8, epochs=2, verbose=0, callbacks=[every])  # 5 batches an epoch
    assert sorted(os.listdir(tmp_path)) == ["1-4", "2-3"]


def test_a_name_that_cannot_be_filled_in(model, data, tmp_path):
    with pytest.raises(ValueError, match=r"cannot fill in filepath .*val_loss.*it may name: epoch, accuracy, loss"):
        model.fit(*data, verbose=0, callbacks=[callbacks.ModelCheckpoint(tmp_path / "{val_loss}")])


def test_a_checkpoint_that_cannot_be_written_is_an_error(model, data, tmp_path):  # bad input 60
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"):
        model.fit(*data, verbose=0, callbacks=[callbacks.ModelCheckpoint(tmp_path / "file" / "m")])


class Interruption(Exception):  # noqa: N818
    pass


def interrupt_at(epoch, batch=0):
    epochs = []

    def count(batch_number, logs):
        if len(epochs) == epoch + 1 and batch_number == batch:
            raise Interruption

    return callbacks.LambdaCallback(
        on_epoch_begin=lambda number, logs: epochs.append(number), on_train_batch_begin=lambda *both: count(*both)
    )


def network(seed):
    utils.set_random_seed(seed)
    model = Sequential([Input((8, 8, 1)), *small_layers()])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def test_an_interrupted_training_resumes_with_the_same_bits(data, tmp_path):
    whole = network(5)
    expected = whole.fit(*data, batch_size=8, epochs=5, verbose=0)
    backup = callbacks.BackupAndRestore(tmp_path / "backup")
    with pytest.raises(Interruption):
        network(5).fit(*data, batch_size=8, epochs=5, verbose=0, callbacks=[backup, interrupt_at(3, 2)])
    resumed = network(99)  # as another process would: other weights, another seed
    history = resumed.fit(*data, batch_size=8, epochs=5, verbose=0, callbacks=[callbacks.BackupAndRestore(tmp_path / "backup")])
    assert history.epoch == [3, 4]
    assert history.history["loss"] == expected.history["loss"][3:]
    for now, then in zip(resumed.get_weights(), whole.get_weights(), strict=True):
        np.testing.assert_array_equal(now, then)
    assert not (tmp_path / "backup").exists()


def test_a_learning_rate_that_was_changed_is_restored(data, tmp_path):
    backup = callbacks.BackupAndRestore(tmp_path)
    fall = callbacks.LearningRateScheduler(lambda epoch, rate: rate / 2)
    with pytest.raises(Interruption):
        network(5).fit(*data, epochs=5, verbose=0, callbacks=[fall, backup, interrupt_at(2)])
    model = network(5)
    model.fit(*data, epochs=2, verbose=0, callbacks=[callbacks.BackupAndRestore(tmp_path)])
    assert model.optimizer.learning_rate == 0.00025


def test_a_backup_within_an_epoch_goes_on_from_its_beginning(data, tmp_path):
    with pytest.raises(Interruption):
        network(5).fit(
            *data, batch_size=8, epochs=5, verbose=0, callbacks=[callbacks.BackupAndRestore(tmp_path, 3), interrupt_at(1, 4)]
        )
    assert os.listdir(tmp_path) == ["epoch-000001-batch-000000004.safetensors"]
    keep = callbacks.BackupAndRestore(tmp_path, 3, delete_checkpoint=False)
    assert network(5).fit(*data, batch_size=8, epochs=3, verbose=0, callbacks=[keep]).epoch == [1, 2]
    assert len(os.listdir(tmp_path)) == 1


def test_a_broken_backup_gives_way_to_the_one_before(data, tmp_path):  # 41
    double = callbacks.BackupAndRestore(tmp_path, double_checkpoint=True)
    with pytest.raises(Interruption):
        network(5).fit(*data, epochs=5, verbose=0, callbacks=[double, interrupt_at(3)])
    _, new = sorted(tmp_path.iterdir())
    new.write_bytes(new.read_bytes()[:-1])
    keep = callbacks.BackupAndRestore(tmp_path, delete_checkpoint=False)
    assert network(5).fit(*data, epochs=4, verbose=0, callbacks=[keep]).epoch == [2, 3]
    (last,) = tmp_path.iterdir()
    last.write_bytes(b"")
    with pytest.raises(ValueError, match=last.name):
        network(5).fit(*data, epochs=5, verbose=0, callbacks=[keep])


def test_settings_of_backups_and_checkpoints():
    for frequency in ("batch", 0, -1):
        for kind in (callbacks.BackupAndRestore, callbacks.ModelCheckpoint):
            with pytest.raises(ValueError, match=f"save_freq must be 'epoch' or a number of batches.*received {frequency!r}"):
                kind("b", save_freq=frequency)
    with pytest.raises(TypeError, match=r"save_freq must be an integer, received 1\.5"):
        callbacks.BackupAndRestore("b", save_freq=1.5)


def test_a_backup_of_another_model_is_refused(model, data, tmp_path):  # 48
    with pytest.raises(Interruption):
        model.fit(*data, epochs=2, verbose=0, callbacks=[callbacks.BackupAndRestore(tmp_path), interrupt_at(1)])
    (backup,) = tmp_path.iterdir()
    model.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
    before = model.get_weights()
    with pytest.raises(ValueError, match=rf"{backup.name}: this is a model with other layers or compiled otherwise"):
        model.fit(*data, epochs=2, verbose=0, callbacks=[callbacks.BackupAndRestore(tmp_path)])
    np.testing.assert_array_equal(model.get_weights()[0], before[0])
    assert backup.exists()


def test_a_table_of_epochs(model, data, tmp_path):
    path = tmp_path / "log.csv"
    history = model.fit(*data, epochs=2, verbose=0, callbacks=[callbacks.CSVLogger(path, ";")])
    rows = list(csv.reader(path.open(newline=""), delimiter=";"))
    assert rows[0] == ["epoch", "accuracy", "loss", "val_accuracy", "val_loss"]
    losses = history.history["loss"]
    assert [(row[0], float(row[2]), row[4]) for row in rows[1:]] == [("0", losses[0], "NA"), ("1", losses[1], "NA")]
    model.fit(*data, epochs=3, initial_epoch=2, verbose=0, callbacks=[callbacks.CSVLogger(path, ";", append=True)])
    assert [row[0] for row in csv.reader(path.open(newline=""), delimiter=";")] == ["epoch", "0", "1", "2"]
    model.fit(*data, verbose=0, callbacks=[callbacks.CSVLogger(path)])
    assert len(path.read_text().splitlines()) == 2


def test_tensorboard_events(model, data, tmp_path):
    board = callbacks.TensorBoard(tmp_path, histogram_freq=1, update_freq="batch", write_steps_per_second=True)
    history = model.fit(*data, epochs=2, batch_size=20, verbose=0, validation_split=0.5, callbacks=[board]).history
    train, validation = (scalars(tmp_path / name) for name in ("train", "validation"))
    assert train["epoch_loss"] == pytest.approx(history["loss"])
    assert validation["epoch_accuracy"] == pytest.approx(history["val_accuracy"])
    assert set(train) == {
        *("epoch_accuracy", "epoch_loss", "epoch_learning_rate", "epoch_steps_per_second", "batch_accuracy", "batch_loss"),
        *(f"{layer}/{index}" for layer in ("conv2d", "dense", "dense_1") for index in (0, 1)),
        "architecture/text_summary",
    }


def scalars(folder):
    """{tag: values} of the events in a folder; what is no scalar has None."""
    from tensorboardX.proto.event_pb2 import Event

    (path,) = folder.iterdir()
    content, found = path.read_bytes(), {}
    while content:  # records: length (8 bytes), its checksum (4), the event, its checksum (4)
        size = int.from_bytes(content[:8], "little")
        for value in Event.FromString(content[12 : 12 + size]).summary.value:
            found.setdefault(value.tag, []).append(value.simple_value if value.HasField("simple_value") else None)
        content = content[16 + size :]
    return found


def test_tensorboard_says_what_it_lacks(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "tensorboardX", None)
    with pytest.raises(ImportError, match=r"TensorBoard needs tensorboardX, .*: pip install 'swiftcnn\[tensorboard\]'"):
        callbacks.TensorBoard(tmp_path)
    with pytest.raises(TypeError, match="TensorBoard has no argument embeddings_metadata"):
        callbacks.TensorBoard(tmp_path, embeddings_metadata="labels.tsv")
