"""The page Agreement says what the command says, whatever there is to say."""

import io
import json
import re
import time

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from core.annotations.answer import NONE_OF_THESE
from core.annotations.log import AnnotationLog
from core.annotations.votes_export import consensus_table, votes_in_force
from core.commands.agreement import workspace_agreement
from core.errors import AnnotationError
from tests.annotated import say
from tests.webapp.wardrobe import wardrobe
from webapp.actions import agreement, votes
from webapp.actions.jobs import Job, Jobs
from webapp.actions.opened import open_now
from webapp.actions.served import Served
from webapp.actions.weighing import cast_of, weighing_of
from webapp.render import agreement as figures
from webapp.render import review as render
from webapp.session import Session
from webapp.votes import votes_router

HERE = Session("shop", page="agreement")


@pytest.fixture
def root(tmp_path):
    return wardrobe(tmp_path / "shop").root


@pytest.fixture
def shop(root):
    """``shop()`` opens the workspace as it is now."""
    return lambda: open_now("shop", root)


@pytest.fixture
def log(shop):
    log = AnnotationLog.of(shop().workspace)
    yield log
    log.close()


@pytest.fixture
def client(root):
    app = FastAPI(routes=votes_router(Served([root])).routes)
    with TestClient(app) as client:
        yield client


def cast(log):
    """ann and bob on four items, cem on one; s1 and t1 are torn, b2 is not in their hands."""
    say(log, "ann", "b1 BLOUSES", "s1 SHIRTS", "s2 SHIRTS", "t1 TANK_TOPS")
    say(log, "bob", "b1 BLOUSES", "s1 BLOUSES", "s2 SHIRTS", f"t1 {NONE_OF_THESE}")
    say(log, "cem", "s1 SHIRTS", "gone SHIRTS")
    say(log, "dee", "gone BLOUSES")


def weighed(shop):
    """Wait for the weighing, as the page does."""
    jobs, deadline = Jobs(), time.monotonic() + 60
    found = weighing_of(shop(), jobs)
    while not found.fresh and time.monotonic() < deadline:
        time.sleep(0.02)
        found = weighing_of(shop(), jobs)
    assert found.fresh
    return found


def shown(shop, session=HERE):
    found = weighed(shop)
    review = agreement.review_of(shop(), session, found.found) if found.found else None
    return (figures.figures_value(shop(), session, found),
            render.review_value(shop(), session, found, review))


def test_no_votes__show_how_to_get_some(shop):
    assert shown(shop) == (None, None)
    assert figures.votes_value(shop())["votes"] == 0


def test_figures__are_those_of_the_command(shop, log):
    cast(log)
    command = workspace_agreement(shop().workspace)
    found = weighed(shop)
    rows = agreement.to_review(found.found, shop().records, shop().workspace.tasks)
    assert found.figures == {key: value for key, value in command.items() if key != "review"}
    assert rows["item_id"].tolist() == [row["item_id"] for row in command["review"]]
    page, review = shown(shop)
    assert [tile["figure"] for tile in review["tiles"]] == [
        "5", "42.9 %", "0.222", "0.189", "0.231", "2"]  # 3 of 7 pairs of votes
    assert page["tasks"][0] == {
        "value": "category", "name": "kind", "items": "5", "agreement": "42.9 %", "kappa": "0.222",
        "fleiss": "0.189", "alpha": "0.231", "ties": "2", "one_vote": "0", "differs": "1"}
    assert [(one["name"], one["votes"], one["accuracy"]) for one in page["people"]] == [
        ("ann", "4", "100.0 %"), ("bob", "4", "66.7 %"), ("cem", "2", "100.0 %"), ("dee", "1", "–")]
    assert page["pairs"]["people"] == ["ann", "bob", "cem", "dee"]
    assert page["pairs"]["rows"][0][3] is None and page["pairs"]["rows"][0][1]["items"] == "4"


