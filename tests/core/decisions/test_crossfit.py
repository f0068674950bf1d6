import numpy as np
import pytest

from core.decisions.crossfit import crossfit, crossfit_items
from core.decisions.outcomes import outcomes_at
from core.decisions.reasons import BestF, PrecisionAtLeast
from core.decisions.thresholds import GRID, cut_counts
from core.decisions.tune import choose
from core.errors import SplitError
from tests.core.decisions.scored import scored_items


def noisy(n, seed=0):
    """One tag; a tagged item scores 0.2 more on average."""
    rng = np.random.default_rng(seed)
    labels = (rng.random(n) < 0.3).astype(np.int8)
    return np.clip(rng.normal(0.4 + 0.2 * labels, 0.15), 0, 1).astype(np.float32), labels


def test_crossfit__judges_each_fold_by_the_cuts_of_the_others():
    scores, labels = noisy(60)
    folds = np.arange(60) % 3
    column, truth = scores[:, None], labels[:, None]

    found = crossfit(column, truth, folds, BestF())

    accepted = np.zeros(60, bool)
    for fold in range(3):
        rest, here = folds != fold, folds == fold
        cut = choose(cut_counts(column[rest], truth[rest])).cuts[0]
        assert found.fold_cuts[fold, 0] == cut
        accepted[here] = scores[here] >= GRID[cut]
    assert found.honest.tp[0] == (accepted & (labels == 1)).sum()
    assert found.honest.fp[0] == (accepted & (labels == 0)).sum()
    assert found.honest.n[0] == 60
    whole = cut_counts(column, truth)
    assert found.choices.cuts == choose(whole).cuts
    assert found.apparent.tp == outcomes_at(whole, choose(whole).cuts).tp


def test_crossfit__is_honest_where_the_apparent_figure_is_too_good():
    """Over 60 small samples the cross-fitted F1 comes closer to that on new items."""
    new_scores, new_labels = noisy(20_000, seed=999)
    new = cut_counts(new_scores[:, None], new_labels[:, None])
    apparent, honest, true = [], [], []
    for seed in range(60):
        scores, labels = noisy(40, seed)
        found = crossfit(scores[:, None], labels[:, None], np.arange(40) % 5)
        apparent.append(found.apparent.f1[0])
        honest.append(found.honest.f1[0])
        true.append(outcomes_at(new, found.choices.cuts).f1[0])

    assert np.mean(apparent) - np.mean(true) > 0.04
    assert abs(np.mean(honest) - np.mean(true)) < 0.04


def test_crossfit__tells_cuts_their_spread_and_both_figures_by_tag():
    scores, labels = noisy(80)
    tags, truth = np.stack([scores, scores], 1), np.stack([labels, 0 * labels], 1)

    found = crossfit(tags, truth, np.arange(80) % 4, PrecisionAtLeast(0.5))

    said = found.to_json(("red", "old"))
    assert said["red"]["low"] <= said["red"]["threshold"] <= said["red"]["high"]
    assert said["red"]["honest"]["support"] == said["red"]["apparent"]["support"] == labels.sum()
    assert said["old"]["status"] == "undecided" and said["old"]["honest"]["precision"] is not None


def test_crossfit_items__keeps_groups_together():
    scores, labels = noisy(30)
    groups = [f"g{i // 10}" for i in range(30)]
    items, given = scored_items(np.stack([scores] * 2, 1), np.stack([labels] * 2, 1), groups=groups)

    found = crossfit_items(items, given, folds=3)

    by_group = crossfit(given.tags, items.tags, np.arange(30) // 10)
    assert sorted(found.fold_cuts[:, 0]) == sorted(by_group.fold_cuts[:, 0])
    assert found.honest.tp[0] == by_group.honest.tp[0]
    with pytest.raises(SplitError, match="folds must be from 2 to 3, got 5"):
        crossfit_items(items, given)
