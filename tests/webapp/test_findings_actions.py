"""Findings on their page: which are listed, what a decision saves, and when an audit is stale."""

import csv
import io
import json
import time

import pandas as pd
import pytest

import core.commands.audit
from core.annotations.answer import Answer
from core.annotations.log import AnnotationLog, Voice
from core.errors import AnnotationError, FindingsError, ModelError
from core.tasks import Category, ItemColumns, Tags, Tasks
from tests.webapp.audited import (
    CONFLICT,
    DOUBTED,
    DUPLICATE,
    FINDINGS,
    FORGOTTEN,
    GONE,
    OUTSIDER,
    WRONG,
    audited,
    keep,
)
from tests.webapp.wardrobe import CLASSES, TAGS, wardrobe
from webapp.actions import auditing, deciding, finding_files, findings, relabel
from webapp.actions.jobs import Jobs
from webapp.actions.opened import open_now
from webapp.render import auditing as run_render
from webapp.render import findings as render
from webapp.render.deciding import decided_sentence
from webapp.render.words import Words
from webapp.session import Session

TASKS = Tasks(Category("kind", CLASSES), Tags(TAGS), ItemColumns("id"))
START = Session("shop", page="findings")


@pytest.fixture
def shop(tmp_path):
    """``shop()`` opens the workspace as it is now."""
    root = audited(tmp_path / "shop").root
    return lambda: open_now("shop", root)


def key(number: int) -> str:
    return f"{number:032x}"


def listed(opened, **place) -> list:
    board = findings.require_board(opened)
    rows = findings.listed(board, START.put("findings", **place))
    return [board.saved.findings[row] for row in rows]


def decide(opened, *meant, verdict="dismissed", by="Ana", number=1, **data):
    return deciding.decide(opened, findings.require_board(opened), START, {
        "keys": [one.key for one in meant], "verdict": verdict, "by": by, "key": key(number),
        **data,
    })


def states(opened) -> list[str]:
    return [findings.STATES[state] for state in findings.require_board(opened).state]


def run_value(opened, job=None):
    saved = findings.require_board(opened).saved
    return run_render.run_value(opened, saved, auditing.since(opened, saved), job)


def test_list__is_ordered_by_suspicion_and_narrowed(shop):
    assert listed(shop()) == list(FINDINGS)
    assert listed(shop(), check="label error") == [WRONG, DOUBTED]
    assert listed(shop(), of="heldout") == [WRONG, FORGOTTEN, OUTSIDER]
    assert listed(shop(), check="label error", of="train") == [DOUBTED]
    assert listed(shop(), state="dismissed") == []
    assert listed(shop(), check="typos", state="?", of="moon") == list(FINDINGS)


def test_list__counts_what_every_filter_would_show(shop):
    decide(shop(), WRONG)
    opened, session = shop(), START.put("findings", of="heldout")
    value = render.list_value(opened, session, findings.require_board(opened),
                              Words(opened.workspace.tasks))
    assert {one["title"]: one["count"] for one in value["checks"] if one["count"]} == {
        "All checks": 2, "Tag error": 1, "None of the classes": 1}
    assert {one["title"]: one["count"] for one in value["states"]} == {
        "Open": 2, "Accepted": 0, "Dismissed": 1, "Relabelled": 0, "All": 3}
    assert [one["title"] for one in value["sides"]] == [
        "Any side, 6", "Train, 3", "Validation, 0", "Held-out, 2"]
    assert (value["suggested"], value["suggestedHeldout"]) == (2, 2)


def test_reasons__are_sentences_with_classes_as_people_call_them():
    words = Words(TASKS)
    assert render.in_words(WRONG, words) == (
        "Labelled blouse (10 % likely by its photo), looks like shirt (85 %).")
    assert render.in_words(CONFLICT, words) == (
        "The very same photo, but labelled tank top and blouse.")
    assert render.in_words(DUPLICATE, words) == "2 items show the very same photo file."


