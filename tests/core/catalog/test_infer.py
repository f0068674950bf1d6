import pandas as pd
import pytest

from core.catalog.infer import Columns, infer_tasks
from core.errors import LabelsError, TasksError
from tests import photos


def labels(**more) -> pd.DataFrame:
    return pd.DataFrame({
        "uuid": ["a", "b", "c", "d"],
        "cc3": ["hat", "bag", "hat", "bag"],
        "color1": ["RED", "RED", "BLUE", "BLUE"],
        "polka dot": [0, 1, 0, 0],
        "kids": [True, False, False, True],
        "sender_id": [0, 1, 1, 0],
        "price": [3, 1, 0, 1],
        **more,
    })


def test_infer_tasks__tells_ids_categories_tags_and_groups_apart():
    tasks = infer_tasks(labels())
    assert tasks.item.id == "uuid"
    assert (tasks.category.column, tasks.classes) == ("cc3", ("bag", "hat"))
    assert tasks.tag_names == ("polka dot",)
    assert tasks.item.group == "sender_id"
    assert tasks.item.image is None


def test_infer_tasks__takes_colours_and_texts_for_no_category():
    tasks = infer_tasks(labels()[["uuid", "color1", "cc3"]])
    assert tasks.category.column == "cc3"


def test_infer_tasks__takes_numbers_with_gaps_for_tags_and_empty_columns_for_none():
    tasks = infer_tasks(labels(striped=[1.0, None, 0.0, 0.0], empty=[None] * 4))
    assert tasks.tag_names == ("polka dot", "striped")


def test_infer_tasks__prefers_what_it_is_told():
    told = Columns(category="color1", tags=("kids",), group="none")
    tasks = infer_tasks(labels(), columns=told)
    assert tasks.classes == ("BLUE", "RED")
    assert (tasks.tag_names, tasks.item.group) == (("kids",), None)
    assert infer_tasks(labels(), columns=Columns(tags=())).tag_names == ()


def test_infer_tasks__groups_by_product_where_items_have_their_own_id():
    tasks = infer_tasks(labels(product_id=[1, 1, 2, 2]).drop(columns="sender_id"))
    assert tasks.item.group == "product_id"


@pytest.mark.parametrize(
    ("files", "columns", "pattern"),
    [
        (["a.jpg", "b.jpg"], {}, "{uuid}.jpg"),
        (["a.png", "b.png", "c.jpg"], {}, "{uuid}.*"),
        (["a.webp"], {}, "{uuid}.webp"),
        (["x/1.jpg"], {"image": ["x/1.jpg"] * 4}, "{image}"),
        ([], {}, "{uuid}.jpg"),
    ],
)
def test_infer_tasks__finds_the_pattern_of_photo_names(tmp_path, files, columns, pattern):
    for name in files:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(photos.jpeg())
    assert infer_tasks(labels(**columns), tmp_path).item.image == pattern


def test_infer_tasks__refuses_a_file_without_an_id():
    with pytest.raises(LabelsError) as caught:
        infer_tasks(labels().drop(columns="uuid"), source="labels.csv")
    assert str(caught.value) == (
        "labels.csv has no column that identifies an item (looked for item_id, item, uuid, id,"
        " sku, asin, image_id, photo_id, product_id); its columns are cc3, color1, polka dot,"
        " kids, sender_id, price; name one with --id COLUMN"
    )


def test_infer_tasks__refuses_a_file_without_a_category():
    with pytest.raises(LabelsError) as caught:
        infer_tasks(labels()[["uuid", "color1", "price"]], source="labels.csv")
    assert str(caught.value) == (
        "labels.csv has no column that looks like the category (a text column whose values"
        " repeat); its columns are uuid, color1, price; name one with --category COLUMN"
    )


def test_infer_tasks__refuses_columns_that_are_not_there(tmp_path):
    with pytest.raises(LabelsError, match="^labels.csv has no column 'stripes'; its columns are"):
        infer_tasks(labels(), columns=Columns(tags=("stripes",)), source="labels.csv")
    with pytest.raises(LabelsError, match="^labels.csv has no column 'sku'; its columns are"):
        infer_tasks(labels(), tmp_path, Columns(image="{sku}.jpg"), source="labels.csv")
    for pattern in ("photo.jpg", "{}.jpg", "{uuid.jpg"):
        with pytest.raises(LabelsError, match="must name a column in braces"):
            infer_tasks(labels(), tmp_path, Columns(image=pattern))


def test_infer_tasks__refuses_a_single_class():
    with pytest.raises(TasksError, match="needs at least two classes"):
        infer_tasks(labels(cc3=["hat"] * 4), columns=Columns(category="cc3"))
