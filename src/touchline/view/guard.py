"""Which requests the viewer answers: those that are not meant for it end here.

Every request needs the viewer's token: whoever else has an account on this machine reaches the
port as well. The token is in the fragment of the address, which no browser sends anywhere; the
page that is shown without a token hands it over once, and it is in a cookie from then on.

A page elsewhere on the web can make a browser send requests to this machine. It can fake the
name of the host (DNS rebinding), so the Host header is checked where the viewer is for this machine
only; it cannot fake its Origin, so requests that change something have to come from the viewer's
own page.
"""

import secrets
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.datastructures import Headers
    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})
_READING = frozenset({"GET", "HEAD"})
_LONGEST_TOKEN = 256
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
        token: needed once by `POST /enter`, and in a cookie from then on.
        any_host: whether the viewer is reached under other names than those of this machine.
    """

    app: "ASGIApp"
    token: str
    any_host: bool = False

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """One request."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return
        answer = self._refusal(scope) or await self._entrance(scope, receive)

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
        if not self.any_host and _name(headers.get("host", "")) not in LOOPBACK:
            return PlainTextResponse("This viewer is for this machine only.", 421)
        if scope["method"] not in _READING and not _from_our_page(headers):
            return PlainTextResponse("Only the viewer's own page may change labels.", 403)
        return None

    async def _entrance(self, scope: "Scope", receive: "Receive") -> "Response | None":
        """The answer to a request without the cookie; None for one that has it."""
        from starlette.datastructures import Headers
        from starlette.responses import HTMLResponse, PlainTextResponse, Response

        headers, asked = Headers(scope=scope), (scope["method"], scope["path"])
        if asked == ("POST", "/enter"):
            return await self._enter(headers, receive)
        if self._has_token(headers):
            return None
        if asked == ("GET", "/"):
            return HTMLResponse(_own_file("templates", "enter.html.j2"))
        if asked == ("GET", "/assets/enter.js"):
            return Response(_own_file("assets", "enter.js"), media_type="text/javascript")
        return PlainTextResponse("Open the address with its token.", 403)

    async def _enter(self, headers: "Headers", receive: "Receive") -> "Response":
        """A cookie for whoever sends the token."""
        from starlette.responses import PlainTextResponse, Response

        given = await _short_body(receive)
        if given is None or not secrets.compare_digest(given, self.token.encode()):
            return PlainTextResponse("That is not this viewer's token.", 403)
        answer = Response(status_code=204)
        answer.set_cookie(_cookie(headers), self.token, httponly=True, samesite="strict")
        return answer

    def _has_token(self, headers: "Headers") -> bool:
        try:
            cookie = SimpleCookie(headers.get("cookie", "")).get(_cookie(headers))
        except CookieError:
            return False
        return cookie is not None and secrets.compare_digest(
            cookie.value.encode(), self.token.encode()
        )


def _cookie(headers: "Headers") -> str:
    """The cookie's name: browsers give one machine's cookies to all its ports."""
    return f"touchline-{headers.get('host', '').rpartition(':')[2]}"


async def _short_body(receive: "Receive") -> bytes | None:
    """What a request carries, or None where that is longer than any token."""
    body, more = b"", True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            return None
        body += message.get("body", b"")
        if len(body) > _LONGEST_TOKEN:
            return None
        more = message.get("more_body", False)
    return body


def _own_file(folder: str, name: str) -> str:
    return resources.files("touchline.view").joinpath(folder, name).read_text(encoding="utf-8")


def _name(host: str) -> str:
    """The name in a Host header, without the port."""
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.partition(":")[0]


def _from_our_page(headers: "Headers") -> bool:
    own = f"http://{headers.get('host', '')}"
    site = headers.get("sec-fetch-site", "same-origin")
    return headers.get("origin") == own and site == "same-origin"
