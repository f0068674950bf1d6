"""Corrections: figures before and after, at any moment, the list, and the line above figures."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta

import pytest

from core.annotations.answer import Answer
from core.annotations.effect import CORRECTED, IMPORTED, UNTOUCHED
from core.annotations.log import AnnotationLog, Voice
from core.errors import AnnotationError
from tests.webapp.answered import answered_workspace
from tests.webapp.wardrobe import wardrobe
from webapp.actions import corrected_list, corrections
from webapp.actions.opened import open_now
from webapp.render import corrected_list as list_render
from webapp.render import corrections as render
from webapp.render.corrected_strip import strip_value
from webapp.render.words import Words
from webapp.session import Session

HERE = Session("shop", page="corrections")


@pytest.fixture
def shop(tmp_path):
    """b2 and b3 go the model's way, b1 against it; a tag of t1 and a train label change too."""
    workspace = wardrobe(tmp_path / "shop")
    log = AnnotationLog.of(workspace)
    log.append([Answer("b2", "category", "SHIRTS"), Answer("b3", "category", "SHIRTS")],
               Voice("Ana", "confusion:BLOUSES>SHIRTS"))
    log.append([Answer("b1", "category", "TANK_TOPS"), Answer("n3", "tag:floral", "true")],
               Voice("Ben", "explore"))
    log.append([Answer("t1", "tag:floral", "true"), Answer("b2", "tag:checker", "true")],
               Voice("Ben", "explore"))
    log.close()
    return workspace


def now(workspace):
    return open_now("shop", workspace.root)


def values(opened, session=HERE):
    moment, words = corrections.moment_of(opened, session), Words(opened.workspace.tasks)
    found = corrected_list.listed(opened, session)
    return {
        "moment": render.moment_value(opened, session, moment),
        "summary": render.summary_value(opened, session, moment),
        "figures": render.figures_value(opened, session, moment, words),
        "matrix": render.matrix_value(opened, session, moment, words),
        "curves": list_render.curve_value(opened, session, moment),
        "list": list_render.list_value(opened, session, found, words),
        "panel": list_render.panel_value(opened, session, found, words),
    }


def test_summary__says_who_corrected_what_and_which_way_it_went(shop):
    summary = values(now(shop))["summary"]
    assert summary["text"] == ("6 labels of 5 items differ from the import: 1 train and 5 held-out;"
                               " by Ben (4) and Ana (2).")
    assert [(tile["way"], tile["count"]) for tile in summary["tiles"]] == [
        ("towards", "2"), ("away", "3"), ("neither", "0")]
    assert summary["warning"] == ""  # more go against the model than with it


def test_side_without_corrections__says_so(shop):
    found = values(now(shop), Session("shop", page="corrections", part="validation"))
    assert found["summary"]["looked"] == (
        "None of them is of validation photos; choose other photos above.")
    assert found["figures"] is found["list"] is None and found["summary"]["tiles"] == []


def test_warning__stands_where_people_looked_at_what_the_model_had_wrong(tmp_path):
    shop = wardrobe(tmp_path / "shop")
    log = AnnotationLog.of(shop)
    log.append([Answer("b2", "category", "SHIRTS"), Answer("b3", "category", "SHIRTS")],
               Voice("Ana", "confusion:BLOUSES>SHIRTS"))
    log.close()
    summary = values(now(shop))["summary"]
    assert summary["warning"].startswith(
        "2 of 2 corrected labels are ones that the model had wrong; 2 now agree with it, 0 no"
        " longer do. People looked at 2 of the 4 labels that it had wrong and at 0 of the 17 that it had"
        " right")
    strip = strip_value(now(shop), Session("shop", page="confusion"))
    assert strip == {"warn": True, "text": (
        "2 held-out labels were corrected since the import. Top-1 is 71.4 %; as imported 42.9 %,"
        " without them 60.0 %.")}


def test_strip__stands_above_figures_on_corrected_labels_only(shop):
    opened = now(shop)
    assert strip_value(opened, Session("shop", page="models", part="train"))["warn"] is False
    assert strip_value(opened, Session("shop", page="confusion", part="validation")) is None
    assert strip_value(opened, Session("shop", page="label")) is None
    train = strip_value(opened, Session("shop", page="confusion", part="train"))["text"]
    assert train == ("1 train label was corrected since the import. All are labels of tags; top-1"
                     " is as it was.")


