import json

import numpy as np
import pandas as pd
import pytest

from core.catalog.table import Catalog
from core.decisions.bundle import Bundle
from core.errors import DecisionError, TasksMismatchError
from core.metrics.evaluation import evaluate, evaluate_part, set_figures
from core.metrics.intervals import wilson
from core.predictions.table import Predictions
from core.tasks import Category, Tags, Tasks

TASKS = Tasks(Category("kind", ("CUP", "JAR")), Tags(("red", "old")))


def catalog(rows: list[tuple], tasks: Tasks = TASKS) -> Catalog:
    columns = ["item_id", "split", "content", "category", "tag:red", "tag:old"]
    frame = pd.DataFrame(rows, columns=columns[:4 + len(tasks.tag_names)])
    for tag in tasks.tag_names:
        frame[f"tag:{tag}"] = frame[f"tag:{tag}"].astype("boolean")
    return Catalog(tasks, frame)


def predictions(scores: dict[str, tuple], tasks: Tasks = TASKS) -> Predictions:
    first = np.array([row[0] for row in scores.values()], np.float32)
    tags = np.array([row[1:] for row in scores.values()], np.float32)
    return Predictions(
        tasks, np.array(list(scores), object), np.stack([first, 1 - first], axis=1),
        tags.reshape(len(scores), len(tasks.tag_names)),
    )


ITEMS = catalog([
    ("a", "heldout", "01", "CUP", True, False),
    ("b", "heldout", "02", "CUP", False, False),
    ("c", "heldout", "03", "JAR", True, None),
    ("d", "heldout", None, None, False, True),
    ("e", "heldout", "05", "JAR", True, True),
    ("f", "validation", "06", "JAR", True, True),
])
SCORES = predictions({  # in another order than the catalog, f without scores
    "e": (0.9, 0.9, 0.9), "d": (0.1, 0.5, 0.1), "c": (0.3, 0.4, 0.9), "b": (0.2, 0.1, 0.2),
    "a": (0.75, 0.5, 0.3),
})
CUTS = {"old": 0.25, "red": 0.5}


def test_evaluate_part__by_hand_joined_by_id():
    figures = evaluate_part(ITEMS.part("heldout"), SCORES, CUTS)

    assert figures["n"] == 4
    assert figures["confusion"] == [[1, 1], [1, 1]]
    assert figures["top1"] == 0.5 and figures["top2"] == 1
    assert figures["macro_f1"] == 0.5
    assert figures["ece"] == pytest.approx((0.25 + 0.8 + 0.3 + 0.9) / 4, abs=1e-6)
    red, old = figures["tags"]["red"], figures["tags"]["old"]
    assert (red["tp"], red["fp"], red["fn"], red["tn"]) == (2, 1, 1, 1)  # a and d tie at the cut
    assert (old["tp"], old["fp"], old["fn"], old["tn"]) == (1, 1, 1, 1)  # c has no answer
    assert red["threshold"] == 0.5 and red["support"] == 3
    assert figures["per_class"]["CUP"]["precision"] == 0.5
    bins = figures["reliability"]["tag:red"]  # of 15; 0.5 in bin 7: a is red, d is not
    assert (bins["bin"], bins["items"], bins["right"]) == ([1, 6, 7, 13], [1, 1, 2, 1],
                                                           [0.0, 1.0, 0.5, 1.0])
    assert red["ece"] == pytest.approx((0.1 + 0.6 + 2 * 0 + 0.1) / 5, abs=1e-6)
    assert sum(figures["reliability"]["category"]["items"]) == 4


def test_evaluate__leaves_out_of_heldout_what_the_model_was_fitted_on():
    figures = evaluate(ITEMS, SCORES, CUTS, seen={"01", "05", "06"})

    assert figures["heldout"]["left_out_seen"] == 2
    assert figures["heldout"]["confusion"] == [[0, 1], [0, 1]]
    assert figures["heldout"]["tags"]["red"]["support"] == 1
    assert figures["validation"]["left_out_seen"] == 0  # fitted there by design


def test_evaluate__counts_items_without_scores():
    assert evaluate(ITEMS, SCORES, CUTS)["validation"]["without_prediction"] == 1


def test_evaluate_part__of_no_items_is_none_everywhere_and_writes_as_json():
    figures = evaluate_part(ITEMS.part("train"), SCORES, CUTS)

    assert figures["n"] == 0
    assert figures["top1"] is figures["ece"] is figures["macro_f1"] is None
    assert figures["tags"]["red"]["ap"] is figures["tags"]["red"]["precision"] is None
    json.dumps(figures, allow_nan=False)


def test_evaluate_part__works_without_tags():
    tasks = Tasks(Category("kind", ("CUP", "JAR")))
    items = catalog([("a", "heldout", "01", "JAR")], tasks)

    figures = evaluate_part(items, predictions({"a": (0.2,)}, tasks), {})

    assert figures["top1"] == 1 and figures["tags"] == {}


def test_evaluate_part__refuses_predictions_of_other_tasks():
    other = Tasks(Category("kind", ("CUP", "POT")), Tags(("red", "old")))

    with pytest.raises(TasksMismatchError, match="answer other questions than the catalog asks"):
        evaluate_part(ITEMS, predictions({"a": (0.5, 0.5, 0.5)}, other), CUTS)


def test_evaluate_part__refuses_a_tag_without_threshold():
    with pytest.raises(DecisionError, match="tag 'old' has no threshold"):
        evaluate_part(ITEMS, SCORES, {"red": 0.5})


def test_evaluate_part__compares_with_the_saved_cut_in_double_precision():
    scores = predictions({"a": (0.5, 0.7, 0.7)})  # float32(0.7) stores 0.69999999

    figures = evaluate_part(ITEMS, scores, {"red": 0.7, "old": 0.699})

    assert figures["tags"]["red"]["fn"] == 1
    assert figures["tags"]["old"]["fp"] == 1


def of_sellers(sellers: int) -> tuple[Catalog, Predictions]:
    """40 cups, the first half answered rightly, of sellers who took as many photos each."""
    items = catalog([(f"i{k}", "heldout", f"{k}", "CUP", None, None) for k in range(40)])
    items.rows["group"] = [f"seller {k * sellers // 40}" for k in range(40)]
    return items, predictions({f"i{k}": (0.8 if k < 20 else 0.3, 0.5, 0.5) for k in range(40)})


def test_intervals__take_a_sellers_photos_together():
    many, few = (evaluate_part(*of_sellers(sellers), CUTS) for sellers in (40, 10))
    assert many["top1"] == few["top1"] == 0.5 and many["top2"] == 1
    assert many["top1_interval"] == list(wilson(20, 40))
    assert few["top1_interval"][0] < wilson(5, 10)[0] < wilson(5, 10)[1] < few["top1_interval"][1]
    assert few["top2_interval"] == list(wilson(10, 10))


def test_set_figures__are_those_of_the_labelled_items():
    items, scores = of_sellers(40)
    items.rows.loc[39, "category"] = None
    bundle = Bundle("m", CUTS, {}, "2026", set_cut=0.25, coverage=0.9)
    assert set_figures(items, scores, bundle) == {
        "n": 39, "promised": 0.9, "covered": 1.0, "covered_interval": list(wilson(39, 39)),
        "mean_size": (20 + 19 * 2) / 39,
    }
    tight = Bundle("m", CUTS, {}, "2026", set_cut=0.5, coverage=0.9)
    assert set_figures(items, scores, tight)["covered"] == 20 / 39
    assert set_figures(items, scores, Bundle("m", CUTS, {}, "2026")) is None
