"""The colours keep the contrasts that the design promises, light and dark."""

import pytest

from webapp.components.theme import FILLS, fitting_room_theme
from webapp.render.tokens import TOKENS, tokens_css


def luminance(colour: str) -> float:
    parts = [int(colour[at:at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(("ink", "ground", "promised"), [
    ("ink", "page", (16.2, 16.3)), ("ink2", "surface", (8.6, 9.3)), ("ink3", "sunken", (4.7, 5.7)),
    ("blue", "surface", (6.1, 8.1)), ("blue", "blue-tint", (5.2, 6.7)),
    ("on-blue", "blue", (6.1, 8.4)), ("orange", "orange-tint", (5.3, 7.9)),
    ("orange-mark", "surface", (3.7, 7.7)), ("edge", "surface", (3.6, 4.3)),
    ("bar2", "sunken", (3.2, 3.8)),
])
def test_contrast__is_as_promised(ink, ground, promised):
    for side, wanted in enumerate(promised):
        assert contrast(TOKENS[ink][side], TOKENS[ground][side]) == pytest.approx(wanted, abs=0.11)


@pytest.mark.parametrize("name", [f"{side}{step}" for side in ("right", "wrong")
                                  for step in range(1, 6)])
def test_matrix__is_readable_in_black_or_white(name):
    for colour in TOKENS[name]:
        assert max(contrast(colour, "#000000"), contrast(colour, "#FFFFFF")) > 4.5


def test_theme__carries_both_sides_of_its_tokens():
    theme = fitting_room_theme()
    for variable, token in FILLS.items():
        assert getattr(theme, variable) == TOKENS[token][0]
        assert getattr(theme, f"{variable}_dark", TOKENS[token][1]) == TOKENS[token][1]


def test_stylesheet__names_every_token_twice():
    css = tokens_css()
    assert all(css.count(f"--{name}:") == 2 for name in TOKENS)
