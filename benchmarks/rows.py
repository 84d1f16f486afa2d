"""What is measured: one row each, with the least ratio to the rivals that the project promises."""

from dataclasses import dataclass

TRAINING_RIVALS = ("keras", "torch", "torch channels_last")
INFERENCE_RIVALS = ("onnxruntime", "openvino", "openvino bfloat16", *TRAINING_RIVALS)
FLOAT32_ENGINES = ("onnxruntime", "openvino")


@dataclass(frozen=True)
class Goal:
    """swiftcnn must be at least `ratio` times as fast as the best of `rivals`."""

    ratio: float
    rivals: tuple[str, ...]


@dataclass(frozen=True)
class Row:
    name: str
    network: str
    work: str  # "train", "predict" or "one": see libraries
    batch: int
    batches: int  # in one turn; enough for the slowest library to take about a second; of single images, at most
    rivals: tuple[str, ...]
    goals: tuple[Goal, ...] = ()


def training(name, network, batch, batches, ratio):
    return Row(name, network, "train", batch, batches, TRAINING_RIVALS, (Goal(ratio, TRAINING_RIVALS),))


def inference(name, network, work, batch, batches, *goals):
    return Row(name, network, work, batch, batches, INFERENCE_RIVALS, goals)


BEATS_BFLOAT16 = Goal(1, ("openvino bfloat16",))

ROWS = (
    training("mnist-dropout-train", "mnist dropout cnn", 128, 40, 5),
    training("keras-example-train", "keras's mnist example", 128, 40, 5),
    training("mnist-dense128-train", "mnist cnn", 32, 150, 3.5),
    training("mlp-train", "mlp", 128, 300, 2),
    training("cifar10-train", "cifar-10 cnn", 128, 6, 3.5),
    training("imagenette-train", "imagenette cnn", 32, 6, 2.5),
    Row("resnet20-train", "resnet-20", "train", 128, 6, TRAINING_RIVALS, (Goal(3.5, ("keras",)),)),
    inference("mnist-predict", "mnist dropout cnn", "predict", 256, 40, Goal(2, FLOAT32_ENGINES), BEATS_BFLOAT16),
    inference("cifar10-predict", "cifar-10 cnn", "predict", 256, 8, Goal(2.3, FLOAT32_ENGINES), BEATS_BFLOAT16),
    inference("vgg16-predict", "vgg16 features", "predict", 32, 1, Goal(2.5, ("onnxruntime",)), BEATS_BFLOAT16),
    inference("mnist-one", "mnist dropout cnn", "one", 1, 400, Goal(1, ("onnxruntime",))),
    inference("vgg16-one", "vgg16 features", "one", 1, 10),
    Row("cifar10-threads", "cifar-10 cnn", "train", 128, 12, ("swiftcnn 1 thread",), (Goal(1.85, ("swiftcnn 1 thread",)),)),
)


def chosen(patterns):
    """The rows whose name contains one of the patterns; all rows if there are none."""
    rows = [row for row in ROWS if not patterns or any(pattern in row.name for pattern in patterns)]
    if not rows:
        raise SystemExit(f"--only {' '.join(patterns)} names no row; the rows are: {', '.join(row.name for row in ROWS)}")
    return rows
