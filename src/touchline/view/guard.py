"""Which requests the viewer answers: those that are not meant for it end here.

A page elsewhere on the web can make a browser send requests to this machine. It can fake the
name of the host (DNS rebinding), so the Host header is checked; it cannot fake its Origin, so
requests that change something have to come from the viewer's own page. Where the viewer listens
to other machines, every request needs a token.
"""

import secrets
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

if TYPE_CHECKING:
    from starlette.datastructures import Headers
    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "touchline"
LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})
_READING = frozenset({"GET", "HEAD"})
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "media-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-cache",
}


@dataclass(frozen=True)
class Guard:
    """Lets through only what is meant for the viewer.

    Attributes:
        app: what is guarded.
        token: needed in the address once and in a cookie from then on; None where the viewer
            listens to this machine only.
    """

    app: "ASGIApp"
    token: str | None = None

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """One request."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return
        answer = self._refusal(scope)

        async def with_headers(message: "Message") -> None:
            from starlette.datastructures import MutableHeaders

            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await (answer or self.app)(scope, receive, with_headers)

    def _refusal(self, scope: "Scope") -> "Response | None":
        from starlette.datastructures import Headers
        from starlette.responses import PlainTextResponse

        headers = Headers(scope=scope)
        if self.token is not None:
            if entering := self._enter(scope):
                return entering
            if not self._has_token(headers):
                return PlainTextResponse("Open the address with its token.", 403)
        elif _name(headers.get("host", "")) not in LOOPBACK:
            return PlainTextResponse("This viewer is for this machine only.", 421)
        if scope["method"] not in _READING and not _from_our_page(headers):
            return PlainTextResponse("Only the viewer's own page may change labels.", 403)
        return None

    def _enter(self, scope: "Scope") -> "Response | None":
        """The answer to an address with the right token: a cookie, and the address without it."""
        from starlette.responses import RedirectResponse

        given = parse_qs(scope["query_string"].decode("latin-1")).get("token", [""])[0]
        if scope["method"] != "GET" or not self._is_token(given):
            return None
        answer = RedirectResponse("/", 303)
        answer.set_cookie(COOKIE, given, httponly=True, samesite="strict")
        return answer

    def _has_token(self, headers: "Headers") -> bool:
        try:
            cookie = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
        except CookieError:
            return False
        return cookie is not None and self._is_token(cookie.value)

    def _is_token(self, given: str) -> bool:
        return self.token is not None and secrets.compare_digest(
            given.encode(), self.token.encode()
        )


def _name(host: str) -> str:
    """The name in a Host header, without the port."""
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.partition(":")[0]


def _from_our_page(headers: "Headers") -> bool:
    own = f"http://{headers.get('host', '')}"
    site = headers.get("sec-fetch-site", "same-origin")
    return headers.get("origin") == own and site == "same-origin"