def test_decisions__are_logged_with_who_where_and_why(shop):
    decide(shop(), WRONG, verdict="accepted")
    decide(shop(), FORGOTTEN, OUTSIDER, number=2, by="Ben")
    assert states(shop()) == ["open", "open", "accepted", "dismissed", "open", "dismissed", "open"]
    log = AnnotationLog.of(shop().workspace)
    [said] = log.history("b3")
    assert (said.annotator, said.value, said.source) == ("Ana", "accepted", "finding:label error")
    assert said.note == WRONG.because
    assert log.history("b2")[0].source == "findings"
    log.close()


def test_all_that_are_listed__are_meant_only_while_they_are_as_many_as_seen(shop):
    board, session = findings.require_board(shop()), START.put("findings", check="label error")
    said = {"scope": "all", "verdict": "dismissed", "by": "Ana", "key": key(1)}
    with pytest.raises(FindingsError, match="the list holds 2 findings now"):
        deciding.decide(shop(), board, session, {**said, "expected": 3})
    deciding.decide(shop(), board, session, {**said, "expected": 2})
    assert listed(shop(), state="dismissed") == [WRONG, DOUBTED]


@pytest.mark.parametrize(("data", "sentence"), [
    ({"keys": []}, "choose 1 to 20,000 findings, not 0"),
    ({"keys": ["0123456789abcdef"]}, "not among those of the last audit"),
    ({"keys": None}, "choose 1 to 20,000"),
    ({"verdict": "burnt"}, "a finding cannot be 'burnt'"),
    ({"verdict": "relabelled"}, "a finding cannot be 'relabelled'"),
    ({"key": "x"}, "no name of its own"),
])
def test_what_makes_no_sense__is_refused(shop, data, sentence):
    good = {"keys": [WRONG.key], "verdict": "accepted", "by": "Ana", "key": key(1)}
    with pytest.raises((AnnotationError, FindingsError), match=sentence):
        deciding.decide(shop(), findings.require_board(shop()), START, {**good, **data})
    assert set(states(shop())) == {"open"}


def test_relabelling__saves_label_and_decision_together_and_undoes_both(shop):
    made = deciding.relabelled(shop(), findings.require_board(shop()), START, {
        "finding": WRONG.key, "items": ["b3"], "category": "SHIRTS", "by": "Ana", "key": key(1)})
    assert decided_sentence(made) == "Relabelled; 1 held-out item is marked as corrected."
    assert shop().corrected_labels("heldout") == 1
    assert states(shop())[2] == "relabelled"
    assert deciding.undo(shop(), {"saves": [key(9), key(1)], "by": "Ana"}) == (key(1), [WRONG.key])
    assert shop().corrected_labels("heldout") == 0
    assert states(shop())[2] == "open"
    with pytest.raises(AnnotationError, match="there is nothing to undo here yet"):
        deciding.undo(shop(), {"saves": [key(1)], "by": "Ana"})


def test_relabelling__of_twins_is_for_items_of_the_finding_only(shop):
    board = findings.require_board(shop())
    wish = {"finding": CONFLICT.key, "category": "BLOUSES", "by": "Ana", "key": key(1)}
    with pytest.raises(FindingsError, match="this item does not belong to the finding"):
        deciding.relabelled(shop(), board, START, {**wish, "items": ["n2", "b1"]})
    deciding.relabelled(shop(), board, START, {**wish, "items": ["n2", "n3"]})
    assert shop().catalog.category[[10, 11]].tolist() == [0, 0]


def test_relabelling__of_a_look_alike_leaves_the_findings_as_they_are(shop):
    made = deciding.relabelled(shop(), findings.require_board(shop()), START, {
        "finding": None, "items": ["b1"], "category": "SHIRTS", "by": "Ana", "key": key(1)})
    assert (made.keys, decided_sentence(made)) == (
        (), "Relabelled; 1 held-out item is marked as corrected.")
    assert set(states(shop())) == {"open"} and shop().corrected_labels("heldout") == 1