def test_the_review_list__names_who_said_what_and_leaves_out_what_is_not_here(shop, log):
    cast(log)
    _, review = shown(shop)
    assert [(row["short"], row["votes"]) for row in review["rows"]] == [
        ("t1", "1 Tank top, 1 None of these"), ("s1", "2 Shirt, 1 Blouse")]
    assert review["outside"] == 1
    _, review = shown(shop, HERE.put("agreement", item="s1", of="category"))
    said = {one["name"]: (one["key"], one["who"], one["model"]) for one in review["open"]["answers"]}
    assert said == {
        "Blouse": ("1", ["bob"], "5 %"), "Shirt": ("2", ["ann", "cem"], "90 %"),
        "Tank top": ("3", [], "5 %"), "None of these": (None, [], None), "Cannot tell": (None, [], None)}


def test_a_reviewers_word__wins_over_votes_and_later_votes_and_can_be_undone(shop, log):
    cast(log)
    before = cast_of(shop()).key
    agreement.settle(shop(), {"item": "s1", "task": "category", "value": "BLOUSES", "by": "Eva",
                              "key": "e" * 32})
    say(log, "eli", "s1 SHIRTS")
    opened = shop()
    assert opened.catalog.rows.set_index("item_id").loc["s1", "category"] == "BLOUSES"
    assert log.history("s1")[-2].source == "review"
    assert [row["short"] for row in shown(shop)[1]["rows"]] == ["t1"]
    log.undo(log.save_with("e" * 32), agreement.Voice("Eva", "undo"))
    assert "s1" in [row["short"] for row in shown(shop)[1]["rows"]]
    assert cast_of(shop()).key != before  # eli's vote, not Eva's word


@pytest.mark.parametrize(("data", "sentence"), [
    ({"item": "gone", "task": "category", "value": "SHIRTS"}, "there is no item 'gone'"),
    ({"item": "s1", "task": "category", "value": "SHOES"}, "is no answer to category"),
    ({"item": "s1", "task": "tag:x", "value": "true"}, "there is no task 'tag:x'"),
    ({"item": "s1", "task": "category", "value": "SHIRTS", "key": "1"}, "no name of its own"),
])
def test_nonsense__is_refused_with_a_sentence(shop, data, sentence):
    with pytest.raises(AnnotationError, match=sentence):
        agreement.settle(shop(), {"key": "f" * 32, **data})


def test_links__open_the_same_task_row_and_person(shop, log):
    cast(log)
    page, _ = shown(shop, HERE.put("agreement", task="floral", a="ann", b="nobody", at="x"))
    assert page["task"]["value"] == "floral" and page["open"] is None
    page, _ = shown(shop, HERE.put("agreement", a="bob"))
    assert (page["open"]["names"], page["open"]["matrix"]) == (
        ["Blouse", "Shirt"], [[1, 0], [1, 1]])
    page, _ = shown(shop, HERE.put("agreement", a="ann", b="bob"))
    assert page["open"]["rows"] == "ann" and page["open"]["matrix"][1] == [1, 1, 0, 0]


def test_votes__come_back_as_they_were_taken_along(shop, log, client, tmp_path):
    cast(log)
    log.undo(say(log, "ann", "n1 BLOUSES"), agreement.Voice("ann", "undo"))
    say(log, "bob", "t1 TANK_TOPS", "t1 skip", "b2 cannot tell")
    table = votes_in_force(log, shop().records, shop().workspace.tasks)
    assert table.groupby("annotator").size().to_dict() == {"ann": 4, "bob": 5, "cem": 2, "dee": 1}
    answer = client.get("/agreement/votes.parquet?workspace=shop")
    assert pd.read_parquet(io.BytesIO(answer.content)).equals(table.astype("str"))
    other = wardrobe(tmp_path / "other")
    taken = votes.take_in(open_now("other", other.root), answer.content, "votes.parquet", Job())
    assert taken.lines[0] == "12 answers added, by 4 annotators on 6 items"
    manifest = client.get("/agreement/votes.manifest?workspace=shop").text.splitlines()
    assert [json.loads(line)["id"] for line in manifest] == ["b1", "s1", "s2", "t1"]
    again = votes_in_force(AnnotationLog.of(other), open_now("other", other.root).records, other.tasks)
    columns = ["item_id", "annotator", "task", "value"]
    pd.testing.assert_frame_equal(again[columns].sort_values(columns, ignore_index=True),
                                  table[columns].sort_values(columns, ignore_index=True))


