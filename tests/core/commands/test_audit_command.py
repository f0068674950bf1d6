import json
import shutil

import pytest

from core.__main__ import main
from core.annotations.log import AnnotationLog, Voice
from core.annotations.records import read_records
from core.annotations.verdicts import (
    ACCEPTED,
    DISMISSED,
    RELABELLED,
    REOPENED,
    remember,
    verdicts,
)
from core.audit.checks import CHECKS
from core.audit.finding import CHECK_NAMES, Finding
from core.audit.saved import read_findings
from core.catalog.table import read_catalog, write_catalog
from core.errors import AnnotationError, FindingsError
from core.workspace import Settings, Workspace
from tests.annotated import TASKS, catalog


@pytest.fixture(scope="module")
def audited(sample_workspace, tmp_path_factory):
    """The sample audited in a folder of its own: workspace, findings, planted faults."""
    root = tmp_path_factory.mktemp("audit") / "W"
    workspace = Workspace.create(
        root, Settings("sample", str(sample_workspace.images_dir)), sample_workspace.tasks)
    shutil.copy(sample_workspace.catalog_path, workspace.catalog_path)
    assert main(["audit", str(root), "--json", str(root / "a.json")]) == 0
    found = json.loads((root / "a.json").read_text(encoding="utf-8"))
    truth = next(sample_workspace.root.glob("**/ground_truth.json"))
    return workspace, found, json.loads(truth.read_text(encoding="utf-8"))["faults"]


def of(found, check):
    return [one for one in found["findings"] if one["check"] == check]


def test_planted_wrong_categories__are_among_the_first_findings(audited):
    workspace, found, faults = audited
    there = set(read_catalog(workspace).item_ids)
    planted = {one["item"]: one["truth"] for one in faults["wrong_categories"] if one["item"] in there}
    first = of(found, "label error")[: int(1.5 * len(planted))]
    hits = [one for one in first if one["item_ids"][0] in planted]
    assert len(hits) >= 0.8 * len(planted)


def test_planted_duplicates__are_all_found(audited):
    workspace, found, faults = audited
    planted = {frozenset((one["item"], one["of"])) for one in faults["duplicate_photos"]}
    assert {frozenset(one["item_ids"]) for one in of(found, "exact duplicate")} == planted


def test_planted_near_duplicates__are_found_precisely(audited):
    workspace, found, faults = audited
    there = set(read_catalog(workspace).item_ids)
    planted = {frozenset((one["item"], one["of"])) for one in faults["near_duplicates"]
               if {one["item"], one["of"]} <= there}
    told = {frozenset(one["item_ids"]) for one in of(found, "near duplicate")}
    assert len(planted & told) >= 0.9 * len(planted)
    assert len(planted & told) >= 0.9 * len(told)


def test_findings__are_ordered_counted_and_kept_in_the_workspace(audited):
    workspace, found, _ = audited
    suspicion = [one["suspicion"] for one in found["findings"]]
    assert suspicion == sorted(suspicion, reverse=True)
    assert 0 <= suspicion[-1] <= suspicion[0] <= 1
    assert found["counts"]["label error"] == len(of(found, "label error"))
    assert all(one["because"] for one in found["findings"])
    kept = json.loads((workspace.root / "findings.json").read_text(encoding="utf-8"))
    undecided = {"verdict": None, "decided_by": None}
    assert [{**one, **undecided} for one in kept["findings"]] == found["findings"]
    assert kept["about"] == found["about"]
    assert kept["about"]["items"] == len(read_catalog(workspace))
    assert (kept["about"]["model"], kept["about"]["answers"], kept["about"]["last_save"]) == (
        "default", 0, 0)
    assert [one.key for one in read_findings(workspace).findings] == [
        one["key"] for one in found["findings"]]


def test_audit__again_is_the_same_and_knows_what_was_dismissed(audited, capsys):
    workspace, found, _ = audited
    first = of(found, "exact duplicate")[0]
    finding = Finding("exact duplicate", tuple(first["item_ids"]), 1.0, first["because"])
    assert finding.key == first["key"]
    second, third = [one for one in read_findings(workspace).findings
                     if one.check == "label error"][:2]
    log = AnnotationLog.of(workspace)
    remember(log, finding, DISMISSED, "ann")
    remember(log, second, ACCEPTED, "bob")
    remember(log, third, RELABELLED, "bob")
    log.close()

    code = main(["audit", str(workspace.root), "--json", str(workspace.root / "b.json")])

    out = capsys.readouterr().out
    again = json.loads((workspace.root / "b.json").read_text(encoding="utf-8"))
    assert code == 0
    assert (f"{len(found['findings']) - 2:,} findings, and 1 that was dismissed,"
            " and 1 that was relabelled\n") in out
    assert f"{second.because} (accepted by bob)" in out and third.because not in out
    assert [one["key"] for one in again["findings"]] == [one["key"] for one in found["findings"]]
    said = {one["key"]: (one["verdict"], one["decided_by"]) for one in again["findings"]}
    assert said[first["key"]] == ("dismissed", "ann")
    assert set(said.values()) == {
        ("dismissed", "ann"), ("accepted", "bob"), ("relabelled", "bob"), (None, None)}


def test_labels_only__are_told_what_is_missing(tmp_path, capsys):
    workspace = Workspace.create(tmp_path / "W", Settings("shop"), TASKS)
    write_catalog(workspace, catalog(["BAGS", "HATS"]))

    assert main(["audit", str(workspace.root)]) == 0

    out = capsys.readouterr().out
    assert out.startswith("0 findings\n")
    assert "label error: not checked; the workspace has labels only, no photos" in out
    assert "blurred: not checked; the workspace has labels only, no photos" in out
    kept = read_findings(workspace)
    assert (kept.findings, kept.about.model, len(kept.skipped)) == ((), None, 11)


def test_kept_findings__are_none_without_an_audit_and_refused_when_damaged(tmp_path):
    workspace = Workspace.create(tmp_path / "W", Settings("shop"), TASKS)
    assert read_findings(workspace) is None
    (workspace.root / "findings.json").write_text('{"findings": []}')
    with pytest.raises(FindingsError, match=r"findings.json cannot be read \(KeyError: 'skipped'\);"
                                            " run the audit again"):
        read_findings(workspace)


def test_unknown_check__is_refused(tmp_path, capsys):
    assert main(["audit", str(tmp_path), "--check", "typos"]) == 1
    assert "error: there is no check 'typos'; use one of label error, tag error" in capsys.readouterr().err


def test_verdicts__the_newest_counts_and_can_be_undone(tmp_path):
    log = AnnotationLog(f"sqlite:///{tmp_path / 'a.db'}")
    finding = Finding("tiny", ("i1",), 0.5, "only 9 x 9 pixels")
    remember(log, finding, "accepted", "ann")
    save = remember(log, finding, "dismissed", "bob")

    assert verdicts(read_records(log))[finding.key].annotator == "bob"
    assert log.history("i1")[1].note == "only 9 x 9 pixels"
    log.undo(save, Voice("bob", "finding:tiny"))
    assert verdicts(read_records(log))[finding.key].value == "accepted"
    remember(log, finding, REOPENED, "cem")
    assert verdicts(read_records(log)) == {}
    with pytest.raises(AnnotationError, match="can be accepted, dismissed, relabelled, not 'maybe'"):
        remember(log, finding, "maybe", "ann")


def test_checks__have_the_order_of_their_names():
    assert tuple(CHECKS) == CHECK_NAMES
