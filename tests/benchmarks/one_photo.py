"""One photo, bytes to decisions: LiteRT against Keras ``model.predict`` on the same weights.

Run as ``python -m tests.benchmarks.one_photo``. Both ways decode the same bytes with the
same function; they take turns, and medians are compared.
"""

import sys
import tempfile
from pathlib import Path

import numpy as np

from core.catalog.images import photo_for_model
from core.decisions.decide import accept
from core.model.opening import open_predictor
from tests.benchmarks.measure import in_turn, verdict
from tests.benchmarks.photos import some_photos
from tests.benchmarks.twin import keras_network, write_twin

WANTED = 5.0
TIMES = 30


def main() -> bool:
    with tempfile.TemporaryDirectory() as folder:
        model = write_twin(Path(folder) / "twin")
        network, predictor = keras_network(model), open_predictor(model)
        data = some_photos()[0].read_bytes()
        cuts = np.full(len(predictor.tasks.tag_names), 0.5)

        def with_keras() -> np.ndarray:
            photo = photo_for_model(data, predictor.image_size)
            return accept(network.predict(photo[None], verbose=0)["tags"], cuts)

        def with_litert() -> np.ndarray:
            photo = photo_for_model(data, predictor.image_size)
            return accept(predictor.predict(photo[None])["tags"], cuts)

        for _ in range(3):
            assert (with_keras() == with_litert()).all()
        keras_time, litert_time = in_turn(with_keras, with_litert, TIMES)
    print(f"one photo of {len(data) / 1024:.0f} KB, bytes to decisions, median of {TIMES}:")
    print(f"Keras model.predict {1000 * keras_time:.1f} ms, LiteRT {1000 * litert_time:.1f} ms")
    return verdict("times faster", keras_time / litert_time, WANTED)


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
