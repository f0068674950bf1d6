import json

import numpy as np
import pandas as pd
import pytest

from core.catalog.load import build_catalog
from core.catalog.profile import profile
from core.catalog.table import Catalog
from core.split import assign_parts
from core.tasks import Category, ItemColumns, Tags, Tasks

TASKS = Tasks(Category("kind", ("bag", "hat")), Tags(("red", "new")))


def catalog(category, red, new, split=None, content=None, tasks=TASKS) -> Catalog:
    n = len(category)
    return Catalog(tasks, pd.DataFrame({
        "item_id": pd.Series([f"{i}" for i in range(n)], dtype="str"),
        "category": pd.Series(category, dtype="str"),
        f"tag:{tasks.tag_names[0]}": pd.array(red, dtype="boolean"),
        f"tag:{tasks.tag_names[1]}": pd.array(new, dtype="boolean"),
        "split": pd.Series(split or ["train"] * n, dtype="str"),
        "content": pd.Series(content or [None] * n, dtype="str"),
    }))


EIGHT = catalog(
    ["bag", "bag", "bag", "bag", "hat", "hat", None, None],
    [True, True, True, False, False, True, True, None],
    [False] * 8,
    ["train", "train", "heldout", "heldout", "train", "validation", "train", "train"],
    ["x", "y", "x", None, "z", "x", "y", "q"],
)


def test_profile__counts_by_hand():
    found = profile(EIGHT, duplicate_rows=2)
    assert (found.items, found.duplicate_rows) == (8, 2)
    assert found.labels == ("bag", "hat", "red", "new")
    assert found.part_sizes == {"train": 5, "validation": 1, "heldout": 2}
    assert found.counts.tolist() == [[2, 1, 3, 0], [0, 1, 1, 0], [2, 0, 1, 0]]
    assert found.totals.tolist() == [4, 2, 5, 0]
    assert found.unlabelled.tolist() == [2, 2, 1, 0]
    assert found.both.tolist() == [[4, 0, 3, 0], [0, 2, 1, 0], [3, 1, 5, 0], [0, 0, 0, 0]]
    assert found.identical_photos == (("0", "2", "5"), ("1", "6"))


def test_profile__phi_by_hand_over_items_with_both_answers():
    # bag x red over the six items with a category: 3 both, 1 bag only, 1 red only, 1 neither
    phi = profile(EIGHT).phi
    assert phi[0, 2] == pytest.approx((3 * 1 - 1 * 1) / np.sqrt(4 * 2 * 4 * 2))
    assert phi[0, 2] == phi[2, 0] == -phi[1, 2]
    assert phi[0, 1] == -1
    assert np.isnan(phi[3]).all()


def test_profile__share_is_conditional_on_the_row():
    share = profile(EIGHT).share
    assert share[0, 2] == 3 / 4  # of the bags
    assert share[2, 0] == 3 / 4  # of the four red items whose category is known
    assert np.isnan(share[3, 0])


def test_profile__names_gaps_and_strongest_pairs():
    found = profile(EIGHT)
    assert ("validation", "bag", 0) in found.gaps()
    assert ("heldout", "red", 1) in found.gaps(fewest=2)
    assert found.strongest() == [(0, 2), (1, 2)]


def test_profile__to_dict_is_json_without_nan():
    value = json.loads(json.dumps(profile(EIGHT, 2).to_dict(), allow_nan=False))
    assert value["classes"] == {"bag": 4, "hat": 2}
    assert value["tags"] == {"red": 5, "new": 0}
    assert value["phi"]["red"]["bag"] == 0.25
    assert value["phi"]["red"]["new"] is None
    assert value["both"]["bag"]["red"] == 3
    assert value["by_part"]["heldout"] == {"bag": 2, "hat": 0, "red": 1, "new": 0}


def test_profile__agrees_with_numpy_on_random_labels():
    random = np.random.default_rng(0)
    kinds = np.array(["bag", "hat"])[random.integers(0, 2, 500)]
    red, new = random.random((2, 500)) < [[0.3], [0.7]]
    phi = profile(catalog(kinds, red, new)).phi
    assert np.allclose(phi, np.corrcoef([kinds == "bag", kinds == "hat", red, new]))


def test_profile__counts_across_chunks(monkeypatch):
    whole = profile(EIGHT)
    monkeypatch.setattr("core.catalog.profile.ROWS_AT_ONCE", 3)
    assert (profile(EIGHT).both == whole.both).all()
    assert (profile(EIGHT).known == whole.known).all()


def test_profile__tells_a_tag_from_a_class_of_the_same_name():
    tasks = Tasks(Category("kind", ("bag", "red")), Tags(("red", "new")))
    found = profile(catalog(["bag", "red"], [True, True], [False, True], tasks=tasks))
    assert found.labels == ("bag", "red", "tag:red", "new")
    assert found.to_dict()["tags"] == {"tag:red": 2, "new": 1}


def test_profile__handles_no_items_and_no_tags():
    found = profile(catalog([], [], []))
    assert found.items == 0 and np.isnan(found.phi).all() and found.gaps() == []
    tasks = Tasks(Category("kind", ("bag", "hat")))
    rows = EIGHT.rows.drop(columns=["tag:red", "tag:new"])
    assert profile(Catalog(tasks, rows)).to_dict()["tags"] == {}


def test_profile__of_the_published_labels__links_shirts_and_checks(shared_data):
    """Without the published file: a table with the same phi, made up."""
    if shared_data is None:
        counts = {("SHIRTS", 1): 337, ("SHIRTS", 0): 217, ("OTHERS", 1): 443, ("OTHERS", 0): 2439}
        pairs = [pair for pair, n in counts.items() for _ in range(n)]
        given = pd.DataFrame({"uuid": [f"{i}" for i in range(len(pairs))],
                              "cc3": [kind for kind, _ in pairs],
                              "checker": [tag for _, tag in pairs]})
        tags = ("checker",)
    else:
        given = pd.read_parquet(shared_data / "vinted" / "data.parquet")
        tags = ("polka dot", "floral", "checker")
    tasks = Tasks(Category("cc3", tuple(sorted(given["cc3"].unique()))), Tags(tags),
                  ItemColumns("uuid"))
    rows = build_catalog(given, tasks).rows
    rows["split"] = assign_parts(Catalog(tasks, rows)).parts
    found = profile(Catalog(tasks, rows))
    shirts, checker = found.labels.index("SHIRTS"), found.labels.index("checker")
    assert round(found.phi[shirts, checker], 2) == 0.40
    assert found.both[shirts, checker] == 337
    assert found.strongest(1) == [(shirts, checker)] or shared_data is None
