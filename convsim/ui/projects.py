"""Opening and saving projects: what is asked, what is said, and that nothing gets lost."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6 import QtWidgets
from PySide6.QtCore import QObject, Signal

from convsim.core.errors import ConvSimError
from convsim.services import projects as disk
from convsim.services.autosave import Autosave
from convsim.services.recovery import Recovery
from convsim.services.session import Obstacle, Session
from convsim.ui import questions

if TYPE_CHECKING:
    from collections.abc import Callable

    from convsim.document import Document
    from convsim.formats.project_reader import Opened
    from convsim.services.recovery import Copy, Discarded
    from convsim.services.saver import Saver
    from convsim.ui.host import Host
    from convsim.ui.jobs import Job

RECENT = 10


class Projects(QObject):
    """What the window does with its project file.

    Signals
    -------
    changed()
        Another file, or what may be done with it.

    Parameters
    ----------
    window : Host
    data : Path
        The folder for copies of unsaved work and for locks.
    """

    changed = Signal()

    def __init__(self, window: Host, data: Path) -> None:
        super().__init__(window)
        self._window = window
        self._store = window.context.store
        self.session = Session(data / "locks")
        self.recovery = Recovery(data / "recovery")
        self.autosave = Autosave(self._store, self.recovery, self._described, self)
        self.autosave.failed.connect(self._say_not_kept)
        self.changed.connect(self._tell_store)
        self._saver: Saver | None = None
        self._then: Callable[[], None] | None = None
        self._jobs: list[Job] = []
        self._asking = False

    # -- what is open ----------------------------------------------------------------------

    @property
    def path(self) -> Path | None:
        """The file of the open document, if it has one."""
        return self.session.path

    @property
    def saving(self) -> bool:
        """Whether the document is being written."""
        return self._saver is not None

    @property
    def title(self) -> str:
        """What the window's title says of the file; empty without one."""
        if self.path is None:
            return ""
        name = questions.shown(self.path.name)
        return self.tr("{name} (read-only)").format(name=name) if self.session.locked else name

    # -- opening ---------------------------------------------------------------------------

    def ask_open(self) -> None:
        """Ask for a project, a network, a picture or a data set and open it."""
        projects = self.tr("Projects")
        networks = self.tr("Networks")
        pictures = self.tr("Pictures")
        sets, files = self.tr("Data sets"), "*.npz *.csv *.bin *-ubyte *-ubyte.gz"
        images = "*.png *.jpg *.jpeg *.webp *.bmp *.gif *.tif *.tiff"
        name, _ = QtWidgets.QFileDialog.getOpenFileName(
            self._window,
            self.tr("Open"),
            self._window.settings.project_folder or self._window.settings.folder,
            f"{self.tr('What can be opened')} (*{disk.SUFFIX} *.onnx {images} {files});;"
            f"{projects} (*{disk.SUFFIX});;{networks} (*.onnx);;{pictures} ({images});;"
            f"{sets} ({files});;{self.tr('All files (*)')}",
        )
        if name:
            self._window.open_path(Path(name))

    def open(self, path: Path) -> None:
        """Open a project in the place of what is open, after asking about unsaved edits."""
        self.leave_then(lambda: self._read(path))

    def show(self, path: Path, opened: Opened) -> None:
        """Show a project that was read."""
        path = path.absolute()
        self.session.attach(path, opened)
        self._store.load(opened.document)
        self._remember(path)
        self.changed.emit()
        questions.say_opened(self._window, path.name, opened, locked=self.session.locked)

    def replace(self, document: Document) -> None:
        """Begin with a document that has no file, after asking about unsaved edits."""

        def begin() -> None:
            self.session.detach()
            self._store.load(document)
            self.changed.emit()

        self.leave_then(begin)

    def leave_then(self, then: Callable[[], None]) -> None:
        """Do something that ends the open document, if its edits are saved or not wanted."""
        if self._saver is not None:
            self._then = then
            return
        if self._store.undo_stack.isClean():
            ahead = self._store.undone
            if ahead is not None:
                # Nothing is unsaved, but what was undone could not be redone any more.
                self._set_aside(ahead)
            then()
            return
        answer = questions.save_first(self._window, self.title or self.tr("Unsaved work"))
        if answer is questions.Answer.SAVE:
            self._then = then
            self.save()
        elif answer is questions.Answer.DISCARD:
            self._set_aside(self._store.document)
            then()

    def _read(self, path: Path) -> None:
        # Nothing is worked on while the window opens.
        from convsim.ui.jobs import Job

        job = Job(
            self.tr("Opening {name}…").format(name=path.name),
            0,
            lambda _progress, _cancelled: disk.open_project(path),
            self._window,
        )
        revision = self._store.revision

        def done(opened: Opened) -> None:
            if self._store.revision == revision:
                self.show(path, opened)
            else:
                # Edits of the last moments, made while the file was read, are asked about too.
                self.leave_then(lambda: self.show(path, opened))

        job.done.connect(done)
        job.failed.connect(lambda problem: self._say_unreadable(path, problem))
        self._jobs.append(job)
        job.ended.connect(lambda: self._jobs.remove(job))
        job.start()

    def _say_unreadable(self, path: Path, problem: str) -> None:
        backup = disk.backup_of(path)
        if backup.is_file() and questions.open_backup(self._window, problem, backup.name):
            self._read_backup(path, backup)
        elif not backup.is_file():
            self._window.show_error(problem)

    def _read_backup(self, path: Path, backup: Path) -> None:
        try:
            opened = disk.open_project(backup)
        except ConvSimError as error:
            self._window.show_error(str(error))
            return
        self.session.detach()
        self._store.load(opened.document)
        # It has no file: saving asks for one, and the damaged one stays until then.
        self._store.undo_stack.resetClean()
        self.changed.emit()

    # -- saving ----------------------------------------------------------------------------

    def save(self) -> None:
        """Save to the document's file, or ask where if that cannot be."""
        obstacle = self.session.obstacle
        if self._saver is not None:
            return
        if obstacle in (Obstacle.NO_FILE, Obstacle.READ_ONLY, Obstacle.INCOMPLETE):
            self.save_as(obstacle)
            return
        path = self.path
        assert path is not None
        if obstacle is Obstacle.CHANGED:
            answer = questions.overwrite_changed(self._window, path.name)
            if answer is questions.Answer.SAVE_AS:
                self.save_as()
                return
            if answer is not questions.Answer.SAVE:
                self._then = None
                return
        self._write(path, gone=obstacle is Obstacle.GONE)

    def save_as(self, obstacle: Obstacle = Obstacle.NO_FILE) -> None:
        """Ask for a name and save there; the document belongs to that file from now on."""
        if self._saver is not None:
            return
        reasons = {
            Obstacle.READ_ONLY: self.tr("The file can only be read: save under another name"),
            Obstacle.INCOMPLETE: self.tr(
                "Not everything in the file could be read: save under another name"
            ),
        }
        path = self._ask_name(reasons.get(obstacle, self.tr("Save as")))
        if path is None:
            self._then = None
            return
        self._write(path)

    def save_copy(self) -> None:
        """Ask for a name and save there; the document stays with its own file."""
        if self._saver is not None:
            return
        path = self._ask_name(self.tr("Save a copy"))
        if path is not None:
            self._start(path, lambda: self._say_written(path))

    def _write(self, path: Path, *, gone: bool = False) -> None:
        revision = self._store.revision

        def done() -> None:
            self.session.attach(path)
            if self._store.revision == revision:
                self._store.undo_stack.setClean()
            self._remember(path)
            self.changed.emit()
            self._say_written(path, anew=gone)
            then, self._then = self._then, None
            if then is not None:
                self.leave_then(then)

        self._start(path, done)

    def _start(self, path: Path, done: Callable[[], None]) -> None:
        # Saving is not needed to open the window.
        from convsim.services.saver import Saver

        self._window.show_message(self.tr("Saving {name}…").format(name=path.name))
        saver = Saver(path.absolute(), self._store.document, self)

        def end() -> None:
            if self._saver is saver:
                self._saver = None

        saver.done.connect(end)
        saver.failed.connect(lambda _problem: end())
        saver.slow.connect(lambda: self._give_up(saver))
        saver.done.connect(done)
        saver.failed.connect(self._say_not_saved)
        self._saver = saver

    def _give_up(self, saver: Saver) -> None:
        """Keep a copy on this computer: the place, a network drive maybe, does not answer."""
        if self._saver is saver:
            self._saver = None
        self._then = None
        self.autosave.keep_now()
        self._window.show_error(
            self.tr(
                "{name}: the place does not answer. A copy of your work is kept on this computer; "
                "save it elsewhere."
            ).format(name=saver.path.name)
        )

    def _say_not_saved(self, problem: str) -> None:
        if questions.save_elsewhere(self._window, problem):
            self.save_as()
        else:
            self._then = None

    def _say_written(self, path: Path, *, anew: bool = False) -> None:
        text = (
            self.tr("{name} was gone and has been made anew") if anew else self.tr("Saved: {name}")
        )
        self._window.show_message(text.format(name=questions.shown(str(path))))

    def _say_not_kept(self, problem: str) -> None:
        text = self.tr("No copy of unsaved work could be kept: {problem}")
        self._window.show_message(text.format(problem=problem))

    def _ask_name(self, title: str) -> Path | None:
        settings = self._window.settings
        folder = Path(settings.project_folder or settings.export_folder or settings.folder)
        start = self.path or folder / f"{self._suggestion()}{disk.SUFFIX}"
        name, _ = QtWidgets.QFileDialog.getSaveFileName(
            self._window, title, str(start), f"{self.tr('Projects')} (*{disk.SUFFIX})"
        )
        if not name:
            return None
        path = Path(name)
        return path if path.suffix.lower() == disk.SUFFIX else Path(name + disk.SUFFIX)

    def _suggestion(self) -> str:
        return self._store.document.preset or self.tr("network")

    # -- looking after ---------------------------------------------------------------------

    def look_at_disk(self) -> None:
        """Ask what to do if another program has changed the file since."""
        if self._asking or self.saving or self._jobs or not self.session.changed_on_disk():
            return
        path = self.path
        assert path is not None
        self._asking = True
        try:
            reload = questions.reload_changed(self._window, path.name)
        finally:
            self._asking = False
        if reload:
            self._read(path)
        else:
            # What is shown is no longer what the file holds.
            self._store.undo_stack.resetClean()

    def offer_recovered(self) -> None:
        """Offer copies of unsaved work that earlier windows left behind."""
        copies = self.recovery.offered()
        if not copies:
            return
        from convsim.ui.recovery_dialog import RecoveryDialog

        dialog = RecoveryDialog(copies, self._window)
        dialog.exec()
        chosen = dialog.chosen
        for copy in copies:
            if copy in dialog.dismissed:
                copy.dismiss()
            elif copy is not chosen:
                copy.leave()
        dialog.deleteLater()
        if chosen is not None:
            self.recover(chosen)

    def recover(self, copy: Copy) -> None:
        """Go on with a copy of unsaved work; it has no file, and stays until it is saved."""
        try:
            opened = disk.open_project(copy.path)
        except ConvSimError as problem:
            copy.leave()
            self._window.show_error(str(problem))
            return
        self.session.detach()
        self._store.load(opened.document)
        self._store.undo_stack.resetClean()
        self.recovery.take_over(copy)
        self.changed.emit()

    def _set_aside(self, document: Document) -> None:
        """Keep what is closed without saving: that may be a mistake."""
        try:
            self.recovery.discard(document, *self._described())
        except (ConvSimError, OSError) as problem:
            self._say_not_kept(str(problem))

    def discarded(self) -> list[Discarded]:
        """Return what was closed without saving, the last one first."""
        return self.recovery.discarded()

    def open_discarded(self, path: Path) -> None:
        """Go on with work that was closed without saving; it has no file until it is saved."""

        def begin() -> None:
            try:
                opened = disk.open_project(path)
            except ConvSimError as problem:
                self._window.show_error(str(problem))
                return
            self.session.detach()
            self._store.load(opened.document)
            self._store.undo_stack.resetClean()
            self.changed.emit()

        self.leave_then(begin)

    def recent(self) -> tuple[Path, ...]:
        """Return the projects opened or saved last, the last one first."""
        return tuple(Path(name) for name in self._window.settings.recent[:RECENT])

    def close(self, *, unasked: bool = False) -> None:
        """End what runs; nothing is left to be saved, or, if nobody was asked, kept as a copy."""
        for job in list(self._jobs):
            job.cancel()
            job.wait()
        if unasked:
            self.autosave.keep_last()
        self.autosave.close(drop=not unasked)
        self.session.detach()

    def _remember(self, path: Path) -> None:
        kept = [str(path), *(name for name in self._window.settings.recent if name != str(path))]
        self._window.remember(recent=tuple(kept[:RECENT]), project_folder=str(path.parent))
        problem = self._window.write_settings()
        if problem:
            self._window.show_message(problem)

    def _tell_store(self) -> None:
        self._store.has_file = self.path is not None

    def _described(self) -> tuple[str, str]:
        title = self._window.windowTitle().removesuffix(" – ConvSim")
        return str(self.path or ""), title.removesuffix("[*]").replace("[*][*]", "[*]")
