import numpy as np
import pandas as pd
import pytest

from core.catalog.table import read_catalog
from core.commands.further import read_outside, read_votes, with_kinds, with_votes
from core.commands.sources import of_workspace
from core.errors import LabelsError
from tests.core.model.painted import paint, painted


@pytest.fixture
def workspace(tmp_path):
    return painted(tmp_path, classes=2, tags=2, items=20)


def votes_file(tmp_path, workspace, rows):
    a, b = workspace.tasks.classes
    named = {"a": a, "b": b, "-": "OTHER"}
    frame = pd.DataFrame(
        [(item, f"p{i}", named[kind], tags) for item, said in rows.items()
         for i, (kind, tags) in enumerate(said)],
        columns=["item_id", "annotator", "kind", "tags"],
    )  # fmt: skip
    frame.to_parquet(tmp_path / "votes.parquet")
    return tmp_path / "votes.parquet"


def test_votes__become_shares(tmp_path, workspace):
    x, y = workspace.tasks.tag_names
    path = votes_file(tmp_path, workspace, {
        "0000": [("a", x), ("b", f"{x}|{y}"), ("a", "")],
        "0001": [("-", None), ("-", None), ("b", y)],
        "0002": [("-", ""), ("-", ""), ("-", "")],
    })  # fmt: skip
    source = of_workspace(workspace)
    whole = source.parts["train"]
    examples = with_votes(whole, read_votes(path, workspace.tasks))
    row = {item: i for i, item in enumerate(examples.item_ids)}
    everywhere = [*source.parts.values()]
    assert sum(map(len, everywhere)) == 20
    expected = {
        "0000": ([2 / 3, 1 / 3], 1, [2 / 3, 1 / 3], 0),
        "0001": ([0, 1], 1 / 3, [0, 1 / 3], 2 / 3),
        "0002": ([0, 0], 0, [0, 0], 1),
    }
    checked = 0
    for item, (category, weight, tags, outside) in expected.items():
        if item in row:
            at, checked = row[item], checked + 1
            np.testing.assert_allclose(examples.targets["category"][at], category, rtol=1e-6)
            np.testing.assert_allclose(examples.weights["category"][at], [weight], rtol=1e-6)
            np.testing.assert_allclose(examples.targets["tags"][at], tags, rtol=1e-6)
            np.testing.assert_allclose(examples.targets["out_of_catalog"][at], [outside])
    assert checked
    untouched = [i for item, i in row.items() if item not in expected]
    np.testing.assert_array_equal(
        examples.targets["category"][untouched], whole.targets["category"][untouched]
    )


def test_votes__need_their_columns(tmp_path, workspace):
    pd.DataFrame({"item_id": ["0"]}).to_parquet(tmp_path / "v.parquet")
    with pytest.raises(LabelsError, match="votes v.parquet need a column 'kind'"):
        read_votes(tmp_path / "v.parquet", workspace.tasks)


@pytest.fixture
def grouped(tmp_path):
    """A workspace whose items belong to sellers, and photos of other things by the same."""
    workspace = painted(tmp_path, classes=2, tags=1, items=30)
    labels = pd.read_parquet(tmp_path / "labels.parquet")
    labels["seller"] = [f"s{i // 3}" for i in range(30)]
    labels.to_parquet(tmp_path / "labels.parquet")
    from core.commands.init import make_workspace
    from core.tasks import ItemColumns, Tasks

    tasks = Tasks(
        workspace.tasks.category,
        workspace.tasks.tags,
        ItemColumns("item_id", "{item_id}.png", "seller"),
    )
    workspace = make_workspace(
        tmp_path / "grouped", tmp_path / "labels.parquet", tmp_path / "photos", tasks=tasks
    )
    (tmp_path / "other").mkdir()
    for number in range(100, 140):
        paint(tmp_path / "other" / f"{number}.png", number, 1, 3, [])
    pd.DataFrame({
        "item_id": [*map(str, range(100, 140)), "0003", "999"],
        "seller": [*(f"s{i % 12}" for i in range(40)), "s1", "s1"],
        "shows": ["shoe"] * 25 + ["hat"] * 15 + ["shoe", "shoe"],
    }).to_parquet(tmp_path / "outside.parquet")  # fmt: skip
    return workspace


def test_outside__keeps_a_sellers_photos_on_the_sellers_side(grouped, tmp_path):
    catalog = read_catalog(grouped)
    source = read_outside(tmp_path / "outside.parquet", tmp_path / "other", catalog)
    side = catalog.rows.set_index("group")["split"].to_dict()
    frame = pd.read_parquet(tmp_path / "outside.parquet").set_index("item_id")
    for part, examples in source.parts.items():
        for item in examples.item_ids:
            assert side.get(frame["seller"][item], "train") == part
    found = {item for examples in source.parts.values() for item in examples.item_ids}
    assert found == set(map(str, range(100, 140)))  # not the catalog's item, nor the lost photo
    train = source.parts["train"]
    assert (train.targets["out_of_catalog"] == 1).all() and not train.weights["category"].any()


def test_outside__is_only_learned_from_when_it_is_not_to_judge_by(grouped, tmp_path):
    source = read_outside(
        tmp_path / "outside.parquet", tmp_path / "other", read_catalog(grouped), judged=False
    )
    assert list(source.parts) == ["train"]


def test_outside__says_when_no_photo_is_there(grouped, tmp_path):
    with pytest.raises(LabelsError, match="none of the photos of outside.parquet is in"):
        read_outside(tmp_path / "outside.parquet", tmp_path / "photos", read_catalog(grouped))


def test_kinds__help_where_there_are_enough_of_them(grouped, tmp_path):
    path = tmp_path / "outside.parquet"
    sources = [
        of_workspace(grouped), read_outside(path, tmp_path / "other", read_catalog(grouped)),
    ]  # fmt: skip
    (own, other), kinds = with_kinds(sources, [path], grouped.tasks, "shows")
    assert kinds == 1  # hats are too few
    parts = other.parts.values()
    assert sum(part.weights["donor"].sum() for part in parts) == 25
    assert all(part.targets["donor"].shape[1] == 1 for part in own.parts.values())
    with pytest.raises(LabelsError, match="no file has a column 'colour'"):
        with_kinds(sources, [path], grouped.tasks, "colour")
