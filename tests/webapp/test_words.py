"""Names of classes in words, in whatever manner the catalog writes them."""

import pytest

from core.tasks import Category, Tasks
from webapp.render.words import Words, and_list, count, percent


def words(*classes: str) -> Words:
    return Words(Tasks(Category("kind", classes)))


@pytest.mark.parametrize(("raw", "title", "many"), [
    ("CASUAL_DRESSES", "Casual dress", "casual dresses"),
    ("SHIRTS", "Shirt", "shirts"),
    ("TANK_TOPS", "Tank top", "tank tops"),
    ("ACCESSORIES", "Accessory", "accessories"),
    ("JEANS", "Jeans", "jeans"),
    ("SUNGLASSES", "Sunglasses", "sunglasses"),
    ("WATCHES", "Watch", "watches"),
    ("Topwear", "Topwear", "topwear items"),
    ("DRESS", "Dress", "dress items"),
    ("T-shirts", "T-shirt", "T-shirts"),
    ("Men’s Shoes", "Men’s Shoe", "men’s Shoes"),
    ("<img src=x>", "<img src=x>", "<img src=x> items"),
])
def test_class__gets_a_title_and_a_plural(raw, title, many):
    named = words(raw, "OTHER_THINGS")
    assert (named.names[raw], named.many(raw)) == (title, many)


def test_classes__that_would_share_a_title_keep_their_own_names():
    assert words("SHIRT", "SHIRTS").names == {"SHIRT": "SHIRT", "SHIRTS": "SHIRTS"}


def test_some__agrees_with_its_number():
    named = words("SHIRTS", "Topwear")
    assert [named.some(n, "SHIRTS") for n in (0, 1, 1200)] == ["0 shirts", "1 shirt", "1,200 shirts"]
    assert [named.some(n, "Topwear") for n in (1, 2)] == ["1 topwear item", "2 topwear items"]


def test_numbers__are_written_as_in_the_design():
    assert (percent(0.7342), percent(0.061, 1), percent(None)) == ("73 %", "6.1 %", "–")
    assert count(12345) == "12,345"


def test_lists__end_with_and():
    assert and_list(["a"], 5) == "a"
    assert and_list(["a", "b", "c"], 5) == "a, b and c"
    assert and_list(["a", "b", "c", "d"], 2) == "a, b and 2 more"
