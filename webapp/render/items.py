"""Items as the browser gets them: where their photos are, and what stands beneath."""

from urllib.parse import quote

from webapp.actions.opened import Opened


def thumb_url(opened: Opened, item_id: str, content: str | None) -> str | None:
    """Address of the small view, relative to the page; None for an item without a photo."""
    return _url("thumb", opened, item_id, content)


def photo_url(opened: Opened, item_id: str, content: str | None) -> str | None:
    """Address of the large view, relative to the page; None for an item without a photo."""
    return _url("photo", opened, item_id, content)


def _url(view: str, opened: Opened, item_id: str, content: str | None) -> str | None:
    if not opened.has_photos or not isinstance(content, str):
        return None
    return (f"media/{view}/{quote(str(item_id), safe='')}?workspace={quote(opened.key, safe='')}"
            f"&v={content[:12]}")
