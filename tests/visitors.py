"""Visitors of a dashboard without browsers: each speaks Streamlit's protocol over a socket.

A visitor opens one page after another, as clicks in the sidebar do, and takes all that the server
sends until the page's script has ended. What a browser does with it is not tried here.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect

PAGES = ("", "train", "collapse", "losses", "detection", "gallery", "runs", "paper", "datasets")


@dataclass
class Opened:
    """A page, how long its script took until its end, and what it has put on the page."""

    page: str
    seconds: float = 0.0
    elements: list[Element] = field(default_factory=list)

    def complaints(self) -> list[str]:
        """The errors on the page, in words."""
        exceptions = [e.exception.message for e in self.elements if e.HasField("exception")]
        alerts = [e.alert for e in self.elements if e.HasField("alert")]
        errors = [alert.body for alert in alerts if alert.format == Alert.ERROR]
        return [f"{self.page or 'start'}: {text}" for text in exceptions + errors]


class Visitor:
    """One person's tab, connected to a server."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket

    async def open(self, page: str, query: str, widgets: Sequence[WidgetState] = ()) -> Opened:
        """Open a page, or have it run again with these widgets used."""
        request = BackMsg()
        request.rerun_script.page_name, request.rerun_script.query_string = page, query
        request.rerun_script.widget_states.widgets.extend(widgets)
        opened, started = Opened(page), time.monotonic()
        await self.socket.send(request.SerializeToString())
        while True:
            answer = ForwardMsg.FromString(await self.socket.recv(decode=False))
            if answer.delta.HasField("new_element"):
                opened.elements.append(answer.delta.new_element)
            # Zero, where it is given at all, is that of a whole script.
            if answer.HasField("script_finished"):
                if answer.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                    opened.seconds = time.monotonic() - started
                    return opened
                assert answer.script_finished != ForwardMsg.FINISHED_WITH_COMPILE_ERROR, page


@asynccontextmanager
async def visiting(port: int) -> AsyncIterator[Visitor]:
    """A tab of one's own on the server at this port of this machine."""
    address = f"ws://127.0.0.1:{port}/_stcore/stream"
    async with connect(address, max_size=None, open_timeout=60, ping_timeout=None) as socket:
        yield Visitor(socket)


async def visit(
    port: int, visitors: int, pages: Sequence[str], queries: Sequence[str]
) -> list[Opened]:
    """Have so many visitors at once open all of these pages, each beginning with another one."""

    async def walk(number: int) -> list[Opened]:
        query = queries[number % len(queries)]
        turned = [pages[(number + turn) % len(pages)] for turn in range(len(pages))]
        async with visiting(port) as visitor:
            return [await visitor.open(page, query) for page in turned]

    walks = await asyncio.gather(*map(walk, range(visitors)))
    return [opened for walk in walks for opened in walk]


async def start_training(port: int, steps: int) -> None:
    """Fill in the form's number of steps and press its button."""
    async with visiting(port) as visitor:
        form = await visitor.open("train", "")
        filled = WidgetState(
            id=_id_of("number_input", "Training steps", form), double_value=float(steps)
        )
        # The button has another id for each config that it starts.
        form = await visitor.open("train", "", [filled])
        pressed = WidgetState(id=_id_of("button", "Start training", form), trigger_value=True)
        await visitor.open("train", "", [filled, pressed])


def _id_of(kind: str, label: str, opened: Opened) -> str:
    """The id of a widget, which the server takes its value under."""
    (widget,) = (
        getattr(each, kind)
        for each in opened.elements
        if each.HasField(kind) and getattr(each, kind).label == label
    )
    return widget.id
