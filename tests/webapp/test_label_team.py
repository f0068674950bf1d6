"""What a team shares on the page Label: queues, guidelines with pins, how far everybody is."""

import pytest

from core.annotations.log import AnnotationLog
from core.errors import AnnotationError
from core.metrics.slices.conditions import IS, Condition
from core.metrics.slices.saved import save_slice
from tests.annotated import say
from tests.webapp.wardrobe import wardrobe
from webapp.actions import agreement, guidelines, label, queues
from webapp.actions.opened import open_now
from webapp.render import label as render

TWICE = {"weights": {"random": 1}, "overlap": 2, "lease_seconds": 600, "blind": True,
         "hides_model": True}


@pytest.fixture
def shop(tmp_path):
    """``shop()`` opens the workspace as it is now."""
    root = wardrobe(tmp_path / "shop").root
    return lambda: open_now("shop", root)


def keep(shop, name="twice", by="Ana", was=None, **settings):
    return queues.save(shop(), {"name": name, "settings": {**TWICE, **settings}, "by": by, "was": was})


def left(opened, name):
    return label.left(opened, label.queue(opened, name))


def answer(shop, by, *items, queue="twice"):
    """Say SHIRTS of items, in one queue."""
    for item in items:
        label.save(shop(), {"item": item, "category": "SHIRTS", "tags": [], "queue": queue,
                            "key": f"{by}{item}".encode().hex().zfill(32)}, by)


def test_a_queue__is_there_for_everybody_and_asks_two_people(shop):
    keep(shop)
    first = render.queues_value(shop())[0]
    assert (first["name"], first["own"], first["left"], first["answers"]) == ("twice", True, 12, 24)
    answer(shop, "Ana", "b1", "b2")
    answer(shop, "Ben", "b1")
    opened = shop()
    found = left(opened, "twice")
    assert len(found) == 11 and found.answers == 21 and "b1" not in found.item_ids
    assert label.left_for(opened, found, "Ana") == 10 and label.left_for(opened, found, "Ben") == 11
    far = render.progress_value(opened, label.queue(opened, "twice"), "Ana")
    assert (far["mine"], far["given"], far["left"]) == (2, 3, 10)
    assert [(one["name"], one["items"]) for one in far["people"]] == [("Ana", 2), ("Ben", 1)]


def test_a_queue__keeps_to_its_filter_and_to_a_slice(shop):
    keep(shop, part="heldout", label="tag:checker")
    assert sorted(left(shop(), "twice").item_ids) == ["b3", "b4", "s1", "s2"]
    blouses = save_slice(shop().workspace.root, "Held-out blouses",
                         [Condition("label", IS, "BLOUSES")], "Ana")
    keep(shop, was="twice", part="heldout", slice=blouses.id)
    assert sorted(left(shop(), "twice").item_ids) == ["b1", "b2", "b3", "b4"]


def test_a_mix__draws_from_each_by_its_weight(shop):
    keep(shop, weights={"answer": 3, "margin": 1}, choice="TANK_TOPS")
    first = left(shop(), "twice").item_ids.tolist()[:4]
    assert set(first[:2]) == {"t1", "n2"} and "s2" in first  # s2 leads by margin


def test_a_changed_queue__is_changed_on_purpose_only(shop):
    keep(shop)
    with pytest.raises(AnnotationError, match="there is a queue 'twice' already"):
        keep(shop, by="Ben", overlap=3)
    keep(shop, by="Ben", was="twice", overlap=3)
    assert label.queue(shop(), "twice").rules.overlap == 3
    assert render.queues_value(shop())[0]["saved"].startswith("Ben, ")
    queues.remove(shop(), {"name": "twice", "by": "Ana"})
    assert "twice" not in label.queues(shop())
    answer(shop, "Ben", "b1")  # it was on its way
    assert len(shop().records) == 3
    with pytest.raises(AnnotationError, match="there is no queue 'never'"):
        answer(shop, "Ben", "b1", queue="never")


@pytest.mark.parametrize(("data", "sentence"), [
    ({"settings": TWICE}, "give the queue a name"), ({"name": "x"}, "no settings of a queue"),
    ({"name": "x", "settings": {**TWICE, "weights": {}}}, "a weight above 0"),
    ({"name": "x", "settings": {**TWICE, "slice": "0" * 12}}, "not among the saved ones"),
    ({"name": "x", "settings": {**TWICE, "weights": {"suspected": 1}}}, None),
])
def test_a_queue_that_makes_no_sense__is_refused(shop, data, sentence):
    if sentence is None:  # nothing to go by yet; it may come
        queues.save(shop(), data)
        assert "run python -m core audit" in render.queues_value(shop())[0]["problem"]
        return
    with pytest.raises(Exception, match=sentence):
        queues.save(shop(), data)


