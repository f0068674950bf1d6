"""``export labels``: the labels in force, in the forms that other tools read."""

from pathlib import Path

import pandas as pd
import pyarrow as pa

from core.annotations.apply import current_catalog
from core.annotations.exporting import json_records, label_studio_tasks, labels_with_provenance
from core.annotations.folders import write_class_folders, write_hugging_face
from core.annotations.ground_truth_lines import ground_truth_lines
from core.annotations.log import AnnotationLog
from core.catalog.table import Catalog, read_catalog, tag_column
from core.commands.bar import progress_bar
from core.commands.export_tables import form_of, write_table
from core.files import atomic_path, write_json
from core.workspace import Workspace

TABLES = ("parquet", "csv", "jsonl")
LABEL_STUDIO, GROUND_TRUTH = "label-studio", "ground-truth"
FOLDERS, HUGGING_FACE = "folders", "huggingface"


def labels_frame(catalog: Catalog) -> pd.DataFrame:
    """The labels under the names of the original file, so that ``init`` can read them again.

    Returns:
        The id, the category (missing where unlabelled), each tag (Int64: 1, 0 or missing), the
        group if there is one, ``split``, and the further columns of the labels file.
    """
    tasks, rows = catalog.tasks, catalog.rows
    columns = {tasks.item.id: rows["item_id"], tasks.category.column: rows["category"]}
    for tag in tasks.tag_names:
        columns[tag] = rows[tag_column(tag)].astype("Int64")
    if tasks.item.group is not None and "group" in rows:
        columns[tasks.item.group] = rows["group"]
    columns["split"] = rows["split"]
    for name in rows.columns:
        if name.startswith("meta:"):
            columns.setdefault(name.removeprefix("meta:"), rows[name])
    return pd.DataFrame(columns)


def export_labels(
    workspace: Workspace,
    out: Path,
    *,
    form: str | None = None,
    part: str = "all",
    provenance: bool = False,
) -> int:
    """Write the labels in force.

    Args:
        form: a table (see ``labels_frame``), everybody's answers as Label Studio's tasks or as a
            Ground Truth manifest, a folder of class folders or
            a Hugging Face ``imagefolder``; None for what the suffix of ``out`` says.
        part: only the items on this side of the split.
        provenance: a table of ``labels_with_provenance`` instead.

    Returns:
        Number of items.

    Raises:
        PredictionsError: no such form.
        StorageError: it cannot be written, or a folder is there already.
    """
    if form in (FOLDERS, HUGGING_FACE):
        write = write_class_folders if form == FOLDERS else write_hugging_face
        with progress_bar("copying photos") as progress:
            return write(workspace, current_catalog(workspace).part(part), out, progress)
    if form == LABEL_STUDIO:
        tasks = label_studio_tasks(read_catalog(workspace).part(part), AnnotationLog.of(workspace))
        write_json(out, tasks)
        return len(tasks)
    if form == GROUND_TRUTH:
        lines = list(ground_truth_lines(
            read_catalog(workspace).part(part), AnnotationLog.of(workspace)))
        with atomic_path(out) as temporary:
            temporary.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        return len(lines)
    form = form_of(form, out, (*TABLES, LABEL_STUDIO, GROUND_TRUTH, FOLDERS, HUGGING_FACE))
    catalog = read_catalog(workspace)
    if not provenance:
        frame = labels_frame(current_catalog(workspace).part(part))
    else:
        frame = labels_with_provenance(catalog, AnnotationLog.of(workspace))
        frame = frame[frame["split"] == part] if part != "all" else frame
    _write_frame(frame, out, form, catalog if provenance else None)
    return len(frame)


def _write_frame(frame: pd.DataFrame, out: Path, form: str, nested: Catalog | None) -> None:
    """Write a table; as JSON lines with the provenance of ``nested``'s labels nested."""
    if form != "jsonl":
        write_table(pa.Table.from_pandas(frame, preserve_index=False), out)
        return
    if nested is not None:
        frame = pd.DataFrame(json_records(frame, nested))
    with atomic_path(out) as temporary:
        frame.to_json(temporary, orient="records", lines=True, force_ascii=False)
