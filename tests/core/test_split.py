import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.catalog.table import PARTS, Catalog
from core.errors import SplitError
from core.split import BALANCED, SplitOptions, assign_folds, assign_parts, linked, quick_folds
from core.tasks import Category, Tags, Tasks

patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
TASKS = Tasks(Category("kind", ("bag", "hat", "shoe")), Tags(("red", "new")))


def catalog(category, red=None, new=None, group=None, content=None) -> Catalog:
    n = len(category)
    rows = pd.DataFrame({
        "item_id": pd.Series([f"item-{i:06d}" for i in range(n)], dtype="str"),
        "category": pd.Series(category, dtype="str"),
        "tag:red": pd.array([False] * n if red is None else red, dtype="boolean"),
        "tag:new": pd.array([None] * n if new is None else new, dtype="boolean"),
    })
    if group is not None:
        rows["group"] = pd.Series(group, dtype="str")
    if content is not None:
        rows["content"] = pd.Series(content, dtype="str")
    return Catalog(TASKS, rows)


@st.composite
def catalogs(draw) -> Catalog:
    n = draw(st.integers(0, 50))
    maybe = st.none() | st.sampled_from([f"{i}" for i in range(12)])
    column = lambda values: draw(st.lists(values, min_size=n, max_size=n))  # noqa: E731
    return catalog(
        column(st.none() | st.sampled_from(TASKS.classes)),
        column(st.none() | st.booleans()),
        column(st.none() | st.booleans()),
        column(maybe),
        column(maybe),
    )


@st.composite
def options(draw) -> SplitOptions:
    train, validation = draw(st.tuples(st.integers(1, 8), st.integers(0, 8)))
    heldout = draw(st.integers(0, 8))
    total = train + validation + heldout
    return SplitOptions(train / total, validation / total, heldout / total, draw(st.integers(0, 9)))


@patient
@given(catalogs(), options())
def test_assign_parts__never_separates_what_is_linked(items, wanted):
    parts = pd.Series(assign_parts(items, wanted).parts)
    assert set(parts) <= {part for part, f in zip(PARTS, wanted.fractions) if f > 0}
    for column in ("group", "content"):
        assert (parts.groupby(items.rows[column].to_numpy()).nunique() <= 1).all()


@patient
@given(catalogs(), options())
def test_assign_parts__leaves_no_part_empty_when_there_are_blocks_enough(items, wanted):
    codes = [pd.factorize(items.rows[name])[0] for name in ("group", "content")]
    blocks = len(set(linked(*codes)))
    used = sum(f > 0 for f in wanted.fractions)
    assert len(set(assign_parts(items, wanted).parts)) == min(used, blocks)


@patient
@given(catalogs(), options(), st.randoms(use_true_random=False))
def test_assign_parts__does_not_depend_on_the_order_of_rows(items, wanted, random):
    place = list(range(len(items)))
    random.shuffle(place)
    shuffled = Catalog(TASKS, items.rows.iloc[place].reset_index(drop=True))
    before = dict(zip(items.item_ids, assign_parts(items, wanted).parts))
    assert dict(zip(shuffled.item_ids, assign_parts(shuffled, wanted).parts)) == before


@patient
@given(
    st.lists(st.sampled_from(TASKS.classes), min_size=1, max_size=120),
    options(),
)
def test_assign_parts__gives_each_class_its_share_within_two_items(category, wanted):
    items = catalog(category)
    parts = assign_parts(items, wanted).parts
    for name in TASKS.classes:
        of_class = parts[items.rows["category"] == name]
        for part, fraction in zip(PARTS, wanted.fractions):
            assert abs((of_class == part).sum() - fraction * len(of_class)) <= 2


@patient
@given(catalogs())
def test_linked__is_the_transitive_closure(items):
    codes = [pd.factorize(items.rows[name])[0] for name in ("group", "content")]
    blocks = list(range(len(items)))  # by hand: repeat until nothing joins
    changed = True
    while changed:
        changed = False
        for i in range(len(items)):
            for j in range(i):
                alike = any(code[i] == code[j] >= 0 for code in codes)
                if alike and blocks[i] != blocks[j]:
                    blocks = [min(blocks[i], blocks[j]) if b in (blocks[i], blocks[j]) else b
                              for b in blocks]
                    changed = True
    found = linked(*codes)
    assert list(found) == list(pd.factorize(np.array(blocks, dtype=int))[0])


def test_linked__joins_over_group_and_content():
    groups = np.array([0, 0, 1, -1, 2, -1])
    contents = np.array([-1, 0, 0, 1, -1, -1])
    assert linked(groups, contents).tolist() == [0, 0, 0, 1, 2, 3]