def test_blind__nobody_sees_what_others_said_unless_the_queue_shows_it(shop):
    keep(shop)
    keep(shop, "open", blind=False, hides_model=False)
    answer(shop, "Ana", "b1")
    for name, said, guess in (("twice", [], ""), ("open", ["Ana: shirt"], "blouse (90 %), floral")):
        item = render.items_value(shop(), ["b1"], label.queue(shop(), name), "Ben")[0]
        assert (item["said"], item["guess"]) == (said, guess)
    own = render.items_value(shop(), ["b1"], label.queue(shop(), "open"), "Ana")[0]
    assert own["said"] == []


def test_items_sent_for_another_vote__wait_until_they_have_it(shop):
    log = AnnotationLog.of(shop().workspace)
    for who, value in (("Ana", "SHIRTS"), ("Ben", "BLOUSES")):
        label.save(shop(), {"item": "s1", "category": value, "tags": [], "queue": "random",
                            "key": f"{len(who) + ord(who[0]):032x}"}, who)
    assert agreement.send(shop(), ["s1", "s1", "b2"], "Eva") == 2
    assert agreement.send(shop(), ["s1"], "Eva") == 0
    assert sorted(left(shop(), "sent").item_ids) == ["b2", "s1"] and render.badge(shop()) == 2
    assert label.take(shop(), label.queue(shop(), "sent"), "Ana") == ["b2"]
    assert sorted(label.take(shop(), label.queue(shop(), "sent"), "Cem")) == ["s1"]
    say(log, "Cem", "s1 SHIRTS", source="queue:sent")
    log.close()
    assert left(shop(), "sent").item_ids.tolist() == ["b2"]


def test_guidelines__say_who_wrote_them_and_two_writers_lose_nothing(shop):
    said = {"subject": "SHIRTS", "text": "A collar.\r\n\x00Buttons. ", "after": 0, "by": "Ana"}
    guidelines.write(shop(), said)
    shirts = next(one for one in render.guide_value(shop())["subjects"] if one["name"] == "Shirt")
    assert shirts["text"] == "A collar.\nButtons." and shirts["said"].startswith("Ana, ")
    with pytest.raises(AnnotationError, match="Ana has changed this meanwhile"):
        guidelines.write(shop(), {"subject": "SHIRTS", "text": "Mine.", "after": 0, "by": "Ben"})
    guidelines.write(shop(), {"subject": "SHIRTS", "text": "", "after": shirts["number"], "by": "Ben"})
    guidelines.write(shop(), {"subject": "SHIRTS", "text": "Anew.", "after": 0, "by": "Ben"})
    told = render.versions_value(guidelines.versions(shop(), {"subject": "SHIRTS"}))
    assert [one["text"] for one in told] == ["Anew.", "", "A collar.\nButtons."]


def test_pins__stand_for_their_class_and_can_be_taken_down(shop):
    for item in ("s2", "s1", "s2"):
        guidelines.pin(shop(), {"subject": "SHIRTS", "item": item, "pinned": True, "by": "Ana"})
    shirts = next(one for one in render.guide_value(shop())["subjects"] if one["subject"] == "SHIRTS")
    assert [pin["id"] for pin in shirts["pins"]] == ["s2", "s1"]
    assert shirts["pins"][0]["words"] == "Item s2, pinned by Ana"
    assert label.examples(shop())["SHIRTS"] == "s2"
    guidelines.pin(shop(), {"subject": "SHIRTS", "item": "s2", "pinned": False, "by": "Ben"})
    assert label.examples(shop())["SHIRTS"] == "s1"


@pytest.mark.parametrize(("change", "data", "sentence"), [
    (guidelines.write, {"subject": "SHOES", "text": "", "after": 0}, "there is no class or tag 'SHOES'"),
    (guidelines.write, {"subject": "SHIRTS", "text": "x" * 4001, "after": 0}, "at most 4,000 characters"),
    (guidelines.write, {"subject": "SHIRTS", "text": "x"}, "reload the page"),
    (guidelines.pin, {"subject": "tag:floral", "item": "zz", "pinned": True}, "there is no item 'zz'"),
])
def test_nonsense__is_refused_with_a_sentence(shop, change, data, sentence):
    with pytest.raises(AnnotationError, match=sentence):
        change(shop(), data)
