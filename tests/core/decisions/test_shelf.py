import json

import pytest

from core.decisions.bundle import Bundle, current_bundle, read_bundle, save_bundle, write_bundle
from core.decisions.cuts import Cuts
from core.decisions.promotions import Promotion, in_use
from core.decisions.shelf import promote, require_name, roll_back, shelf
from core.errors import DecisionError, ThresholdError
from core.model.card import BUNDLE, Card
from core.tasks import Category, Tags, Tasks

TASKS = Tasks(Category("kind", ("CUP", "JAR")), Tags(("red",)))
CARD = Card("paint", "weights1", TASKS.to_dict(), "paint", [8, 8], "2026-01-01T00:00:00+00:00")


@pytest.fixture
def place(tmp_path):
    """(decisions folder, model folder) of a model that training gave a threshold."""
    write_bundle(tmp_path / "model" / BUNDLE, Bundle("weights1", {"red": 0.1}))
    return tmp_path / "decisions", tmp_path / "model"


def save(place, red, **more):
    return save_bundle(place[0], Bundle("weights1", {"red": red}, saved_by="Ada", **more), TASKS)


def held(place):
    return shelf(*place, CARD)


def current(place):
    return current_bundle(*place, CARD).version


def test_saving__puts_a_bundle_into_use_and_a_draft_not(place):
    assert current(place) == 0
    save(place, 0.2)
    save(place, 0.3, draft=True, name="bold")

    assert current(place) == 1
    assert [bundle.title for bundle in held(place).bundles] == ["v2 (bold)", "v1", "v0"]


def test_promote__is_one_more_record_and_changes_no_bundle(place):
    save(place, 0.2)
    save(place, 0.3, draft=True)
    before = {path: path.read_bytes() for path in place[0].glob("v*.json")}

    promote(held(place), 2, "Ben", "the autumn sale")

    assert current(place) == 2 and held(place).in_use.thresholds == {"red": 0.3}
    assert {path: path.read_bytes() for path in place[0].glob("v*.json")} == before
    said = json.loads((place[0] / "p1.json").read_text())
    assert (said["event"], said["version"], said["by"], said["note"]) == (
        "promoted", 2, "Ben", "the autumn sale")


def test_roll_back__goes_back_step_by_step_to_what_training_chose(place):
    save(place, 0.2)
    save(place, 0.3)

    assert held(place).before.version == 1
    assert [roll_back(held(place), "Ben").version for _ in range(2)] == [1, 0]
    assert current(place) == 0 and held(place).before is None
    with pytest.raises(DecisionError, match="v0 was the first in use; there is nothing to roll"):
        roll_back(held(place), "Ben")


def test_saving__after_a_roll_back_is_in_use(place):
    save(place, 0.2)
    save(place, 0.3)
    roll_back(held(place), "Ben")

    save(place, 0.4)

    assert current(place) == 3 and held(place).before.version == 1
    assert [(e["event"], e["version"], e["by"]) for e in held(place).events] == [
        ("saved", 3, "Ada"), ("rolled back", 1, "Ben"), ("saved", 2, "Ada"), ("saved", 1, "Ada"),
        ("saved", 0, "train")]


def test_promote__refuses_what_is_in_use_or_not_there(place):
    save(place, 0.2)
    with pytest.raises(DecisionError, match="v1 is in use already"):
        promote(held(place), 1, "Ben")
    with pytest.raises(DecisionError, match="there is no decision bundle v7; there are v1, v0"):
        promote(held(place), 7, "Ben")


def test_promotions__of_other_weights_do_not_count(place):
    save(place, 0.2)
    save(place, 0.3)
    promote(held(place), 1, "Ben")
    write_bundle(place[1] / BUNDLE, Bundle("weights2", {"red": 0.9}))
    other = Card("paint", "weights2", TASKS.to_dict(), "paint", [8, 8], "2026-02-01T00:00:00+00:00")

    assert shelf(*place, other).in_use.thresholds == {"red": 0.9}
    assert shelf(*place, other).records == ()


def test_in_use__replays_saves_and_records_in_their_order():
    def event(kind, version, after):
        return Promotion(kind, version, after, "m", "Ben", "")

    assert in_use([], [], []) == [0]
    assert in_use([1, 2, 4], [2], []) == [0, 1, 4]
    assert in_use([1, 2], [], [event("promoted", 1, 2)]) == [0, 1, 2, 1]
    assert in_use([1, 2, 3], [], [event("rolled back", 1, 2)]) == [0, 1, 3]
    assert in_use([1], [], [event("promoted", 9, 1)]) == [0, 1]


def test_find__by_label_number_and_name(place):
    save(place, 0.2, name="bold")
    save(place, 0.3, name="bold")
    found = held(place)

    assert found.find("v1").version == found.find("1").version == 1
    assert found.find("bold").version == found.find("").version == 2
    with pytest.raises(DecisionError, match=r"no decision bundle 'shy'; there are v2 \(bold\), v1"):
        found.find("shy")


def test_names__are_short_free_and_no_version():
    assert require_name("  autumn   sale ") == "autumn sale" and require_name("") == ""
    for name, why in (("x" * 61, "may have 60"), ("v3", "taken for a version"), ("12", "taken")):
        with pytest.raises(DecisionError, match=why):
            require_name(name)
    with pytest.raises(DecisionError, match="v0 is called 'bold' already"):
        require_name("bold", [Bundle("m", {}, name="bold")])


def test_bundles__keep_everything_and_old_files_stay_readable(place, tmp_path):
    saved = save(place, 0.5, name="bold", note="why", per_category={"red": {"CUP": 0.7}},
                 zones={"red": {"accept": None, "reject": 0.2}},
                 reasons={"red": {"reason": "precision", "wanted": 0.9}})
    again = held(place).in_use

    assert again == saved and again.zone("red").accept is None
    assert isinstance(again.thresholds, Cuts) and again.thresholds == {"red": 0.5}
    assert again.thresholds.at("red", "CUP") == 0.7 and again.thresholds.at("red", "JAR") == 0.5
    old = tmp_path / "v9.json"
    old.write_text('{"model_id": "m", "thresholds": {"red": 0.4}, "calibration": {}, "version": 9,'
                   ' "saved_by": "Ada", "saved_at": "", "promise": {}, "out_of_catalog": null}')
    assert read_bundle(old).thresholds == {"red": 0.4} and not read_bundle(old).draft


def test_bundles__refuse_what_cannot_be_decided_by(place):
    with pytest.raises(ThresholdError, match="must lie within its zone of review, 0.6 to 0.8"):
        Bundle("m", {"red": 0.5}, zones={"red": {"accept": 0.8, "reject": 0.6}})
    with pytest.raises(ThresholdError, match="first cut must not lie above the second"):
        Bundle("m", {"red": 0.5}, zones={"red": {"accept": 0.2, "reject": 0.6}})
    with pytest.raises(ThresholdError, match="'red in CUP' must lie in"):
        Bundle("m", {"red": 0.5}, per_category={"red": {"CUP": 7}})
    with pytest.raises(DecisionError, match="a threshold is set for 'MUG', which this workspace"):
        save(place, 0.5, per_category={"red": {"MUG": 0.5}})
    (place[0]).mkdir(exist_ok=True)
    (place[0] / "p1.json").write_text("[1")
    with pytest.raises(DecisionError, match="p1.json is no record of a promotion"):
        held(place)
