"""swiftcnn itself."""

import swiftcnn

from benchmarks.libraries.keras_like import KerasLikeModel


class Model(KerasLikeModel):
    def __init__(self, network, threads, use):
        """`use`: "", or "1 thread" whatever the others have."""
        swiftcnn.set_num_threads(int(use.split()[0]) if use else threads)
        super().__init__(swiftcnn, network)
