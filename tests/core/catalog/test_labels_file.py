import gzip

import pandas as pd
import pytest

from core.catalog.labels_file import as_text, read_labels
from core.errors import LabelsError
from tests import photos

CSV = "id,kind,red,kids,price\n007,bag,1,True,1.5\n008,hat,,False,\n"


def test_read_labels__reads_csv_with_types_and_leading_zeros(tmp_path):
    path = tmp_path / "labels.csv"
    path.write_text(CSV)
    frame = read_labels(path)
    assert frame["id"].tolist() == ["007", "008"]
    assert frame["red"].iloc[0] == 1 and pd.isna(frame["red"].iloc[1])
    assert frame["kids"].dtype == "boolean" and frame["kids"].tolist() == [True, False]
    assert frame["price"].iloc[0] == 1.5


@pytest.mark.parametrize("separator", [";", "\t"])
def test_read_labels__finds_the_separator(tmp_path, separator):
    path = tmp_path / "labels.csv"
    path.write_text("\ufeff" + CSV.replace(",", separator), encoding="utf-8")
    assert list(read_labels(path).columns) == ["id", "kind", "red", "kids", "price"]


def test_read_labels__reads_compressed_csv(tmp_path):
    path = tmp_path / "labels.csv.gz"
    path.write_bytes(gzip.compress(CSV.encode()))
    assert read_labels(path)["kind"].tolist() == ["bag", "hat"]


def test_read_labels__keeps_numbers_too_long_for_a_float(tmp_path):
    path = tmp_path / "labels.csv"
    path.write_text("id,kind\n12345678901234567,bag\n12345678901234568,hat\n")
    assert read_labels(path)["id"].tolist() == ["12345678901234567", "12345678901234568"]


def test_read_labels__reads_parquet_with_an_index_and_lists(tmp_path):
    path = tmp_path / "labels.parquet"
    frame = pd.DataFrame({"kind": ["bag"], "sizes": [[1, 2]]}, index=pd.Index(["a"], name="uuid"))
    frame.to_parquet(path)
    read = read_labels(path)
    assert read["uuid"].tolist() == ["a"]
    assert not read.duplicated().any()  # lists could not be compared


def test_read_labels__reads_a_folder_of_class_folders(tmp_path):
    for name in ("hat/1.jpg", "bag/2.PNG", "bag/red/3.webp", "bag/notes.txt", "hat/drawing.svg",
                 "hat/.hidden.jpg", "loose.jpg"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(photos.jpeg())
    frame = read_labels(tmp_path)
    assert sorted(zip(frame["category"], frame["image"])) == [
        ("bag", "bag/2.PNG"),
        ("bag", "bag/red/3.webp"),
        ("hat", "hat/1.jpg"),
        ("hat", "hat/drawing.svg"),
    ]
    assert frame["item_id"].tolist() == frame["image"].tolist()


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("labels.parquet", b"not parquet", "labels.parquet is not a Parquet file that can be read"),
        ("labels.csv", b"", "labels.csv is not a CSV file that can be read (No columns to parse"),
        ("labels.csv", b"id,kind\n\xff\xfe,bag\n", "labels.csv is not UTF-8 text;"
                                                   " save it as CSV in UTF-8"),
        ("labels.csv", b"id,kind,kind\n1,bag,bag\n", "labels.csv has two columns 'kind'"),
        ("labels.csv", b"id,kind\n1,bag,x,y\n", "labels.csv has lines with more values than its"),
        ("labels.csv", b"id,kind\n1,bag\n2,bag,x\n", "labels.csv is not a CSV file that can be"),
        ("labels.xlsx", b"PK", "labels.xlsx is no kind of labels file that is known"),
    ],
)
def test_read_labels__refuses_with_a_sentence(tmp_path, name, data, sentence):
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(LabelsError) as caught:
        read_labels(path)
    assert str(caught.value).startswith(sentence)


def test_read_labels__refuses_a_missing_file_and_an_empty_folder(tmp_path):
    with pytest.raises(LabelsError, match="^there is no labels file .*gone.csv"):
        read_labels(tmp_path / "gone.csv")
    with pytest.raises(LabelsError, match="has no folders with photos in them"):
        read_labels(tmp_path)


def test_read_labels__reads_files_without_rows(tmp_path):
    (tmp_path / "labels.csv").write_text("\n id , kind \n")
    pd.DataFrame({"id": [], "kind": []}).to_parquet(tmp_path / "labels.parquet")
    for name in ("labels.csv", "labels.parquet"):
        frame = read_labels(tmp_path / name)
        assert (list(frame.columns), len(frame)) == (["id", "kind"], 0)


def test_as_text__writes_whole_numbers_without_a_point():
    assert as_text(pd.Series([1.0, 2.0])).tolist() == ["1", "2"]
    assert as_text(pd.Series([10002])).tolist() == ["10002"]
    assert as_text(pd.Series([b"abc", "d"], dtype=object)).tolist() == ["abc", "d"]
    assert as_text(pd.Series(["", None, float("nan")], dtype=object)).isna().all()
    assert as_text(pd.Series([3.0, None])).fillna("-").tolist() == ["3", "-"]
    assert as_text(pd.Series(["a", "b"], dtype="category")).tolist() == ["a", "b"]
