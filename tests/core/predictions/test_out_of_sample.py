import numpy as np
import pandas as pd

from core.catalog.table import Catalog
from core.predictions.out_of_sample import (
    fair,
    read_out_of_sample,
    write_out_of_sample,
)
from core.predictions.table import Predictions
from core.tasks import Category, Tags, Tasks

TASKS = Tasks(Category("kind", ("x", "y")), Tags(("dots",)))


def scores(ids, y, dots):
    y = np.array(y, np.float32)
    return Predictions(
        TASKS, np.array(ids, dtype=object), np.stack([1 - y, y], axis=1),
        np.array(dots, np.float32)[:, None],
    )


def catalog(**contents):
    rows = pd.DataFrame({"item_id": list(contents), "content": list(contents.values())})
    return Catalog(TASKS, rows.assign(category="x", split="train", **{"tag:dots": True}))


def test_fair_validation__takes_the_kept_scores_of_photos_that_were_kept(tmp_path):
    kept = scores(["ignored", "also"], [0.25, 0.5], [0.75, 0.125])
    write_out_of_sample(tmp_path, kept, np.array(["c1", "c9"], dtype=object))

    found = fair(
        scores(["b", "a"], [0.0, 1.0], [0.0, 1.0]), catalog(a="c1", b="c2"), tmp_path
    )
    assert found.item_ids.tolist() == ["b", "a"]
    assert found.category.tolist() == [[1.0, 0.0], [0.75, 0.25]]
    assert found.tags.tolist() == [[0.0], [0.75]]


def test_fair_validation__changes_nothing_of_a_model_that_kept_nothing(tmp_path):
    own = scores(["a"], [1.0], [1.0])
    assert fair(own, catalog(a="c1"), tmp_path) is own


def test_fair_validation__changes_nothing_without_photos(tmp_path):
    own, kept = scores(["a"], [1.0], [1.0]), scores(["k"], [0.5], [0.5])
    write_out_of_sample(tmp_path, kept, np.array(["c1"], dtype=object))
    bare = Catalog(TASKS, catalog(a="c1").rows.drop(columns="content"))
    assert fair(own, bare, tmp_path) is own


def test_kept_scores__of_identical_photos_are_kept_once(tmp_path):
    kept = scores(["p", "q"], [0.25, 0.25], [0.5, 0.5])
    write_out_of_sample(tmp_path, kept, np.array(["c1", "c1"], dtype=object))
    assert read_out_of_sample(tmp_path, TASKS).item_ids.tolist() == ["c1"]