def test_assign_parts__splits_a_hundred_single_items_exactly():
    items = catalog(["bag"] * 50 + ["hat"] * 30 + ["shoe"] * 20, red=[True, False] * 50)
    parts = assign_parts(items).parts
    grid = pd.crosstab(items.rows["category"].to_numpy(dtype=object), parts)
    assert grid.loc[["bag", "hat", "shoe"], list(PARTS)].to_numpy().tolist() == [
        [30, 10, 10],
        [18, 6, 6],
        [12, 4, 4],
    ]
    red = items.tags[:, 0] == 1
    assert [(parts[red] == part).sum() for part in PARTS] == [30, 10, 10]


def test_assign_parts__gives_a_rare_tag_to_every_part():
    red = [i in (3, 4, 5) for i in range(200)]
    parts = assign_parts(catalog(["bag", "hat"] * 100, red=red)).parts
    assert sorted(parts[3:6]) == ["heldout", "train", "validation"]


def test_assign_parts__balances_groups_of_many_sizes():
    random = np.random.default_rng(3)
    groups = random.geometric(0.02, 3000).astype(str)
    kinds = np.array(TASKS.classes)[random.choice(3, 3000, p=[0.6, 0.3, 0.1])]
    parts = assign_parts(catalog(kinds, red=random.random(3000) < 0.05, group=groups)).parts
    grid = pd.crosstab(kinds, parts, normalize="index")
    assert (grid["train"] - 0.6).abs().max() < 0.02
    assert (grid["heldout"] - 0.2).abs().max() < 0.02


def test_assign_parts__does_not_make_a_small_part_of_one_large_group():
    sizes = [120, 95, 70] + [5] * 115
    groups = np.repeat(np.arange(len(sizes)).astype(str), sizes)
    kinds = np.array(TASKS.classes)[np.arange(len(groups)) % 3]
    parts = assign_parts(catalog(kinds, group=groups), SplitOptions(0.8, 0.1, 0.1)).parts
    for part in ("validation", "heldout"):
        _, held = np.unique(groups[parts == part], return_counts=True)
        assert abs(held.sum() / len(groups) - 0.1) < 0.01
        assert len(held) >= 5


def test_assign_parts__changes_with_the_seed_only():
    items = catalog(["bag", "hat", "shoe", "bag"] * 30)
    first, again, other = (assign_parts(items, SplitOptions(seed=seed)).parts for seed in (1, 1, 2))
    assert (first == again).all()
    assert (first != other).any()


def test_assign_parts__says_which_class_a_part_lacks():
    items = catalog(["bag"] * 40 + ["hat"], red=[True] * 41, new=[True] * 41)
    warnings = assign_parts(items).warnings
    lacking = {(w.part, w.label, w.items) for w in warnings}
    assert ("heldout", "hat", 0) in lacking and ("train", "shoe", 0) in lacking
    assert "hat: none in the held-out part (8 items)" in [w.sentence for w in warnings]


def test_assign_parts__says_when_one_group_is_too_large_for_the_fractions():
    items = catalog(["bag", "hat"] * 50, group=["big"] * 90 + [str(i) for i in range(10)])
    split = assign_parts(items)
    assert (split.parts[:90] == "train").all()
    assert (
        "the train part has 90% of the items where 60% were asked;"
        " groups and identical photos stay together"
    ) in [w.sentence for w in split.warnings]


def test_assign_parts__handles_no_items_and_one():
    assert assign_parts(catalog([])).parts.tolist() == []
    assert assign_parts(catalog(["bag"])).parts.tolist() == ["train"]


@pytest.mark.parametrize(
    ("given_options", "sentence"),
    [
        ({"train": 0.5}, "the fractions train + validation + held-out must sum to 1,"
                         " got 0.5 + 0.2 + 0.2 = 0.9"),
        ({"heldout": 20}, "fraction of the held-out part must lie in [0, 1], got 20;"
                          " write 20 % as 0.2"),
        ({"train": float("nan")}, "fraction of the train part must lie in [0, 1], got nan;"
                                  " write 20 % as 0.2"),
        ({"seed": -1}, "seed must be 0 or more, got -1"),
    ],
)
def test_split_options__refuse_with_a_sentence(given_options, sentence):
    with pytest.raises(SplitError) as caught:
        SplitOptions(**given_options)
    assert str(caught.value) == sentence


def test_quick_folds__are_balanced_for_few_items_and_dealt_by_chance_for_many():
    few = catalog(["bag", "hat"] * 30)
    assert (quick_folds(few, 5, seed=3) == assign_folds(few, 5, seed=3)).all()
    n = BALANCED + 10
    groups = [f"g{i // 2}" for i in range(n)]
    many = catalog(["bag"] * n, group=groups)
    found = quick_folds(many, 5, seed=3)
    assert (found[0::2] == found[1::2]).all()  # groups stay together
    assert np.bincount(found).min() > n / 5 - 10 and np.bincount(found).max() < n / 5 + 10
    backwards = Catalog(TASKS, many.rows.iloc[::-1].reset_index(drop=True))
    assert (quick_folds(backwards, 5, seed=3)[::-1] == found).all()
    with pytest.raises(SplitError, match="folds must be from 2 to"):
        quick_folds(many, 1)