def test_as_suggested__each_gets_its_own_answer_in_one_save(shop):
    board = findings.require_board(shop())
    made = deciding.as_suggested(shop(), board, START, {
        "scope": "all", "expected": 7, "by": "Ana", "key": key(1)})
    assert decided_sentence(made) == (
        "4 findings relabelled; 3 held-out items are marked as corrected;"
        " 3 without a suggested answer stay open.")
    labels = shop().catalog
    place = {item: row for row, item in enumerate(labels.item_ids)}
    assert [labels.category[place[item]] for item in ("b3", "n1", "t1")] == [1, 0, -1]
    assert labels.tags[place["b2"]].tolist() == [1, 0]
    assert listed(shop()) == [DUPLICATE, CONFLICT, GONE]
    relabel.undo(shop(), {"key": key(1), "by": "Ana"})
    assert len(listed(shop())) == 7 and shop().corrected_labels("all") == 0
    with pytest.raises(FindingsError, match="no answer is suggested here"):
        deciding.as_suggested(shop(), board, START, {
            "keys": [DUPLICATE.key], "by": "Ana", "key": key(2)})


def test_a_label_given_elsewhere__settles_the_finding(shop):
    relabel.save(shop(), relabel.wish_of(shop(), {"by": "Ben", "key": key(1), "category": "SHIRTS"},
                                         ["b3"]), "explore")
    assert states(shop())[2] == "relabelled"
    opened = shop()
    [row] = render.list_value(
        opened, START.put("findings", state="relabelled"), findings.require_board(opened),
        Words(opened.workspace.tasks),
    )["rows"]
    assert (row["decided"], row["corrected"]) == ("Labelled so since the audit", True)


def test_opened_again__a_decision_is_taken_back_and_labels_stay(shop):
    decide(shop(), DUPLICATE, verdict="accepted")
    decide(shop(), DUPLICATE, verdict="open again", number=2)
    assert states(shop())[0] == "open"


def test_a_second_person__is_told_what_the_first_decided(shop):
    decide(shop(), WRONG, by="Ben", was="open")
    made = decide(shop(), WRONG, verdict="accepted", number=2, was="open")
    assert decided_sentence(made) == "Accepted. Meanwhile Ben had dismissed it; yours stands now."
    assert states(shop())[2] == "accepted"


def test_undo_of_a_decision__changes_no_labels_and_says_so(shop):
    decide(shop(), WRONG)
    assert relabel.undo(shop(), {"key": key(1), "by": "Ana"}) == []


def test_moving_on__looks_at_the_next_one_that_is_left(shop):
    board = findings.require_board(shop())
    before = findings.listed(board, START)

    def after(*done):
        place = findings.move_on(board, before, START, [one.key for one in done]).place("findings")
        return place.get("finding")

    assert after(WRONG) == FORGOTTEN.key
    assert after(GONE) == OUTSIDER.key
    assert after(*FINDINGS) is None


def test_a_decided_finding__is_looked_at_all_the_same(shop):
    decide(shop(), WRONG)
    board = findings.require_board(shop())
    session = findings.look(START, {"finding": WRONG.key})
    assert findings.looked_at(board, session, findings.listed(board, session)) == (0, 2)
    nobody = findings.look(START, {"finding": "0" * 16})
    assert findings.looked_at(board, nobody, findings.listed(board, nobody)) == (0, 0)


def test_pages__of_the_list_are_as_the_link_says(tmp_path):
    many = tuple(DUPLICATE.__class__("tiny", (f"x{n}",), 0.9, f"{n}") for n in range(95))
    opened = open_now("shop", audited(tmp_path / "shop", many).root)
    board = findings.require_board(opened)
    for at, first, shown in (("0", "x0", 40), ("2", "x80", 15), ("9", "x80", 15), ("no", "x0", 40)):
        value = render.list_value(opened, START.put("findings", at=at), board,
                                  Words(opened.workspace.tasks))
        assert (value["rows"][0]["items"][0]["id"], len(value["rows"])) == (first, shown)
        assert value["rows"][0]["items"][0]["label"] == "not in the catalog now"


