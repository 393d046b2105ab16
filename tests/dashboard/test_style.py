"""The style in the head of every page, as the server answers it."""

import asyncio

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.types import Message

from dashboard.style import STYLE, Styled

PAGE = "<html><head><title>t</title></head><body></body></html>"


def answer(response: Response, **headers: str) -> tuple[int, dict[str, str], str]:
    """Status, headers and body of what a server with the style answers."""
    app = Starlette(routes=[Route("/", lambda request: response)], middleware=[Middleware(Styled)])
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": raw}
    asyncio.run(app({**scope, "raw_path": b"/", "root_path": ""}, receive, send))
    start, *bodies = sent
    told = {name.decode(): value.decode() for name, value in start["headers"]}
    return start["status"], told, b"".join(each["body"] for each in bodies).decode()


def test_a_page_gets_the_style_into_its_head():
    status, headers, body = answer(HTMLResponse(PAGE, headers={"etag": "of the page alone"}))
    assert status == 200 and body == PAGE.replace("</head>", f"<style>{STYLE}</style></head>")
    assert headers["content-length"] == str(len(body.encode()))
    assert "etag" not in headers


def test_what_is_no_page_is_passed_on_as_it_is():
    for response in (JSONResponse({"a": "</head>"}), HTMLResponse(PAGE, status_code=404)):
        _, headers, body = answer(response)
        assert body == response.body.decode()
        assert headers["content-length"] == str(len(response.body))
