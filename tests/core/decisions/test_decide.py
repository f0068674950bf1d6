import numpy as np
import pytest

from core.decisions.decide import decide
from core.decisions.thresholds import GRID, cut_counts
from core.errors import DecisionError
from core.predictions.table import Predictions
from core.tasks import Category, Tags, Tasks

TASKS = Tasks(Category("kind", ("CUP", "JAR")), Tags(("red", "old")))


def scored(tags):
    n = len(tags)
    return Predictions(
        TASKS, np.array([str(i) for i in range(n)], object), np.full((n, 2), 0.5, np.float32),
        np.array(tags, np.float32).reshape(n, 2),
    )


def test_decide__accepts_a_tie_and_goes_by_the_tags_name():
    decisions = decide(scored([[0.5, 0.25], [0.49, 0.26]]), {"old": 0.25, "red": 0.5})

    assert decisions.tolist() == [[True, True], [False, True]]


def test_decide__says_the_same_as_the_counts_at_every_cut():
    scores = np.repeat(GRID.astype(np.float32)[:, None], 2, axis=1)
    counts = cut_counts(scores, np.ones(scores.shape, np.int8))

    for k in range(0, 1001, 7):
        accepted = decide(scored(scores), {"red": k / 1000, "old": 1.0})
        assert accepted[:, 0].sum() == counts.positives_at_or_above[0, k]


def test_decide__of_no_items_is_empty():
    assert decide(scored([]), {"red": 0.5, "old": 0.5}).shape == (0, 2)


def test_decide__refuses_a_tag_without_threshold():
    with pytest.raises(DecisionError, match="tag 'old' has no threshold.*has one for red; save"):
        decide(scored([[0.5, 0.5]]), {"red": 0.5})