def test_the_consensus__says_what_stands_and_who_set_it(shop, log):
    cast(log)
    say(log, "Eva", "t1 SHIRTS", source="review")
    table = consensus_table(weighed(shop).found, shop().records, shop().workspace.tasks)
    rows = table.set_index("item_id")
    assert rows.loc["t1", ["votes", "agreeing", "in_force", "set_by"]].tolist() == [
        2, 1, "SHIRTS", "Eva"]
    assert rows.loc["s1", ["votes", "agreeing", "majority", "in_force"]].tolist() == [
        3, 2, "SHIRTS", "SHIRTS"]
    assert pd.isna(rows.loc["gone", "majority"]) and pd.isna(rows.loc["gone", "in_force"])


@pytest.mark.parametrize(("name", "lines"), [
    ("tasks", 4), ("classes", 5), ("people", 5), ("pairs", 5), ("votes-per-item", 3), ("review", 4),
])
def test_every_table__has_its_file(shop, log, client, name, lines):
    cast(log)
    answer = client.get(f"/agreement/table/{name}.csv?workspace=shop&task=category")
    assert answer.status_code == 200 and len(answer.text.strip().splitlines()) == lines


def test_tables__that_are_not_there_and_votes_that_are_none_are_sentences(client):
    people = "/agreement/table/people.csv?workspace=shop"
    assert client.get(people).text.startswith("nobody has voted")
    assert client.get(f"{people}&task=x").text.startswith("there is no task")
    assert client.get("/agreement/secrets.csv?workspace=shop").status_code == 404
    assert client.get("/agreement/votes.csv?workspace=nowhere").status_code == 404


def brought(client, name, body):
    sent = client.post("/agreement/import?workspace=shop", content=body, headers={"X-File-Name": name})
    found = sent.json()
    while "id" in found:
        state = client.post("/agreement/import/follow", json={"id": found["id"]}).json()
        if not state["running"]:
            return {**state, **found}
        time.sleep(0.02)
    return found


def test_an_import__can_be_taken_back(shop, client):
    found = brought(client, "votes.csv", b"id,annotator,kind\ns1,ann,SHIRTS\ns1,bob,SHOES\n")
    assert found["lines"][0] == "1 answer added, by 1 annotator on 1 item"
    assert found["left_out"] == [{"row": 2, "item_id": "s1", "reason": "unknown answer",
                                  "detail": "'SHOES' is no answer to 'category'"}]
    assert cast_of(shop()).figures["votes"] == 1
    done = client.post("/agreement/import/follow", json={"id": found["id"], "do": "back"}).json()
    assert done["said"] and not done["can_undo"]
    assert cast_of(shop()).figures["votes"] == 0


@pytest.mark.parametrize(("name", "body", "sentence"), [
    ("votes.csv.gz", b"x", "is no kind of votes file that is taken here"),
    ("votes.csv", b"id,kind\ns1,SHIRTS\n", "has no column 'annotator'"),
    ("votes.parquet", b"PAR1", "is not a Parquet file"),
    ("votes.json", b"[" * 100_000, "cannot be read|not a Label Studio"),
    ("votes.jsonl", b"\xff\xfe{}", "."),
])
def test_a_file_that_is_no_votes__is_refused_with_a_sentence(shop, client, name, body, sentence):
    found = brought(client, name, body)
    assert re.search(sentence, found.get("refused") or found["error"])
    assert len(shop().records) == 0


def test_a_file_that_unpacks_to_too_much__is_refused(client, monkeypatch):
    monkeypatch.setattr(votes, "MOST_ROWS", 2)
    sink = io.BytesIO()
    pq.write_table(pa.table({"id": ["s1"] * 3, "annotator": ["a"] * 3, "kind": ["SHIRTS"] * 3}), sink)
    assert "has 3 rows and unpacks to" in brought(client, "votes.parquet", sink.getvalue())["error"]
    monkeypatch.setattr(votes, "MOST_BYTES", 10)
    assert "is larger than" in brought(client, "votes.parquet", sink.getvalue())["refused"]
