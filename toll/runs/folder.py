"""A folder that long work is done in: where the work stands, and what others ask of it.

status.json   the Status, rewritten often        request   "pause" or "stop", while asked for
"""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from toll.files import read_object, replacing, write_json
from toll.runs.status import Phase, State, Status, this_process


class WorkFolder:
    """What a run and a table of runs have in common. `id` is its name in links and lists."""

    def __init__(self, folder: Path, id: str = "") -> None:
        self.folder = folder
        self.id = id or folder.name

    def status(self) -> Status:
        """The status as found: work whose process has died no longer reads as running."""
        return self._written_status().as_found(self.request())

    def update_status(self, **changes: Any) -> Status:
        """Change some fields of the status; the rest stay as written."""
        return self._write(self._written_status().touched(**changes))

    def begin_status(self, status: Status) -> Status:
        """The first status of a new folder."""
        return self._write(status.touched())

    def take_up(self, phase: Phase | None = None, **changes: Any) -> Status:
        """Say that this process is at work from now on."""
        owner, activity = this_process(), phase or ""
        now = {"message": "", "phase": phase, "activity": activity, "owner": owner, **changes}
        return self.update_status(state=State.RUNNING, **now)

    def conclude(self, state: State, message: str = "") -> Status:
        """Leave the work in `state`, with no process working on it."""
        return self._write(self._written_status().at_rest(state, message).touched())

    def ask(self, request: str) -> None:
        """Ask whoever does the work to `pause` or `stop` at the next opportunity."""
        with replacing(self.folder / "request") as temporary:
            temporary.write_text(request)

    def request(self) -> str | None:
        try:
            return (self.folder / "request").read_text()
        except FileNotFoundError:
            return None

    def clear_request(self) -> None:
        (self.folder / "request").unlink(missing_ok=True)

    def _write(self, status: Status) -> Status:
        write_json(self.folder / "status.json", asdict(status))
        return status

    def _written_status(self) -> Status:
        try:
            return Status.from_dict(read_object(self.folder / "status.json"))
        except FileNotFoundError as error:
            raise ValueError("status.json is missing") from error
        except TypeError as error:
            raise ValueError(f"status.json is damaged: {error}") from error
