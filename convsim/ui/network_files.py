"""Networks from other programs and for them, in the window: ONNX in; ONNX and programs out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6 import QtWidgets
from PySide6.QtCore import QCoreApplication, QObject

from convsim.document.edits import set_view
from convsim.services import interchange
from convsim.ui.jobs import Job
from convsim.ui.questions import shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from convsim.document import Document, Picture
    from convsim.formats.onnx.errors import SizeNeededError
    from convsim.ui.host import Host


Size = tuple[int, int, int]


class Read(NamedTuple):
    """A network that was read, and what a person should know about it."""

    document: Document
    notes: tuple[str, ...]


def kinds() -> dict[str, str]:
    """Return what a network can be written as, with the words of a file dialog."""
    return {
        "onnx": QCoreApplication.translate("networks", "ONNX"),
        "pytorch": QCoreApplication.translate("networks", "PyTorch program"),
        "keras": QCoreApplication.translate("networks", "Keras program"),
    }


class NetworkFiles(QObject):
    """Asks which file, works in the background, and says what came of it."""

    def __init__(self, window: Host) -> None:
        super().__init__(window)
        self._window = window
        self._jobs: list[Job] = []

    @property
    def _folder(self) -> str:
        settings = self._window.settings
        return settings.project_folder or settings.folder

    def ask_import(self) -> None:
        """Ask for an ONNX file and open its network."""
        name, _ = QtWidgets.QFileDialog.getOpenFileName(
            self._window,
            self.tr("Import network"),
            self._folder,
            f"ONNX (*{interchange.ONNX});;{self.tr('All files (*)')}",
        )
        if name:
            self.open(Path(name))

    def open(self, path: Path, picture: Picture | None = None, shape: Size | None = None) -> None:
        """Read a network and show it in the place of the open one.

        Parameters
        ----------
        path : Path
        picture : Picture, optional
            What it is shown on; the program's own if not given.
        shape : (int, int, int), optional
            Height, width and channels, where the file leaves them open.
        """

        def work(_progress: object, _cancelled: object) -> Read | SizeNeededError:
            # What reads such files is not needed to open the window.
            from convsim.formats.onnx.errors import SizeNeededError

            try:
                read = Read(*interchange.open_onnx(path, shape, picture))
            except SizeNeededError as question:
                return question
            interchange.check_channels(read.document, path.name)
            return read

        def done(result: Read | SizeNeededError) -> None:
            if isinstance(result, Read):
                self._show(path, result)
            else:
                self._ask_size(path, picture, result)

        job = self._job(self.tr("Opening {name}…").format(name=shown(path.name)), work)
        job.done.connect(done)
        job.start()

    def _ask_size(self, path: Path, picture: Picture | None, question: SizeNeededError) -> None:
        from convsim.ui.size_dialog import SizeDialog

        dialog = SizeDialog(path.name, question.shape, self._window)
        taken = dialog.exec() == SizeDialog.DialogCode.Accepted
        dialog.deleteLater()
        if taken:
            self.open(path, picture, dialog.chosen)

    def _show(self, path: Path, read: Read) -> None:
        window = self._window
        name = shown(path.name)
        window.player.set_playing(False)
        window.remember(project_folder=str(path.parent))
        tab = window.context.document.view.tab
        title = self.tr("Network “{name}”").format(name=name)
        window.begin(title, set_view(read.document, tab=tab))
        window.show_message("; ".join((title, *read.notes)))

    def ask_export(self, to: str) -> None:
        """Ask for a name and write the network there; `to` is a key of `kinds`."""
        document = self._window.context.document
        suffix = interchange.SUFFIXES[to]
        stem = Path(self._folder) / (document.preset or self.tr("network"))
        name, _ = QtWidgets.QFileDialog.getSaveFileName(
            self._window, self.tr("Export network"), f"{stem}{suffix}", f"{kinds()[to]} (*{suffix})"
        )
        if not name:
            return
        path = Path(name) if Path(name).suffix.lower() == suffix else Path(name + suffix)
        self._window.remember(project_folder=str(path.parent))

        def work(_progress: object, _cancelled: object) -> tuple[Path, ...]:
            return interchange.export_network(document, to, path)

        def done(paths: tuple[Path, ...]) -> None:
            written = ", ".join(shown(str(one)) for one in paths)
            self._window.show_message(self.tr("Written: {path}").format(path=written))

        job = self._job(self.tr("Exporting {name}…").format(name=shown(path.name)), work)
        job.done.connect(done)
        job.start()

    def close(self) -> None:
        """Wait until what is being written is written."""
        for job in list(self._jobs):
            job.cancel()
            job.wait()

    def _job(self, title: str, work: Callable[[object, object], Any]) -> Job:
        job = Job(title, 0, work, self._window)
        job.failed.connect(self._window.show_error)
        self._jobs.append(job)
        job.ended.connect(lambda: self._jobs.remove(job))
        return job
