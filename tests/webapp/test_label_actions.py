"""Which items a person gets to label, what may be said of them, and what is left."""

import json

import pytest

from core.annotations.log import AnnotationLog
from core.annotations.verdicts import remember
from core.errors import AnnotationError
from tests.webapp.audited import FORGOTTEN, WRONG, audited
from tests.webapp.wardrobe import ITEMS, wardrobe
from webapp.actions import label, relabel
from webapp.actions.opened import open_now
from webapp.render import label as render


@pytest.fixture
def shop(tmp_path):
    """``shop()`` opens the workspace as it is now."""
    root = wardrobe(tmp_path / "shop").root
    return lambda: open_now("shop", root)


def left(opened, name):
    return label.left(opened, label.queue(opened, name)).item_ids.tolist()


def take(opened, name, who):
    return label.take(opened, label.queue(opened, name), who)


def said(item, category, number=1, queue="margin", **more):
    return {"item": item, "category": category, "queue": queue, "tags": [],
            "key": f"{number:032x}", **more}


def test_the_least_sure_come_first(shop):
    assert left(shop(), "margin")[:3] == ["s2", "b4", "b2"]


def offered(opened):
    return {one["name"]: one["left"] for one in render.queues_value(opened)}


def test_queues__are_those_with_something_to_give(shop):
    assert offered(shop()) == dict.fromkeys(("margin", "entropy", "random"), len(ITEMS))


def test_two_people__never_hold_the_same_item(shop):
    ana, ben = take(shop(), "margin", "Ana"), take(shop(), "margin", "Ben")
    assert len(ana) == 8 and len(ben) == 4 and not set(ana) & set(ben)
    assert take(shop(), "margin", "Ana") == ana


def test_another_queue__gives_back_what_is_held(shop):
    take(shop(), "margin", "Ana")
    label.leave(shop(), "margin", "Ana")
    label.leave(shop(), "nowhere", "Ana")
    assert take(shop(), "margin", "Ben")[:3] == ["s2", "b4", "b2"]


def test_an_answer__settles_the_category_and_every_tag(shop):
    label.save(shop(), said("s2", "BLOUSES", tags=["floral"]), "Ana")
    log = AnnotationLog.of(shop().workspace)
    assert [(a.task, a.value, a.source) for a in log.history("s2")] == [
        ("category", "BLOUSES", "queue:margin"), ("tag:floral", "true", "queue:margin"),
        ("tag:checker", "false", "queue:margin")]
    log.close()
    opened = shop()
    row = opened.place_of.get_loc("s2")
    assert opened.catalog.category[row] == 0 and opened.catalog.tags[row].tolist() == [1, 0]
    assert "s2" not in left(opened, "margin") and offered(opened)["margin"] == 11


def test_a_skipped_item__is_left_for_others(shop):
    label.save(shop(), said("s2", "skip"), "Ana")
    assert "s2" not in take(shop(), "margin", "Ana")
    assert take(shop(), "margin", "Ben")[0] == "s2"


def test_none_of_these__leaves_the_item_without_a_category(shop):
    label.save(shop(), said("s2", "none of these"), "Ana")
    opened = shop()
    assert opened.catalog.category[opened.place_of.get_loc("s2")] == -1


def test_undo__puts_the_item_back_into_the_queue(shop):
    label.save(shop(), said("s2", "BLOUSES"), "Ana")
    relabel.undo(shop(), {"key": f"{1:032x}", "by": "Ana"})
    assert left(shop(), "margin")[0] == "s2" and shop().corrected_labels("all") == 0


def test_suspected_errors__follow_the_audit(shop):
    findings = [
        {"check": "label error", "item_ids": ["t1"], "suspicion": 0.4},
        {"check": "tag error", "item_ids": ["b1"], "suspicion": 0.9},
        {"check": "too dark", "item_ids": ["b2"], "suspicion": 1.0},
        {"check": "label error", "item_ids": ["gone"], "suspicion": 1.0},
    ]
    (shop().workspace.root / "findings.json").write_text(json.dumps({"findings": findings}))
    assert left(shop(), "suspected") == ["b1", "t1"]
    assert next(iter(offered(shop()))) == "suspected" and render.badge(shop()) == 2


def test_suspected_errors__that_were_dismissed_are_not_asked_for(tmp_path):
    root = audited(tmp_path / "doubted").root
    before = left(open_now("doubted", root), "suspected")
    log = AnnotationLog(f"sqlite:///{root / 'annotations.db'}")
    remember(log, WRONG, "dismissed", "Ana")
    remember(log, FORGOTTEN, "accepted", "Ana")
    log.close()
    assert before == ["b3", "b2", "n1"]
    assert left(open_now("doubted", root), "suspected") == ["b2", "n1"]


@pytest.mark.parametrize("text", ["", "[]", '{"findings": [{"check": "label error"}]}'])
def test_a_damaged_audit__is_no_audit(shop, text):
    (shop().workspace.root / "findings.json").write_text(text)
    assert "suspected" not in offered(shop())


@pytest.mark.parametrize(("sent", "sentence"), [
    (said("zz", "SHIRTS"), "there is no item 'zz'"),
    (said("b1", None), "choose a category first"),
    (said("b1", "SHOES"), "there is no category 'SHOES'"),
    (said("b1", "SHIRTS", tags=["plaid"]), "not the tags of this workspace"),
    (said("b1", "SHIRTS", tags="floral"), "not the tags of this workspace"),
    (said("b1", "SHIRTS", queue="../x"), "there is no queue '../x'"),
    (said("b1", "SHIRTS", key=7), "this save has no name of its own"),
])
def test_nonsense__is_refused_with_a_sentence(shop, sent, sentence):
    with pytest.raises(AnnotationError, match=sentence):
        label.save(shop(), sent, "Ana")
    assert len(shop().records) == 0


def test_what_is_shown_before_an_answer__leads_nobody(shop):
    queue = label.queue(shop(), "margin")
    text = json.dumps(render.items_value(shop(), take(shop(), "margin", "Ana"), queue, "Ana"))
    assert "BLOUSES" not in text and "Blouse" not in text and "floral" not in text
    assert render.answered_value(shop(), "s2") == "blouse (60 %), checker"


def test_examples__are_labelled_so_and_the_model_agrees_most(shop):
    assert label.examples(shop()) == {"BLOUSES": "b1", "SHIRTS": "s1", "TANK_TOPS": "t1"}
