"""Fashion-MNIST: 70,000 pictures of clothes in MNIST's format (Xiao, Rasul and Vollgraf, 2017)."""

from __future__ import annotations

from typing import Literal, overload

from .._base.checks import boolean
from ._files import Split
from ._load import Dataset, Path_, load

FASHION_MNIST = Dataset(
    name="Fashion-MNIST",
    npz="fashion_mnist.npz",
    folders=("fashion-mnist", "fashion_mnist"),
    downloads={
        "fashion-mnist/train-images-idx3-ubyte.gz": "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
        "fashion-mnist/train-labels-idx1-ubyte.gz": "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
        "fashion-mnist/t10k-images-idx3-ubyte.gz": "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
        "fashion-mnist/t10k-labels-idx1-ubyte.gz": "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
    },
    has_sample=False,
)


@overload
def load_data(path: Path_ | None = None, *, return_source: Literal[False] = False) -> tuple[Split, Split]: ...
@overload
def load_data(path: Path_ | None = None, *, return_source: Literal[True]) -> tuple[tuple[Split, Split], str]: ...
def load_data(path: Path_ | None = None, *, return_source: bool = False) -> tuple[Split, Split] | tuple[tuple[Split, Split], str]:
    """Returns `(x_train, y_train), (x_test, y_test)`: images (n, 28, 28) and labels (n,), both uint8.

    It searches in this order: at `path`; at the environment variable SWIFTCNN_DATA; in Keras's cache (`~/.keras/datasets`,
    or `$KERAS_HOME/datasets`); on the net. A download is stored in that cache.

    Args:
        path: `fashion_mnist.npz`, or a folder that contains it or the four IDX files, gzipped or not. No other place is searched.
        return_source: True returns `(data, source)`, where source is a phrase that describes where the data came from.
    """
    images, source = load(FASHION_MNIST, path)
    data = (images.train, images.test)
    return (data, source) if boolean("return_source", return_source) else data