def test_figures__stand_side_by_side_with_what_changed(shop):
    figures = values(now(shop))["figures"]
    assert figures["n"] == ["7", "7", "4"]
    top1 = figures["views"][0]["rows"][0]
    assert [cell["text"] for cell in top1["cells"]] == ["42.9 %", "57.1 %", "50.0 %"]
    assert (top1["change"], top1["changed"]) == ("+14.3 points", "3")
    assert top1["cells"][0]["interval"] == "15.8 to 75.0"
    classes = {row["title"]: row for row in figures["views"][1]["rows"]}
    assert [cell["text"] for cell in classes["Shirt: recall"]["cells"]] == [
        "50.0 %", "75.0 %", "50.0 %"]
    tags = {row["title"]: row for row in figures["views"][2]["rows"]}
    assert [cell["text"] for cell in tags["floral: recall"]["cells"]] == [
        "100.0 %", "66.7 %", "100.0 %"]
    assert tags["checker: F1"]["changed"] == "1"


def test_matrix__names_the_cells_that_moved_and_links_to_them(shop):
    matrix = values(now(shop))["matrix"]
    assert matrix["imported"] == [[1, 3, 0], [1, 1, 0], [0, 0, 1]]
    assert matrix["corrected"] == [[0, 1, 0], [1, 3, 0], [1, 0, 1]]
    assert [(cell["name"], cell["change"]) for cell in matrix["cells"]] == [
        ("Blouse, called shirt", "−2"), ("Shirt, rightly called so", "+2"),
        ("Blouse, rightly called so", "−1"), ("Tank top, called blouse", "+1")]
    assert "tab=confusion" in matrix["cells"][0]["link"]
    assert "label=BLOUSES&answer=SHIRTS" in matrix["cells"][0]["link"]


def test_curves__are_of_the_tag_with_most_corrections_unless_another_is_chosen(shop):
    opened = now(shop)
    curves = values(opened)["curves"]
    assert curves["note"].startswith("floral: 1 held-out label corrected")
    assert [mark["name"] for mark in curves["marks"] if not mark.get("quiet")] == [
        "as imported", "as corrected"]
    row = next(row for row in curves["table"]["rows"] if row[0] == 0.5)
    assert row[1:] == [1.0, 1.0, 1.0, pytest.approx(2 / 3)]  # t1 is floral now, and not found
    chosen = corrections.choose_curve(opened, HERE, {"value": "checker"})
    assert values(opened, chosen)["curves"]["of"] == "paint, checker"
    assert corrections.choose_curve(opened, HERE, {"value": "plaid"}) == HERE


def test_list__shows_each_item_once_with_all_that_changed(shop):
    found = values(now(shop))["list"]
    assert [item["id"] for item in found["items"]] == ["b2", "t1", "b1", "b3"]
    assert [(one["task"], one["before"], one["after"], one["way"])
            for one in found["items"][0]["changes"]] == [
        ("checker", "no", "yes", "away"), ("Category", "Blouse", "Shirt", "towards")]
    assert found["items"][0]["changes"][1]["answer"] == "the model says Shirt"
    assert found["items"][0]["changes"][1]["by"].startswith("Ana, ")
    assert found["title"] == "4 corrected held-out items"


def test_list__is_narrowed_by_question_direction_and_person(shop):
    opened = now(shop)
    session = corrected_list.narrow(opened, HERE, {"way": "away", "by": "Ben"})
    assert corrected_list.items(opened, session) == ["b2", "t1", "b1"]
    session = corrected_list.narrow(opened, session, {"of": "category"})
    assert corrected_list.items(opened, session) == ["b1"]
    assert corrected_list.items(opened, HERE.put(by="<img>", way="up")) == ["b2", "t1", "b1", "b3"]
    stepped = corrected_list.step(opened, HERE, {"by": 1})
    assert values(opened, stepped)["panel"]["number"] == 2


def test_csv__holds_what_is_listed(shop):
    text, name = corrected_list.corrected_csv(HERE.put(by="Ana"), now(shop))
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["item_id"], row["task"], row["before"], row["after"], row["by"], row["answer"],
             row["way"]) for row in rows] == [
        ("b2", "category", "BLOUSES", "SHIRTS", "Ana", "SHIRTS", "towards"),
        ("b3", "category", "BLOUSES", "SHIRTS", "Ana", "SHIRTS", "towards")]
    assert rows[0]["time"].endswith("Z") and name == "corrections-heldout-shop.csv"


