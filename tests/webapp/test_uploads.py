"""Photos over HTTP: answered in memory, refused in words, never kept."""

import io
import json
import tempfile
from urllib.parse import quote

import pyarrow.parquet as pq
import pytest
from fastapi import FastAPI
from PIL import Image
from starlette.testclient import TestClient

from tests.photos import bad_photos, encoded
from tests.webapp.answered import MeanPredictor, answered_workspace
from webapp.actions import predictors
from webapp.actions.served import Served
from webapp.uploads import uploads_router

PHOTO = encoded(Image.new("RGB", (12, 16), (51, 230, 0)), "PNG")
PLACE = {"workspace": "shop", "model": "paint"}


@pytest.fixture
def client(tmp_path, monkeypatch):
    workspace = answered_workspace(tmp_path / "shop")
    monkeypatch.setattr(
        predictors, "open_predictor", lambda folder, threads: MeanPredictor(workspace.tasks)
    )
    predictors._pools.clear()
    app = FastAPI(routes=uploads_router(Served([workspace.root])).routes)
    with TestClient(app) as client:
        yield client
    predictors._pools.clear()


def send(client, data, name="shirt.png", place=PLACE, **headers):
    headers = {"X-Photo-Name": quote(name), **headers}
    return client.post("/predict/photo", params=place, content=data, headers=headers)


def test_photo__is_answered(client):
    answer = send(client, PHOTO, "ma chemise ☀.png").json()
    assert answer["photo"] == "ma chemise ☀.png"
    assert answer["categories"][0] == {"name": "CASUAL_DRESSES", "score": pytest.approx(0.4)}
    assert answer["bundle"] == "v0" and answer["tags"][0]["tagged"] is True


@pytest.mark.parametrize("name", sorted(bad_photos()))
def test_photo__each_bad_file_gets_its_own_sentence(client, name):
    data, reason = bad_photos()[name]
    response = send(client, data, name)
    assert response.status_code == 200 and response.json()["reason"] == reason
    assert response.json()["refused"].startswith(f"{name} ")


def test_photo__too_large_is_refused_however_it_is_sent(client):
    told = send(client, b"", "big.jpg", **{"X-Photo-Bytes": str(25 * 2**20)}).json()
    assert told["refused"].startswith("big.jpg has 25.0 MB, more than the 20 MB allowed")
    whole = send(client, bytes(20 * 2**20 + 1), "big.jpg").json()
    assert whole["reason"] == "too many bytes"

    def chunks():
        for _ in range(21):
            yield bytes(2**20)

    streamed = send(client, chunks(), "big.jpg").json()
    assert streamed["reason"] == "too many bytes"


def test_photo__of_an_item_of_the_workspace(client):
    response = client.post("/predict/photo", params=PLACE, headers={"X-Item": quote("i3")})
    assert response.json()["photo"] == "i3.png"
    outside = client.post("/predict/photo", params=PLACE, headers={"X-Item": quote("../i3")})
    assert outside.json()["refused"] == "item ../i3 has no photo in this workspace"


def test_photo__other_workspaces_and_models_are_refused_in_words(client):
    wrong = send(client, PHOTO, place={"workspace": "/etc", "model": "paint"}).json()
    assert wrong["refused"] == "there is no workspace '/etc' here; choose one of shop"
    missing = send(client, PHOTO, place={"workspace": "shop", "model": "nobody"}).json()
    assert missing["refused"].startswith("workspace 'shop' has no model 'nobody'")


def test_photo__without_a_name_is_no_request_of_ours(client):
    response = client.post("/predict/photo", params=PLACE, content=PHOTO)
    assert response.status_code == 400 and "X-Photo-Name" in response.text


def test_photo__is_never_written_to_disk(client, tmp_path, monkeypatch):
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    large = encoded(Image.effect_noise((1500, 1500), 90).convert("RGB"), "PNG")
    assert len(large) > 2 * 2**20 and "categories" in send(client, large).json()
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


def test_results__come_back_as_files(client):
    answers = [send(client, PHOTO, name).json() for name in ("a.png", "b.png")]
    files = {
        kind: client.post(f"/predict/results.{kind}", params=PLACE, content=json.dumps(answers))
        for kind in ("csv", "parquet")
    }
    assert files["csv"].headers["content-disposition"] == 'attachment; filename="answers.csv"'
    first = files["csv"].text.splitlines()[1]
    assert first.startswith("a.png,CASUAL_DRESSES,TANK_TOPS,True,True,True,0.2,0.4")
    table = pq.read_table(io.BytesIO(files["parquet"].content))
    assert table["item_id"].to_pylist() == ["a.png", "b.png"]


def test_results__refuse_other_kinds_and_other_data(client):
    assert client.post("/predict/results.xlsx", params=PLACE, content="[]").status_code == 404
    refused = client.post("/predict/results.csv", params=PLACE, content="{}")
    assert refused.status_code == 422
    assert refused.text == "these are no answers; drop the photos again"
