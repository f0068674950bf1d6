"""Photos, assets and downloads over HTTP: only what belongs to the workspace, kept well."""

import pytest
from PIL import Image
from starlette.testclient import TestClient

from core.catalog.table import read_catalog, write_catalog
from core.workspace import cache_home
from tests.webapp.wardrobe import wardrobe
from webapp.actions.served import Served
from webapp.app import create_app
from webapp.assets import asset_url

HERE = "http://127.0.0.1:7860"


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """A workspace some of whose rows point where they should not."""
    workspace = wardrobe(tmp_path_factory.mktemp("media") / "shop")
    images = workspace.images_dir
    (images.parent / "secret.png").write_bytes((images / "b1.png").read_bytes())
    (images / "link.png").symlink_to(images.parent / "secret.png")
    (images / "script.png").write_text("<svg onload='alert(1)'/>")
    catalog = read_catalog(workspace)
    rows = catalog.rows.copy()
    for item, image in (("n1", "../secret.png"), ("n2", "link.png"), ("n3", "script.png"),
                        ("v1", "gone.png"), ("v2", None)):
        rows.loc[rows["item_id"] == item, "image"] = image
        rows.loc[rows["item_id"] == item, "content"] = None
    write_catalog(workspace, type(catalog)(catalog.tasks, rows))
    return workspace


@pytest.fixture(scope="module")
def client(shop):
    return TestClient(create_app(Served([shop.root])), base_url=HERE)


def test_thumb__is_small_and_may_be_kept_for_ever(client):
    answer = client.get("/media/thumb/b1?workspace=shop&v=abc")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/jpeg"
    assert "immutable" in answer.headers["cache-control"]
    assert list((cache_home() / "views").rglob("*.jpg"))


def test_photo__without_its_version_is_asked_for_again_soon(client):
    answer = client.get("/media/photo/b1?workspace=shop")
    assert answer.headers["cache-control"] == "private, max-age=300"
    again = client.get("/media/photo/b1?workspace=shop",
                       headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(("item", "sentence"), [
    ("n1", "lies outside the workspace's images folder"),
    ("n2", "leads outside the images folder"),
    ("n3", "script.png"),
    ("v1", "gone.png is not in the images folder any more"),
    ("v2", "item v2 has no photo in this workspace"),
    ("nobody", "item nobody has no photo in this workspace"),
    ("..%2F..%2Fsecret.png", "has no photo in this workspace"),
])
def test_what_is_no_photo_of_the_workspace__is_not_served(client, item, sentence):
    answer = client.get(f"/media/photo/{item}?workspace=shop")
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/plain")
    assert sentence in answer.text


def test_workspace__that_is_not_served_is_not_found(client):
    answer = client.get("/media/thumb/b1?workspace=%2Fetc")
    assert answer.status_code == 404
    assert "there is no workspace '/etc' here; choose one of shop" in answer.text


def test_large_photo__is_made_smaller(tmp_path):
    workspace = wardrobe(tmp_path / "large")
    Image.new("RGB", (3000, 1500), "red").save(workspace.images_dir / "b1.png")
    client = TestClient(create_app(Served([workspace.root])), base_url=HERE)
    (tmp_path / "view.jpg").write_bytes(client.get("/media/thumb/b1?workspace=large").content)
    with Image.open(tmp_path / "view.jpg") as view:
        assert max(view.size) in (80, 360)  # 80: the cached view of the same content hash


def test_assets__are_kept_for_a_year_under_an_address_with_their_version(client):
    answer = client.get(f"/{asset_url('js/dom.js')}")
    assert answer.status_code == 200
    assert "max-age=31536000, immutable" in answer.headers["cache-control"]
    for path in ("ui/x/models/default/card.json", "ui/x/../../core/files.py", "ui/x/js/none.js"):
        assert client.get(f"/{path}").status_code == 404


def test_every_answer__forbids_other_hosts_and_frames(client):
    for path in ("/", "/media/thumb/b1?workspace=shop", f"/{asset_url('css/base.css')}"):
        headers = client.get(path).headers
        assert "default-src 'self'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "SAMEORIGIN"


def test_other_origins__may_neither_read_nor_change(client):
    answer = client.get("/", headers={"Origin": "http://evil.example"})
    assert "access-control-allow-origin" not in answer.headers
    sent = client.post("/gradio_api/queue/join", json={}, headers={"Origin": "http://evil.example"})
    assert (sent.status_code, sent.text) == (
        403, "pages of another site may not change anything here")


def test_loopback_server__answers_only_by_its_own_names(client):
    refused = client.get("/", headers={"Host": "rebound.example"})
    assert refused.status_code == 403
    assert "answers on this machine only" in refused.text
    assert client.get("/", headers={"Host": "localhost:7860"}).status_code == 200


def test_open_server__answers_by_any_name(shop):
    client = TestClient(create_app(Served([shop.root]), host="0.0.0.0"), base_url=HERE)
    assert client.get("/", headers={"Host": "shop.example"}).status_code == 200


def test_ids_of_a_cell__are_downloaded_as_csv(client):
    answer = client.get("/download/cell.csv?workspace=shop&photos=heldout&label=BLOUSES&answer=SHIRTS")
    assert answer.headers["content-disposition"] == (
        'attachment; filename="blouses-called-shirts-heldout.csv"')
    assert answer.text.splitlines()[:2] == ["item_id,label,answer,score", "b3,BLOUSES,SHIRTS,0.8500"]
    wrong = client.get("/download/cell.csv?workspace=shop&label=SHOES&answer=SHIRTS")
    assert wrong.status_code == 404
    assert "there is no category 'SHOES'" in wrong.text


def test_only_predict__is_offered_to_other_programs(client):
    offered = client.get("/gradio_api/info").json()
    assert set(offered["named_endpoints"]) <= {"/predict"}
    assert offered["unnamed_endpoints"] == {}
