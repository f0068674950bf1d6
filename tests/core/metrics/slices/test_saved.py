"""Saved slices: nobody's is lost, removed ones stay in the file, damage is told."""

import json
from concurrent.futures import ProcessPoolExecutor

import pytest

from core.errors import SliceError
from core.metrics.slices.conditions import Condition
from core.metrics.slices.saved import remove_slice, save_slice, saved_slice, saved_slices

DARK = (Condition("photo:brightness", "range", (None, 40.0)), Condition("group", "is", "ann"))


def test_a_slice__is_saved_with_who_and_when(tmp_path):
    kept = save_slice(tmp_path, "  dark   photos ", DARK, "Ana")
    assert saved_slices(tmp_path) == [kept]
    assert (kept.name, kept.conditions, kept.by) == ("dark photos", DARK, "Ana")
    assert kept.at.endswith("+00:00") and len(kept.id) == 12
    assert saved_slice(tmp_path, kept.id) == kept


def test_a_removed_slice__leaves_the_list_and_stays_in_the_file(tmp_path):
    kept = save_slice(tmp_path, "dark", DARK, "Ana")
    remove_slice(tmp_path, kept.id, "Bo")
    assert saved_slices(tmp_path) == []
    assert saved_slice(tmp_path, kept.id).removed_by == "Bo"
    assert save_slice(tmp_path, "Dark", DARK, "Cem").id != kept.id
    assert len(json.loads((tmp_path / "slices.json").read_text())["slices"]) == 2
    with pytest.raises(SliceError, match="not on the list any more"):
        remove_slice(tmp_path, kept.id, "Bo")


@pytest.mark.parametrize(("name", "conditions", "sentence"), [
    (" ", DARK, "give the slice a name of 1 to 80 characters"),
    ("x" * 81, DARK, "give the slice a name of 1 to 80 characters"),
    ("all", (), "a slice needs a condition"),
    ("DARK", DARK, "there is a slice 'DARK' already; choose another name"),
])
def test_what_cannot_be_saved__is_refused(tmp_path, name, conditions, sentence):
    save_slice(tmp_path, "dark", DARK, "Ana")
    with pytest.raises(SliceError, match=sentence):
        save_slice(tmp_path, name, conditions, "Ana")
    assert len(saved_slices(tmp_path)) == 1


def test_an_unknown_slice__and_a_damaged_file_are_told(tmp_path):
    with pytest.raises(SliceError, match="not among the saved ones"):
        saved_slice(tmp_path, "0" * 12)
    (tmp_path / "slices.json").write_text('{"slices": [{"id": 3}]}')
    with pytest.raises(SliceError, match="slices.json is damaged"):
        saved_slices(tmp_path)


def _save_ten(root, who):
    for number in range(10):
        save_slice(root, f"{who} {number}", DARK, who)


def test_two_processes__saving_at_once_lose_nothing(tmp_path):
    with ProcessPoolExecutor(2) as pool:
        list(pool.map(_save_ten, [tmp_path] * 2, ["Ana", "Bo"]))
    assert sorted(one.name for one in saved_slices(tmp_path)) == sorted(
        f"{who} {number}" for who in ("Ana", "Bo") for number in range(10))
