"""Callers who send the very same photo at one time."""

import pytest

from webapp.actions.twins import Twins


def gone():
    raise FileNotFoundError("shirt.jpg")


def test_twins__the_second_gets_the_answer_of_the_first():
    twins = Twins()
    assert twins.answer("shirt", lambda: {"n": 1}) == {"n": 1}
    assert twins.answer("shirt", gone) == {"n": 1}


def test_twins__another_photo_that_is_gone_is_an_error():
    twins = Twins()
    twins.answer("shirt", lambda: {"n": 1})
    with pytest.raises(FileNotFoundError):
        twins.answer("dress", gone)


def test_twins__answers_are_forgotten():
    twins = Twins(seconds=-1)
    twins.answer("shirt", lambda: {"n": 1})
    with pytest.raises(FileNotFoundError):
        twins.answer("shirt", gone)