def test_stale__after_labels_model_or_catalog_have_changed(shop, tmp_path):
    assert run_value(shop())["text"] == (
        "Audited 22 Nov 2026, 03:40 UTC: 7 findings in 12 items, with the model “paint”.")
    assert not run_value(shop())["stale"]
    decide(shop(), WRONG)
    assert not run_value(shop())["stale"]  # a decision is no label
    log = AnnotationLog.of(shop().workspace)
    save = log.append([Answer("b1", "category", "SHIRTS")], Voice("Ben", "explore"))
    assert run_value(shop())["notes"] == ["Since then 1 item was answered."]
    log.undo(save, Voice("Ben", "undo"))
    assert not run_value(shop())["stale"]
    log.close()
    other = open_now("other", audited(tmp_path / "other", model_id="another").root)
    assert run_value(other)["notes"] == ["Since then the model “paint” was trained anew."]
    anew = wardrobe(tmp_path / "anew")
    keep(anew, FINDINGS)
    rows = pd.read_parquet(anew.catalog_path)
    rows.iloc[:-1].to_parquet(anew.catalog_path)
    assert run_value(open_now("anew", anew.root))["notes"] == [
        "Since then the catalog was made anew."]


def test_files__hold_what_is_listed(shop):
    decide(shop(), WRONG)
    session = START.put("findings", check="label error", state="all")
    text, name = finding_files.findings_csv(session, shop())
    rows = list(csv.DictReader(io.StringIO(text)))
    assert name == "findings.csv"
    assert [(row["item_id"], row["state"], row["decided_by"], row["split"]) for row in rows] == [
        ("b3", "dismissed", "Ana", "heldout"), ("n1", "open", "", "train")]
    twins = list(csv.DictReader(io.StringIO(finding_files.findings_csv(START, shop())[0])))[:2]
    assert [row["item_id"] for row in twins] == ["n2", "n3"]
    value = json.loads(finding_files.findings_json(session, shop())[0])
    assert [one["state"] for one in value["findings"]] == ["dismissed", "open"]
    assert value["counts"]["label error"] == 2


def test_damaged_findings__are_a_sentence_and_a_way_out(shop):
    (shop().workspace.root / "findings.json").write_text("{")
    with pytest.raises(FindingsError, match="findings.json cannot be read") as error:
        findings.board_of(shop())
    value = run_render.run_value(shop(), None, None, None, error.value)
    assert value["error"].endswith("run the audit again.")
    assert value["button"] == "Run the audit"


def test_without_photos_or_model__the_page_says_what_can_be_found(tmp_path):
    bare = open_now("bare", wardrobe(tmp_path / "bare", photos=False).root)
    assert run_render.run_value(bare, None, None, None)["title"] == "There are no photos to audit"
    assert run_render.run_value(bare, None, None, None)["button"] is None
    shop = wardrobe(tmp_path / "shop", predicted=False)
    value = run_render.run_value(open_now("shop", shop.root), None, None, None)
    assert value["notes"][0].startswith("There is no model that answers this workspace")
    assert value["button"] == "Run the audit"


def test_audit_job__tells_its_steps_and_stops_when_asked(shop, monkeypatch):
    def endless(workspace, model, *, answering, looking, checking):
        assert model is None  # the one in use; without it photos are compared all the same
        for done in range(10**6):
            looking(done, 10**6)
            time.sleep(0.005)

    monkeypatch.setattr(core.commands.audit, "audit_workspace", endless)
    jobs, opened = Jobs(), shop()
    auditing.start(jobs, opened)
    job = auditing.state(jobs, opened)
    wait_for(lambda: job.done > 1)
    auditing.start(jobs, opened)
    assert auditing.state(jobs, opened) is job
    value = run_value(opened, job)
    assert (value["busy"], value["step"]) == (True, 1)
    assert value["text"].startswith("Looking at photos: ")
    auditing.stop(jobs, opened)
    wait_for(lambda: not job.running)
    assert run_value(opened, job)["error"] is None

    def broken(*_, **__):
        raise ModelError("the disk is full")

    monkeypatch.setattr(core.commands.audit, "audit_workspace", broken)
    auditing.start(jobs, opened)
    wait_for(lambda: not auditing.state(jobs, opened).running)
    assert run_value(opened, auditing.state(jobs, opened))["error"] == "The disk is full."


def wait_for(true):
    until = time.monotonic() + 20
    while not true() and time.monotonic() < until:
        time.sleep(0.01)
    assert true()
