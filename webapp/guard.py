"""What every answer carries and which requests are refused: headers, hosts, origins."""

import json
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK = ("127.0.0.1", "localhost", "::1")

POLICY = "; ".join((
    "default-src 'self'",
    "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:",  # Gradio compiles its templates
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "worker-src 'self' blob:",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'self'",
))
"""No page of ours loads anything from, or sends anything to, another host."""

HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


LARGEST_CALL = 8 * 1024 * 1024
"""Bytes of a call's JSON; photos come as uploads, not inside it."""


class Guard:
    """Pure ASGI, so that streamed answers stay streams.

    Refuses requests for host names that are not ours on a loopback address (DNS rebinding),
    changes asked for by pages of another origin, and calls that name a file by the address of
    another host: Gradio would fetch it.
    """

    def __init__(self, app: ASGIApp, loopback_only: bool = True):
        self.app = app
        self.loopback_only = loopback_only

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        refusal = self._refusal(scope["method"], headers)
        if refusal is None and headers.get("content-type", "").startswith("application/json"):
            body, receive = await _read(receive)
            refusal = _body_refusal(body, _name(f"//{headers.get('host', '')}"))

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        answer = PlainTextResponse(refusal, 403) if refusal else self.app
        await answer(scope, receive, send_guarded)

    def _refusal(self, method: str, headers: Headers) -> str | None:
        host = _name(f"//{headers.get('host', '')}")
        if self.loopback_only and host not in LOOPBACK:
            return f"this server answers on this machine only, not as {host!r}; start it with --host"
        origin = headers.get("origin")
        if method in ("GET", "HEAD") or origin is None:
            return None
        if _name(origin) != host and not (_name(origin) in LOOPBACK and host in LOOPBACK):
            return "pages of another site may not change anything here"
        return None


async def _read(receive: Receive) -> tuple[bytes, Receive]:
    """The body, as far as it may go, and a ``receive`` that gives it once more."""
    parts, more = [], True
    while more and sum(map(len, parts)) <= LARGEST_CALL:
        message = await receive()
        parts.append(message.get("body", b""))
        more = message["type"] == "http.request" and message.get("more_body", False)
    body, given = b"".join(parts), False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return body, again


def _body_refusal(body: bytes, host: str | None) -> str | None:
    if len(body) > LARGEST_CALL:
        return "a call may hold 8 MB; send photos as uploads"
    try:
        return _outside(json.loads(body), host) if body else None
    except (ValueError, RecursionError):
        return "this call is no JSON; send it again"


def _outside(value: Any, host: str | None) -> str | None:
    if isinstance(value, list):
        return next(filter(None, (_outside(one, host) for one in value)), None)
    if not isinstance(value, dict):
        return None
    for name in ("path", "url"):
        given = value.get(name)
        if isinstance(given, str) and "://" in given and _name(given.strip()) != host:
            return "files are not fetched from other hosts; upload the photo itself"
    return next(filter(None, (_outside(one, host) for one in value.values())), None)


def _name(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None
