"""Embeddings laid out for search: made once for each run, made again for the next."""

import numpy as np
import pytest

from core.errors import PredictionsError
from core.predictions.store import finish, write_shard
from core.predictions.table import Predictions
from core.progress import Cancelled
from core.search.index import FOLDER, build_index, open_index
from core.tasks import Category, ItemColumns, Tags, Tasks

TASKS = Tasks(Category("kind", ("BAGS", "HATS")), Tags(()), ItemColumns("sku"))


def run(folder, *shards, model_id="m1"):
    """A finished run: each shard is {item id: embedding, or None to keep none}."""
    folder.mkdir(exist_ok=True)
    names = []
    for number, shard in enumerate(shards):
        vectors = [one for one in shard.values() if one is not None]
        n = len(shard)
        names.append(f"{number:09d}-{'-'.join(shard) or 'none'}-{model_id}.parquet")
        write_shard(folder / names[-1], Predictions(
            TASKS, np.array(list(shard), object), np.full((n, 2), 0.5, np.float32),
            np.empty((n, 0), np.float32), np.array(vectors, np.float16) if vectors else None,
        ), [])
    finish(folder, names, {"model_id": model_id}, 0)
    return folder


def test_index__joins_the_shards_in_their_order(tmp_path):
    folder = run(tmp_path / "p", {"a": (1, 0), "b": (0, 1)}, {}, {"c": (2, 1)})
    found = build_index(folder)
    assert found.item_ids.tolist() == ["a", "b", "c"]
    assert isinstance(found.vectors, np.memmap) and found.vectors.tolist() == [[1, 0], [0, 1], [2, 1]]
    near = found.like("a", 5)
    assert found.item_ids[near.rows].tolist() == ["c", "b"]
    assert near.cosine == pytest.approx([2 / np.sqrt(5), 0], abs=1e-6)


def test_index__is_opened_again_until_another_run_is_finished(tmp_path):
    folder = run(tmp_path / "p", {"a": (1, 0)})
    assert open_index(folder) is None
    build_index(folder)
    assert len(open_index(folder)) == 1
    run(folder, {"a": (1, 0), "b": (0, 1)})
    assert open_index(folder) is None
    assert len(build_index(folder)) == 2


def test_index__that_is_damaged_counts_as_none(tmp_path):
    folder = run(tmp_path / "p", {"a": (1, 0)})
    build_index(folder)
    vectors = next((folder / FOLDER).glob("vectors-*"))
    vectors.write_bytes(vectors.read_bytes()[:100])
    assert open_index(folder) is None
    assert len(build_index(folder)) == 1


def test_index__needs_embeddings(tmp_path):
    assert build_index(run(tmp_path / "p", {"a": None})) is None
    assert len(build_index(run(tmp_path / "q", {}))) == 0
    with pytest.raises(PredictionsError, match="there are no finished predictions"):
        build_index(tmp_path)


def test_index__has_no_neighbours_of_an_item_that_was_not_answered(tmp_path):
    found = build_index(run(tmp_path / "p", {"a": (1, 0)}))
    assert len(found.like("a", 3).rows) == 0
    with pytest.raises(PredictionsError, match="item 'z' has no embedding"):
        found.like("z", 3)


def test_index__cancelled_leaves_nothing(tmp_path):
    def stop(done, total):
        raise Cancelled(f"{done} of {total}")

    folder = run(tmp_path / "p", {"a": (1, 0)}, {"b": (1, 0)})
    with pytest.raises(Cancelled, match="1 of 2"):
        build_index(folder, stop)
    assert list((folder / FOLDER).iterdir()) == [] and open_index(folder) is None
