"""Whether two catalogs hold the same data, whatever the order of their rows."""

import pandas as pd
import pytest

from core.catalog.table import Catalog, data_hash, tag_column
from core.tasks import Category, ItemColumns, Tags, Tasks

TASKS = Tasks(Category("kind", ("A", "B")), Tags(("dots",)), ItemColumns("id"))


def catalog(**changes) -> Catalog:
    columns = {"item_id": ["x", "y"], "category": ["A", None], "split": ["train", "heldout"],
               "content": ["c1", "c2"], tag_column("dots"): pd.array([True, None], "boolean")}
    return Catalog(TASKS, pd.DataFrame({**columns, **changes}))


def test_order_of_rows__makes_no_difference():
    turned = catalog().rows.iloc[::-1].reset_index(drop=True)
    assert data_hash(Catalog(TASKS, turned)) == data_hash(catalog())


@pytest.mark.parametrize("changes", [
    {"category": ["B", None]}, {"category": ["A", "B"]}, {"split": ["train", "train"]},
    {"content": ["c1", "c3"]}, {tag_column("dots"): pd.array([False, None], "boolean")},
])
def test_each_label_side_and_photo__makes_one(changes):
    assert data_hash(catalog(**changes)) != data_hash(catalog())


def test_catalog_without_photos__has_a_hash_too():
    rows = catalog().rows.drop(columns="content")
    assert len(data_hash(Catalog(TASKS, rows))) == 12