def test_any_moment__shows_the_labels_and_figures_of_then(shop):
    opened = now(shop)
    first = corrections.go_to(opened, HERE, {"save": "1"})
    then = values(opened, first)
    assert then["summary"]["text"].startswith("2 labels of 2 items differ from the import")
    assert then["moment"]["save"] == "1" and "after save 1" in then["moment"]["text"]
    assert len(then["moment"]["saves"]) == 3
    before = corrections.go_to(opened, first, {"time": "2020-01-01T00:00"})
    assert values(opened, before)["summary"]["labels"] == 0
    assert values(opened, before)["figures"] is None
    later = (datetime.now(UTC) + timedelta(hours=1)).isoformat(timespec="minutes")
    assert values(opened, HERE.put(time=later))["summary"]["labels"] == 6
    assert corrections.go_to(opened, before, {}).place() == {}
    with pytest.raises(AnnotationError, match="'soon' is no moment; write it as 2026-11-22T16:30"):
        corrections.go_to(opened, HERE, {"time": "soon"})


def test_relabelling_back__leaves_the_list_and_looks_at_the_next(shop):
    before = now(shop)
    log = AnnotationLog.of(shop)
    log.append([Answer("b3", "category", "BLOUSES")], Voice("Ana", "corrections"))
    log.close()
    moved = corrected_list.move_on(before, now(shop), HERE.put(item="b3"), ["b3"])
    assert moved.place()["item"] == "b1"


def test_many_classes_and_tags__show_what_moved_first(tmp_path):
    shop = answered_workspace(tmp_path / "shop", classes=[f"CLASS_{n}" for n in range(100)],
                              tags=[f"tag {n}" for n in range(50)], items=300, photos=False)
    opened = now(shop)
    item = opened.catalog.part("heldout").item_ids[30]
    was = opened.catalog.part("heldout").category[30]
    log = AnnotationLog.of(shop)
    log.append([Answer(item, "category", "CLASS_77"), Answer(item, "tag:tag 9", "true")],
               Voice("Ana", "explore"))
    log.close()
    found = values(now(shop))
    assert found["matrix"]["imported"] == [] and len(found["matrix"]["cells"]) == 2
    classes = found["figures"]["views"][1]
    assert len(classes["rows"]) == 60 * 3 and classes["more"] == 40
    assert {row["title"].split(":")[0] for row in classes["rows"][:6]} == {
        f"CLASS_{was}".replace("_", " ").capitalize(), "Class 77"}
    assert found["curves"]["choices"][0]["value"] == "tag 9"
    json.dumps(found, allow_nan=False)


def test_each_kind_of_labels__has_its_own_figures(shop):
    opened = now(shop)
    figures = corrections.figures_of(opened, corrections.moment_of(opened, HERE), "heldout")
    assert [figures[kind]["n"] for kind in (IMPORTED, CORRECTED, UNTOUCHED)] == [7, 7, 4]


@pytest.mark.parametrize("how", ["no corrections", "no answers", "labels only", "no tags",
                                 "no items"])
def test_less_of_everything__still_makes_a_page(tmp_path, how):
    if how == "no tags":
        shop = answered_workspace(tmp_path / "shop", tags=(), items=9)
    elif how == "no items":
        shop = answered_workspace(tmp_path / "shop", items=0)
    else:
        shop = wardrobe(tmp_path / "shop", predicted=how != "no answers",
                        photos=how != "labels only")
    if how in ("no answers", "labels only"):
        log = AnnotationLog.of(shop)
        log.append([Answer("b2", "category", "SHIRTS")], Voice("Ana", "explore"))
        log.close()
    found = values(now(shop))
    json.dumps(found, allow_nan=False)
    if how == "no answers":
        assert found["figures"] is found["matrix"] is found["curves"] is None
        assert found["list"]["items"][0]["changes"][0]["way_words"] == "not judged"
    if how == "no corrections":
        assert found["summary"]["text"].startswith("No label differs from the import yet.")
        assert found["summary"]["action"]["page"] == "confusion"
        assert found["figures"] is found["matrix"] is found["curves"] is found["list"] is None
