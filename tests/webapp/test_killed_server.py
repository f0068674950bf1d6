"""The server is killed while four people answer: nothing that it acknowledged is lost."""

import http.client
import json
import threading
import time
import urllib.request
import uuid
from collections import Counter
from urllib.parse import urlsplit

from core.annotations.log import AnnotationLog
from core.annotations.records import read_records
from tests.webapp.answered import answered_workspace
from tests.webapp.test_main import started

PEOPLE = ("Ana", "Ben", "Cem", "Dee")
ITEMS = 800


class Browser(threading.Thread):
    """One person's browser: answers are sent one by one, each until it is acknowledged."""

    def __init__(self, address: str, who: str, workspace: str, first: int):
        super().__init__(daemon=True)
        self.address, self.who, self.workspace, self.first = address, who, workspace, first
        self.acknowledged: list[dict] = []
        self.on_its_way: dict = {}

    def run(self) -> None:
        line = http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=20)
        for number in range(self.first, ITEMS, len(PEOPLE)):
            self.on_its_way = {
                "workspace": self.workspace, "model": "", "queue": "random", "by": self.who,
                "item": f"i{number}", "category": "SHIRTS", "tags": ["floral"],
                "key": uuid.uuid4().hex,
            }
            try:
                assert post(line, self.on_its_way) == 200
            except (OSError, http.client.HTTPException):
                return
            self.acknowledged.append(self.on_its_way)


def post(line: http.client.HTTPConnection, body: dict) -> int:
    line.request("POST", "/label/save", json.dumps(body), {"Content-Type": "application/json"})
    answer = line.getresponse()
    answer.read()
    return answer.status


def test_killed_server__has_every_acknowledged_answer_once_when_it_is_started_again(tmp_path):
    root = answered_workspace(tmp_path / "shop", items=ITEMS, tags=("floral",), photos=False).root
    with started("-m", "webapp", str(root)) as (process, address):
        browsers = [Browser(address, who, "shop", number) for number, who in enumerate(PEOPLE)]
        for browser in browsers:
            browser.start()
        until = time.monotonic() + 60
        while min(len(one.acknowledged) for one in browsers) < 10 and time.monotonic() < until:
            time.sleep(0.02)
        process.kill()  # SIGKILL, in the middle of four answers
        for browser in browsers:
            browser.join(timeout=20)
    acknowledged = [body for browser in browsers for body in browser.acknowledged]
    unsure = [browser.on_its_way for browser in browsers]
    assert len(acknowledged) >= 40

    with started("-m", "webapp", str(root)) as (_, address):
        line = http.client.HTTPConnection(urlsplit(address).netloc, timeout=20)
        for body in [*unsure, *acknowledged[-4:]]:  # a browser sends again what it is not sure of
            assert post(line, body) == 200
        last = acknowledged[-1]
        one = f"{address}/items/one?workspace=shop&item={last['item']}"
        with urllib.request.urlopen(one) as said:
            history = json.load(said)["history"]
    assert any(f"{last['by']} said Shirt" in str(one) for one in history)

    log = AnnotationLog(f"sqlite:///{root / 'annotations.db'}")
    records = read_records(log)
    log.close()
    category = records.words[records.task] == "category"
    found = Counter(records.items[records.item[category]].tolist())
    assert found == Counter({body["item"] for body in [*acknowledged, *unsure]})
    assert Counter(records.items[records.item[~category]].tolist()) == found  # each with its tag
