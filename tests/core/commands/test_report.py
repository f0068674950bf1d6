"""The report to hand over: one file, a summary, and a gate."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from core.audit.finding import Finding
from core.audit.saved import About, Saved, findings_path, save_findings
from core.commands.report import subject_of, write_report
from core.errors import FindingsError
from core.metrics.slices.conditions import IS, NOT, RANGE, Condition
from core.metrics.slices.facets import YES
from core.metrics.slices.saved import save_slice
from core.report.contents import contents
from core.report.faults import known_faults
from core.report.gate import requirement
from core.report.pages import html_page, markdown_summary
from core.report.slices import named
from core.workspace import Workspace
from tests.core.commands.running import run_command
from tests.webapp.wardrobe import wardrobe

GOLDEN = Path(__file__).parent / "report"
MADE = "2026-01-02 03:04 UTC"


def golden(name: str) -> str:
    return (GOLDEN / name).read_text(encoding="utf-8")


def values(workspace: Workspace) -> dict:
    return contents(subject_of(workspace), lambda item: None, [], MADE)


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    return wardrobe(tmp_path_factory.mktemp("report") / "wardrobe")


def test_summary__is_the_golden_one(tmp_path):
    shop = wardrobe(tmp_path / "wardrobe", photos=False)
    assert markdown_summary(values(shop)) == golden("summary.md")


def test_page__is_the_golden_one(tmp_path):
    page = html_page(values(wardrobe(tmp_path / "wardrobe", photos=False)))
    bare = re.sub(r"<style>.*</style>", "<style></style>", page, flags=re.DOTALL)
    assert bare == golden("page.html")


class Outline(HTMLParser):
    """What a page loads, links to, and leaves open."""

    def __init__(self):
        super().__init__()
        self.open, self.loaded, self.tags = [], [], set()

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        self.loaded += [value for name, value in attributes if name in ("src", "href")]
        if tag not in ("meta", "img", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_file__holds_its_photos_and_asks_nobody(shop, tmp_path):
    write_report(shop, None, tmp_path / "r.html", tmp_path / "r.md", [])
    page = (tmp_path / "r.html").read_text()
    outline = Outline()
    outline.feed(page)
    assert outline.open == [] and "script" not in outline.tags and "url(" not in page
    assert len(outline.loaded) == 4  # three blouses and a shirt
    assert all(source.startswith("data:image/jpeg;base64,") for source in outline.loaded)


def test_names__are_text_everywhere(tmp_path):
    hostile = wardrobe(
        tmp_path / "wardrobe", classes=("<b>A", "B|`*", "C"), tags=("<img src=x>", "t"))
    assert "<img" not in html_page(values(hostile)) and "&lt;b&gt;A" in html_page(values(hostile))
    assert r"B\|\`\*" in markdown_summary(values(hostile))
    assert "<b>" not in markdown_summary(values(hostile)).replace(r"\<b\>", "")


def test_command__writes_both_files_into_the_workspace(tmp_path, capsys):
    shop = wardrobe(tmp_path / "wardrobe", photos=False)
    assert run_command("report", shop.root, "--require", "top1>=0.4") == 0
    assert (shop.root / "reports/paint.html").exists() and (shop.root / "reports/paint.md").exists()
    assert "top1 is 0.429, as asked (>= 0.4)" in capsys.readouterr().out


def test_gate__fails_with_a_sentence_and_the_report_is_there(tmp_path, capsys):
    shop = wardrobe(tmp_path / "wardrobe", photos=False)
    out = tmp_path / "r.html"
    assert run_command("report", shop.root, "--out", out, "--require", "top1>=0.7",
                       "--require", "tag:floral.precision>=0.8") == 1
    assert capsys.readouterr().err.splitlines()[-1] == (
        "error: 1 of 2 requirements not met: top1 is 0.429, not reached (>= 0.7)")
    assert "Missed: top1 is 0.429" in out.read_text()


def test_gate__refuses_what_it_cannot_read_before_any_work(tmp_path, capsys):
    assert run_command("report", tmp_path / "nowhere", "--require", "top1") == 1
    assert "cannot be read; write a figure, a sign and a number" in capsys.readouterr().err


def test_gate__refuses_an_unknown_tag_and_writes_nothing(tmp_path, capsys):
    shop = wardrobe(tmp_path / "wardrobe", photos=False)
    out = tmp_path / "r.html"
    assert run_command("report", shop.root, "--out", out, "--require", "tag:dots.ap>=0") == 1
    assert "names the tag 'dots'; the model answers floral, checker" in capsys.readouterr().err
    assert not out.exists()


def test_findings__are_counted_until_somebody_decides(tmp_path):
    shop = wardrobe(tmp_path / "wardrobe", photos=False)
    found = [Finding(check, (item,), 0.9, "so it looks") for check, item in
             (("blurred", "b1"), ("blurred", "b2"), ("tiny", "s1"))]
    save_findings(shop, Saved(found, {}, About("2026-01-02", 12, "0" * 12, 0, 0)))
    assert "The last audit of the labels left open: 2 blurred, 1 tiny." in values(shop)["faults"]
    findings_path(shop).write_text("{}")
    with pytest.raises(FindingsError, match="run the audit again"):
        values(shop)


def test_many_small_classes__share_one_sentence():
    one = {"support": 3, "tp": 1, "recall": 1 / 3, "recall_interval": [0.06, 0.79]}
    held = {"n": 60, "left_out_seen": 0, "without_prediction": 0, "ece": 0.05, "tags": {},
            "per_class": {f"C{n}": one for n in range(20)}}
    assert known_faults({"heldout": held}, None, {}) == [
        "20 classes rest on fewer than 10 held-out items each, too few for their figures to be"
        " relied on: C0, C1, C2, C3, C4, C5, C6, C7 and 12 more."]


def test_without_heldout_items__says_that_nothing_was_measured(tmp_path):
    from core.catalog.table import Catalog, read_catalog, write_catalog

    shop = wardrobe(tmp_path / "wardrobe", photos=False)
    rows = read_catalog(shop).rows
    write_catalog(shop, Catalog(shop.tasks, rows.assign(split="train")))
    page = html_page(values(shop))
    assert "nothing could be measured" in page and "Confusion matrix" not in page
    wanted = [requirement("top1>=0")]
    (verdict,) = write_report(shop, None, tmp_path / "r.html", tmp_path / "r.md", wanted)
    assert verdict.sentence == "top1 is undefined: no item to measure it on"


def test_watched_slices__stand_beside_all_other_items(tmp_path):
    shop = wardrobe(tmp_path / "wardrobe", photos=False)
    save_slice(shop.root, "checkered blouses", [
        Condition("label", IS, "BLOUSES"), Condition("tag:checker", IS, YES)], "ann")
    save_slice(shop.root, "cheap", [Condition("meta:price", IS, "1")], "ann")  # no such column
    assert values(shop)["slices"] == [{
        "name": "checkered blouses", "n": 2, "top1": 0.0,
        "top1_interval": [0.0, pytest.approx(0.658, abs=1e-3)], "rest": 0.6, "q": None}]
    assert "<th scope=\"row\">checkered blouses</th><td>2</td>" in html_page(values(shop))


@pytest.mark.parametrize(("condition", "words"), [
    (Condition("label", IS, "SHIRTS"), "label is SHIRTS"),
    (Condition("tagged:polka dot", NOT, YES), "tagged polka dot is not yes"),
    (Condition("photo:brightness", RANGE, (10.0, 90.5)), "brightness from 10 below 90.5"),
    (Condition("meta:price", IS, None), "price is unknown"),
])
def test_conditions__are_told_in_the_words_of_the_labels_file(condition, words):
    assert named([condition]) == words
