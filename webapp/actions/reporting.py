"""The report to hand over, of a model that has answered the workspace."""

from core.commands.report import report_texts, subject_of
from webapp.actions.opened import Opened
from webapp.session import Session


def report_html(session: Session, opened: Opened) -> tuple[str, str]:
    """The report on the model in view, and a name for the file.

    Raises:
        PredictionsError: the model has not answered this workspace yet.
    """
    return _texts(opened)[0], f"{_name(opened)}.html"


def report_markdown(session: Session, opened: Opened) -> tuple[str, str]:
    """Its summary for a pull request, and a name for the file; raises as ``report_html``."""
    return _texts(opened)[1], f"{_name(opened)}.md"


def _texts(opened: Opened) -> tuple[str, str]:
    opened.require_predictions()  # else they would be made now, which takes long
    return report_texts(subject_of(opened.workspace, opened.model), [])


def _name(opened: Opened) -> str:
    plain = "".join(sign if sign.isascii() and sign.isalnum() else "-" for sign in opened.model)
    return f"report-{plain.strip('-') or 'model'}"
