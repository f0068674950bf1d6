"""The wardrobe with two models that disagree where it says so, and some that cannot be used."""

from dataclasses import asdict, replace
from pathlib import Path

import numpy as np

from core.files import write_json
from core.model.card import LITERT, Card, read_card, write_card
from core.predictions.table import Predictions
from core.tasks import Category, ItemColumns, Tags, Tasks
from core.workspace import Workspace
from tests.webapp.answered import MODEL_ID, add_answers
from tests.webapp.wardrobe import ITEMS, TAGS, wardrobe
from webapp.actions.opened import Opened, open_now
from webapp.session import Session

BY_RIVAL = {
    # id: (scores of the classes), where they differ from the first model's
    "b1": (0.30, 0.65, 0.05),  # broken
    "b2": (0.80, 0.15, 0.05),  # mended
    "b3": (0.52, 0.43, 0.05),  # mended
}
"""Category on the seven held-out items: 2 mended, 1 broken, both right s1 t1, both wrong b4 s2."""

HISTORY = """epoch,stage,loss,val_loss,val_top1,learning_rate,seconds,best
0,probe,,0.9,0.6,,3.5,True
1,fine-tuning,0.8,0.85,0.65,0.0001,4.5,True
2,fine-tuning,0.7,0.88,0.64,0.0001,4.5,False
"""


def rivals(root: Path, **settings) -> Workspace:
    """``paint`` is in use; ``rival`` mends b2 and b3, breaks b1, and calls s1 floral."""
    workspace = wardrobe(root, **settings)
    if settings.get("predicted", True):
        add_rival(workspace)
    return workspace


def add_rival(workspace: Workspace, name: str = "rival") -> None:
    tasks = workspace.tasks
    ids = np.array([item[0] for item in ITEMS], object)
    category = np.array([BY_RIVAL.get(item[0], item[3]) for item in ITEMS], np.float32)
    tags = np.array([[0.8 if tag in item[4].split() else 0.1 for tag in TAGS[:len(tasks.tag_names)]]
                     for item in ITEMS], np.float32).reshape(len(ids), len(tasks.tag_names))
    if len(tasks.tag_names):
        tags[ids == "s1", 0] = 0.9
    add_answers(workspace, Predictions(tasks, ids, category, tags, about={"model_id": MODEL_ID}),
                dict.fromkeys(tasks.tag_names, 0.5), model=name)
    change_card(workspace, name, made="2026-02-01T00:00:00+00:00", sizes={LITERT: 13_505_476},
                timings={"litert_ms": 7.84, "how": "by hand"}, parameters=1234,
                data={"workspace": root_name(workspace),
                      "items": {root_name(workspace): {"train": 3, "validation": 2, "heldout": 7}}},
                training={"recipe": {"backbone": "paint", "dropout": 0.2}, "epochs": 2,
                          "best_epoch": 1, "seconds": 100.0},
                versions={"code": "abc"}, calibration={"temperature": 0.91, "fitted_on": 2})
    folder = workspace.model_dir(name)
    (folder / LITERT).touch()  # listed only where it is there
    (folder / "history.csv").write_text(HISTORY, encoding="utf-8")
    (folder / "architecture.txt").write_text("Model: paint\n layers", encoding="utf-8")


def root_name(workspace: Workspace) -> str:
    return workspace.settings.name


def change_card(workspace: Workspace, name: str, **changes) -> Card:
    folder = workspace.model_dir(name)
    card = replace(read_card(folder), **changes)
    write_card(folder, card)
    return card


def add_unusable(workspace: Workspace) -> None:
    """``retail`` knows other categories; the card of ``damaged`` is cut off."""
    other = Tasks(Category("kind", ("BLOUSES", "PARKAS")), Tags(workspace.tasks.tag_names),
                  ItemColumns("id"))
    card = replace(read_card(workspace.model_dir("paint")), name="retail", tasks=other.to_dict())
    write_json(workspace.new_model_dir("retail") / "card.json", asdict(card))
    folder = workspace.new_model_dir("damaged")
    folder.mkdir()
    (folder / "card.json").write_text('{"name": "dam', encoding="utf-8")


def opened(workspace: Workspace) -> Opened:
    """The workspace as the page sees it."""
    return open_now("shop", workspace.root)


def place(**words: str) -> Session:
    """What is open on the page Models."""
    return Session("shop", page="models").put("models", **words)
