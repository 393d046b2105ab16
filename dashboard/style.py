"""The dashboard's own style, put into the page itself.

Streamlit shows what a script sends a moment after the page has been laid out: a style sent that way
moves what has been drawn already. So it stands in the head of the page that the server answers.
"""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Little room is spent on what stands above a page's first picture; where a page is narrow, columns
# stand below each other before their words break; the bar of a phone, or that of a hidden sidebar,
# covers no title. Formulas are short enough not to be scrolled; words on a button stand out from
# its colour in either theme. What comes late is given its room beforehand. `body` makes rules more
# specific than Streamlit's own, which come later.
STYLE = """
body [data-testid=stMainBlockContainer] {padding: 1.6rem 2.2rem 4rem; max-width: initial}
body [data-testid=stMainBlockContainer] h1 {font-size: 1.9rem; padding: 0.2rem 0}
body [data-testid=stCaptionContainer] code {color: inherit; opacity: 1}
body [data-testid=stSidebarNav] li {margin: 0}
body [data-testid=stSidebarNavLink] {margin: 0; min-height: 1.75rem}
body .katex-display {overflow: visible !important}
[data-testid=stApp] [data-testid=stBaseButton-primary],
[data-testid=stApp] [data-testid=stMultiSelect] span[title] {
  color: light-dark(#fff, #111);
}
@media (max-width: 1000px) {
  body [data-testid=stMain] [data-testid=stHorizontalBlock] {flex-wrap: wrap}
  body [data-testid=stMain] [data-testid=stColumn] {min-width: min(100%, 14rem)}
}
body:has([data-testid=stExpandSidebarButton]) [data-testid=stMainBlockContainer] {
  padding-top: 3.4rem
}
body [class*=st-key-console] {min-height: 100vh}
@media (max-width: 1000px) {
  body .st-key-story [data-testid=stColumn]:first-child {min-height: 24.5rem}
}
@media (max-width: 768px) { body [data-testid=stMainBlockContainer] {padding-top: 3.4rem} }
"""
END_OF_HEAD = b"</head>"


class Styled:
    """Adds the style to each page that the server answers with."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self.app(_plain(scope), receive, _Answer(send))
        else:
            await self.app(scope, receive, send)


def _plain(scope: Scope) -> Scope:
    """The same request, for an answer that is not compressed where it is a page."""
    asks_for_page = any(
        name == b"accept" and b"text/html" in value for name, value in scope["headers"]
    )
    if not asks_for_page:
        return scope
    dropped = (b"accept-encoding", b"if-none-match", b"if-modified-since", b"range")
    kept = [(name, value) for name, value in scope["headers"] if name not in dropped]
    return {**scope, "headers": kept}


class _Answer:
    """Passes an answer on; that of a page once it is whole, with the style in its head."""

    def __init__(self, send: Send) -> None:
        self.send = send
        self.start: Message | None = None
        self.body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_page(message):
            self.start = message
        elif message["type"] == "http.response.body" and self.start is not None:
            self.body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._send_page(self.start)
        else:
            await self.send(message)

    async def _send_page(self, start: Message) -> None:
        style = f"<style>{STYLE}</style>".encode()
        body = self.body.replace(END_OF_HEAD, style + END_OF_HEAD, 1)
        headers = MutableHeaders(raw=list(start["headers"]))
        headers["content-length"] = str(len(body))
        # They tell of the page without the style.
        for name in ("etag", "last-modified"):
            if name in headers:
                del headers[name]
        await self.send({**start, "headers": headers.raw})
        await self.send({"type": "http.response.body", "body": body})


def _is_page(start: Message) -> bool:
    kind = MutableHeaders(raw=list(start["headers"])).get("content-type", "")
    return start["status"] == 200 and kind.startswith("text/html")
