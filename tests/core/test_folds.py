"""Folds: as alike as can be, groups and identical photos in one."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.catalog.table import Catalog
from core.errors import SplitError
from core.split import assign_folds
from core.tasks import Category, ItemColumns, Tags, Tasks

TASKS = Tasks(Category("kind", ("A", "B")), Tags(("t",)), ItemColumns("id"))


def catalog(groups: list[str | None], seed: int = 0) -> Catalog:
    rng = np.random.default_rng(seed)
    n = len(groups)
    return Catalog(TASKS, pd.DataFrame({
        "item_id": [f"i{number}" for number in range(n)],
        "category": rng.choice(["A", "B"], n),
        "tag:t": pd.array(rng.random(n) < 0.3, "boolean"),
        "group": pd.array(groups, "string"),
    }))  # fmt: skip


@given(st.lists(st.sampled_from("abcdefgh"), min_size=10, max_size=60), st.integers(2, 4),
       st.integers(0, 99))  # fmt: skip
def test_folds__keep_a_group_together_and_none_empty(groups, folds, seed):
    if len(set(groups)) < folds:
        with pytest.raises(SplitError, match=f"got {folds}: there are {len(set(groups))} items"):
            assign_folds(catalog(groups), folds, seed)
        return
    found = assign_folds(catalog(groups), folds, seed)
    assert set(found) == set(range(folds))
    assert all(len(set(found[np.array(groups) == group])) == 1 for group in set(groups))


def test_folds__hold_alike_shares_of_every_class_and_tag():
    items = catalog([None] * 100, seed=3)
    found = assign_folds(items, 5)
    for labels in (items.category == 0, items.tags[:, 0] == 1):
        counts = np.bincount(found[labels], minlength=5)
        assert counts.max() - counts.min() <= 1


def test_folds__are_the_same_in_any_order_of_rows_and_others_for_another_seed():
    items = catalog([f"g{i // 3}" for i in range(60)])
    order = np.random.default_rng(0).permutation(60)
    turned = Catalog(TASKS, items.rows.iloc[order].reset_index(drop=True))
    found = assign_folds(items, 4, (0, 1))
    np.testing.assert_array_equal(assign_folds(turned, 4, (0, 1)), found[order])
    assert (assign_folds(items, 4, (0, 2)) != found).any()
