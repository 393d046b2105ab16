"""A folder that long work is done in: where the work stands, and what others ask of it.

status.json   the Status, rewritten often        request   "pause" or "stop", while asked for
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, ClassVar

from toll.files import replacing, write_json
from toll.reading import DamagedFile, read_json
from toll.runs.status import Phase, State, Status, this_process


class DamagedFolder(ValueError):
    """A file in the folder of some work is missing, or is not what it should be.

    folder: of the work. file: its path in there. fault: what is wrong, as the end of a sentence.
    """

    noun: ClassVar[str] = "folder"

    def __init__(self, folder: Path, id: str, file: str, fault: str) -> None:
        super().__init__(f"{file} of {self.noun} {id} {fault}")
        self.folder, self.file, self.fault = folder, file, fault


class WorkFolder:
    """What a run and a table of runs have in common. `id` is its name in links and lists.

    Raises:
        DamagedFolder: by whatever reads a file, if that file is damaged, in the form of `damaged`.
    """

    damaged: ClassVar[type[DamagedFolder]] = DamagedFolder

    def __init__(self, folder: Path, id: str = "") -> None:
        self.folder = folder
        self.id = id or folder.name

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Inside, a damaged file is one of this folder's."""
        try:
            yield
        except DamagedFile as error:
            raise self.damage(error.path, error.fault) from error

    def damage(self, path: Path, fault: str) -> DamagedFolder:
        """The error that says what is wrong with a file in this folder."""
        file = path.relative_to(self.folder).as_posix()
        return self.damaged(self.folder, self.id, file, fault)

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
        with suppress(FileNotFoundError), (self.folder / "request").open("rb") as file:
            return file.read(20).decode(errors="replace")
        return None

    def clear_request(self) -> None:
        (self.folder / "request").unlink(missing_ok=True)

    def _write(self, status: Status) -> Status:
        write_json(self.folder / "status.json", asdict(status))
        return status

    def _written_status(self) -> Status:
        path = self.folder / "status.json"
        with self.reading():
            try:
                return read_json(path, Status)
            except FileNotFoundError as error:
                raise DamagedFile(path, "is missing") from error
