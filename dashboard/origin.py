"""Whose pages may talk to the dashboard: its own.

A browser says with every connection which site's page asked for it, the origin. Streamlit lets in
every page of this computer, whatever port it comes from, so that whatever else serves pages here, a
notebook, say, or another person's server on a shared computer, could do in a visitor's browser all
that the visitor can do. It also asks a server on the internet for this computer's address, to know
whether a page comes from there.
"""

import streamlit as st
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send


class OwnPagesOnly:
    """Refuses connections that pages of other sites ask for, other ports of this host included.

    `server.corsAllowedOrigins` names further sites to let in, such as that of a proxy. Programs
    that are no browsers say no origin; nothing here keeps them out.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket" and not _is_own(Headers(scope=scope)):
            await receive()
            # Closed before it is accepted: the browser is answered 403.
            await send({"type": "websocket.close", "code": 1008})
        else:
            await self.app(scope, receive, send)


def _is_own(headers: Headers) -> bool:
    origin = headers.get("origin")
    if origin is None or origin in st.get_option("server.corsAllowedOrigins"):
        return True
    return origin.partition("://")[2] == headers.get("host")
