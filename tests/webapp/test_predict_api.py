"""The documented endpoint ``/predict``, as a program calls it."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from gradio.utils import get_upload_folder
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from PIL import Image

from core.decisions.bundle import read_bundle, write_bundle
from core.model.card import BUNDLE, read_card
from tests.photos import bad_photos
from tests.webapp.answered import answered_workspace
from tests.webapp.mapped import MappedPredictor
from webapp.actions import predictors


@pytest.fixture(scope="module")
def client(serve, tmp_path_factory):
    before = predictors.open_predictor
    predictors.open_predictor = lambda folder, threads: MappedPredictor(read_card(folder).asked)
    workspace = answered_workspace(tmp_path_factory.mktemp("w") / "api")
    path = workspace.model_dir("paint") / BUNDLE
    write_bundle(path, replace(read_bundle(path), out_of_catalog=0.4, set_cut=0.2))
    yield Client(serve(workspace.root), verbose=False)
    predictors.open_predictor = before
    predictors._pools.clear()


def shirt(folder: Path, number: int = 0) -> str:
    path = folder / f"shirt-{number}.png"
    Image.new("RGB", (30, 40), (204, 230, number)).save(path)
    return str(path)


def uploaded() -> set[Path]:
    return {path for path in Path(get_upload_folder()).rglob("*") if path.is_file()}


def test_predict__answers_with_scores_thresholds_and_decisions(client, tmp_path):
    answer = client.predict(photo=handle_file(shirt(tmp_path)), api_name="/predict")
    assert answer["photo"] == "shirt-0.png" and answer["bundle"] == "v0"
    assert answer["categories"][0] == {"name": "SHIRTS", "score": pytest.approx(0.8)}
    assert answer["tags"][0] == {
        "name": "floral", "score": pytest.approx(230 / 255), "threshold": 0.5, "tagged": True,
        "close": False, "review": False,
    }
    assert sum(category["score"] for category in answer["categories"]) == pytest.approx(1)


def test_predict__says_whether_it_is_none_of_these_and_what_it_may_be(client, tmp_path):
    answer = client.predict(photo=handle_file(shirt(tmp_path, 238)), api_name="/predict")
    assert answer["out_of_catalog"] == {
        "score": pytest.approx(238 / 255), "threshold": 0.4, "none_of_these": True,
    }
    assert answer["prediction_set"] == {"coverage": 0.9, "classes": ["SHIRTS"]}
    assert "why" not in answer


def test_predict__leaves_no_upload_behind(client, tmp_path):
    before = uploaded()
    client.predict(photo=handle_file(shirt(tmp_path)), api_name="/predict")
    (tmp_path / "text.jpg").write_bytes(b"no photo")
    with pytest.raises(AppError):
        client.predict(photo=handle_file(str(tmp_path / "text.jpg")), api_name="/predict")
    assert uploaded() == before


@pytest.mark.parametrize("name", sorted(bad_photos()))
def test_predict__says_what_is_wrong_with_a_file(client, tmp_path, name):
    (tmp_path / name).write_bytes(bad_photos()[name][0])
    with pytest.raises(AppError, match=rf"^{name} "):
        client.predict(photo=handle_file(str(tmp_path / name)), api_name="/predict")


def test_predict__wants_a_file(client):
    with pytest.raises(AppError, match="send the photo as a file"):
        client.predict(photo="hello", api_name="/predict")


def test_predict__fetches_nothing_from_another_host(client):
    call = f"{client.src.rstrip('/')}/gradio_api/call/predict"
    for name in ("path", "url"):
        photo = {name: "http://photos.example/shirt.jpg", "meta": {"_type": "gradio.FileData"}}
        answer = httpx.post(call, json={"data": [{"path": "x", **photo}]})
        assert answer.status_code == 403
        assert answer.text == "files are not fetched from other hosts; upload the photo itself"


def test_calls__are_json_of_a_bounded_size(client):
    call = f"{client.src.rstrip('/')}/gradio_api/call/predict"
    headers = {"Content-Type": "application/json"}
    assert httpx.post(call, content=b"{", headers=headers).status_code == 403
    large = b'{"data": ["' + b"x" * (9 * 1024 * 1024) + b'"]}'
    assert "8 MB" in httpx.post(call, content=large, headers=headers).text


def test_predict__answers_several_callers(client, tmp_path):
    paths = [shirt(tmp_path, number) for number in range(8)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(
            lambda path: client.predict(photo=handle_file(path), api_name="/predict"), paths))
    assert [answer["photo"] for answer in answers] == [Path(path).name for path in paths]


def test_predict__answers_callers_with_the_very_same_photo(client, tmp_path):
    path = shirt(tmp_path, 99)
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(
            lambda _: client.predict(photo=handle_file(path), api_name="/predict"), range(12)))
    assert {answer["photo"] for answer in answers} == {"shirt-99.png"}
    assert not [path for path in uploaded() if path.name == "shirt-99.png"]


def test_api__offers_predict_and_nothing_else(client):
    offered = client.view_api(return_format="dict")
    assert list(offered["named_endpoints"]) == ["/predict"]
    assert not offered["unnamed_endpoints"]
    about = offered["named_endpoints"]["/predict"]
    assert about["description"].startswith("Answer one photo: its category and its tags.")
    assert [parameter["parameter_name"] for parameter in about["parameters"]] == ["photo"]
