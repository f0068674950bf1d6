"""What a report may be required to reach."""

import pytest

from core.errors import ReportError
from core.report.gate import judge, requirement

PART = {
    "n": 200, "top1": 0.70, "top1_interval": [0.633, 0.759], "top2": None, "ece": 0.04,
    "macro_f1": 0.61,
    "per_class": {"T-SHIRT.V2": {"precision": 0.5, "recall": 0.25, "f1": 1 / 3, "support": 40,
                                 "precision_interval": [0.3, 0.7]}},
    "tags": {"polka dot": {"precision": None, "precision_interval": None, "ap": 0.4}},
}
FIGURES = {"heldout": PART, "validation": {**PART, "top1": 0.9}}


def passed(text: str) -> bool:
    return judge([requirement(text)], FIGURES)[0].passed


@pytest.mark.parametrize(("text", "expected"), [
    ("top1>=0.7", True), ("top1 > 0.7", False), ("top1>=0.71", False), ("ece<=0.04", True),
    ("ece<.04", False), ("validation:top1>=0.9", True), ("heldout:top1>=0.9", False),
    ("top1.low>=0.6", True), ("top1.low>=0.64", False), ("top1.high<0.76", True),
    ("class:T-SHIRT.V2.recall>=0.25", True), ("class:T-SHIRT.V2.precision.low>=0.31", False),
    ("tag:polka dot.ap>=4e-1", True), ("n>=200", True),
])
def test_requirement__holds_or_fails(text, expected):
    assert passed(text) is expected


@pytest.mark.parametrize("text", ["top2>=0", "tag:polka dot.precision>=0",
                                  "tag:polka dot.precision.low>=0"])
def test_undefined_figure__meets_no_requirement(text):
    found = judge([requirement(text)], FIGURES)[0]
    assert not found.passed and found.value is None and "undefined" in found.sentence


def test_verdict__says_what_was_found_and_asked():
    (found,) = judge([requirement("top1>=0.72")], FIGURES)
    assert found.sentence == "top1 is 0.700, not reached (>= 0.72)"


@pytest.mark.parametrize(("text", "sentence"), [
    ("top1", "cannot be read"), ("top1>=many", "cannot be read"), ("top1=>0.7", "cannot be read"),
    ("top1>=0.7.1", "ends in no number"),
    ("speed>=3", "of a whole part there are top1, top2, macro_f1, ece, n"),
    ("class:A.ap>=0.1", "of a class there are precision, recall, f1, support"),
])
def test_requirement__refuses_what_it_cannot_read(text, sentence):
    with pytest.raises(ReportError, match=sentence):
        requirement(text)


@pytest.mark.parametrize(("text", "sentence"), [
    ("tag:stripes.ap>=0.1", "names the tag 'stripes'; the model answers polka dot"),
    ("macro_f1.low>=0.1", "macro_f1 does not have"),
])
def test_judge__refuses_what_the_model_does_not_answer(text, sentence):
    with pytest.raises(ReportError, match=sentence):
        judge([requirement(text)], FIGURES)
