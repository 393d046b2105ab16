"""A folder that long work is done in: where the work stands, who has charge, what others ask.

status.json   the Status, rewritten often        request   "pause" or "stop", while asked for
work.lock     held by who works on it            queue.lock    held by who has it in a queue
label.json    a person's name, note and tags, if any; see label.py

Whoever changes the state of work that is at rest holds its lock: so two never work on it at once.
While they do, they know the status, and what becomes of the file in the meantime harms nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, ClassVar

from toll.files import replacing, write_json
from toll.reading import DamagedFile, read_bytes, read_json
from toll.runs.claim import Claim
from toll.runs.status import Phase, State, Status, this_process


class DamagedFolder(ValueError):
    """A file in the folder of some work is missing, or is not what it should be.

    folder: of the work. file: its path in there. fault: what is wrong, as the end of a sentence.
    """

    def __init__(self, work: WorkFolder, file: str, fault: str) -> None:
        super().__init__(f"{file} of {work.noun} {work.id} {fault}")
        self.folder, self.file, self.fault = work.folder, file, fault

    @property
    def beside_name(self) -> str:
        """What is wrong, without the name of the work, beside which it stands."""
        return f"{self.file} {self.fault}"


class WorkFolder:
    """What a run and a table of runs have in common. `id` is its name in links and lists.

    work: the lock of who works on it. place: the lock of who has it in a queue.

    Raises:
        DamagedFolder: by whatever reads a file, if that file is damaged, in the form of `damaged`.
    """

    noun: ClassVar[str] = "work"
    damaged: ClassVar[type[DamagedFolder]] = DamagedFolder

    def __init__(self, folder: Path, id: str = "") -> None:
        self.folder = folder
        self.id = id or folder.name
        name = f"{self.noun} {self.id}"
        self.work = Claim(folder / "work.lock", f"{name} is being worked on by another process")
        self.place = Claim(folder / "queue.lock", f"{name} waits in another queue")
        # Of claimed work: as it was found, and then as it was last written.
        self._known: Status | None = None

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
        return self.damaged(self, file, fault)

    def status(self) -> Status:
        """The status as found: work that nobody has charge of any more does not read as running.

        One whose file is damaged or lost is told from the rest of the folder, as far as possible.
        """
        status = self._present_status()
        while status.is_busy and not (self.work.is_taken() or self.place.is_taken()):
            # It may have been concluded since it was read, and only then been given back.
            again = self._present_status()
            if again == status:
                return status.as_left(self.request())
            status = again
        return status

    @contextmanager
    def claimed(self) -> Iterator[Status]:
        """Have charge of the work: gives the status as whoever had it last has left it.

        Raises:
            Busy: another process has charge of it.
        """
        with self.work.held():
            before, self._known = self._known, self._present_status()
            try:
                status = self._known
                waits = status.state is State.QUEUED and self.place.is_taken()
                yield status if waits else status.as_left(self.request())
            finally:
                if before is None:
                    self._known = None

    def queue_up(self) -> None:
        """Make claimed work wait in a queue of this process, with nothing asked of it.

        Raises:
            Busy: it waits in another queue.
        """
        if not self.place.is_held:
            self.place.take()
        try:
            self.clear_request()
            waiting = {"message": "", "phase": None, "activity": "", "owner": this_process()}
            self.update_status(state=State.QUEUED, **waiting)
        except BaseException:
            self.place.release()
            raise

    def update_status(self, **changes: Any) -> Status:
        """Change some fields of the status; the rest stay as written."""
        return self._write(self._present_status().touched(**changes))

    def begin_status(self, status: Status) -> Status:
        """The first status of a new folder."""
        return self._write(status.touched())

    def take_up(self, phase: Phase | None = None, **changes: Any) -> Status:
        """Say that this process is at work from now on, and no longer keeps it in a queue."""
        self.place.release()
        owner, activity = this_process(), phase or ""
        now = {"message": "", "phase": phase, "activity": activity, "owner": owner, **changes}
        return self.update_status(state=State.RUNNING, **now)

    def conclude(self, state: State, message: str = "") -> Status:
        """Leave the work in `state`, with no process working on it."""
        return self._write(self._present_status().at_rest(state, message).touched())

    def ask(self, request: str) -> None:
        """Ask whoever does the work to `pause` or `stop` at the next opportunity."""
        with replacing(self.folder / "request") as temporary:
            temporary.write_text(request)

    def request(self) -> str | None:
        with self.reading(), suppress(FileNotFoundError):
            return read_bytes(self.folder / "request", 100).decode(errors="replace")
        return None

    def clear_request(self) -> None:
        (self.folder / "request").unlink(missing_ok=True)

    def _write(self, status: Status) -> Status:
        write_json(self.folder / "status.json", asdict(status))
        if self._known is not None:
            self._known = status
        return status

    def _present_status(self) -> Status:
        if self._known is not None:
            return self._known
        try:
            return self._written_status()
        except DamagedFolder as error:
            if self.work.is_taken() and not self.work.is_held:
                return Status(state=State.RUNNING)  # whoever has it will write it again
            if self.place.is_taken():
                return Status(state=State.QUEUED)
            if (traces := self.traces()) is None:
                raise
            state, step = traces
            advice = "Resume it." if state.can_resume else "All else that it keeps is there."
            lost = f"Its status was lost: {error.file} {error.fault}. {advice}"
            return Status(state=state, step=step, message=lost)

    def traces(self) -> tuple[State, int] | None:
        """State and step of work at rest by the rest of its folder; None where that is silent."""
        return None

    def _written_status(self) -> Status:
        path = self.folder / "status.json"
        with self.reading():
            try:
                return read_json(path, Status)
            except FileNotFoundError as error:
                raise DamagedFile(path, "is missing") from error
