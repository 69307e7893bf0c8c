"""What comes to a window: a file of any kind, or pictures that were labelled here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from convsim.document.edits import set_view
from convsim.services.data_sets import OWN
from convsim.services.file_kinds import Kind, data_at, kind_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from convsim.ui.files import Files
    from convsim.ui.host import Host
    from convsim.ui.network_files import NetworkFiles
    from convsim.ui.projects import Projects
    from convsim.ui.weights_files import WeightsFiles


class Arrivals:
    """Gives what comes to the part of the window that it is for.

    Parameters
    ----------
    window : Host
    files : Files
    projects : Projects
    networks, weights : function
        Return what is needed by few, and made when it is asked for.
    """

    def __init__(
        self,
        window: Host,
        files: Files,
        projects: Projects,
        networks: Callable[[], NetworkFiles],
        weights: Callable[[], WeightsFiles],
    ) -> None:
        self._window, self._files, self._projects = window, files, projects
        self._networks, self._weights = networks, weights

    def open(self, path: Path) -> None:
        """Open a project or a network in the place of the document, or a picture in its network.

        Weights go into the network; folders and files of pictures with labels are learnt from.
        """
        kind = kind_of(path)
        if kind is Kind.DATA:
            self._open_data(data_at(path))
        elif kind is Kind.PROJECT:
            self._projects.open(path)
        elif kind is Kind.NETWORK:
            self._networks().open(path, self._files.own_picture)
        elif kind is Kind.WEIGHTS:
            self._weights().take(path)
        else:
            self._files.open_picture(path)

    def learn_from_labelled(self) -> None:
        """Show the Train view with the pictures that were labelled here."""
        self._choose(OWN)

    def _open_data(self, path: Path) -> None:
        """Show the Train view with the data set at a path; not while a network learns."""
        window = self._window
        lab = window.tabs.lab
        if lab is None or not lab.trainer.running:
            self._choose(path)
            return
        self._show_train()
        text = _tr("A network is learning: stop that first, then open {name}")
        window.show_message(text.format(name=path.name))

    def _choose(self, data: Path | str) -> None:
        self._show_train()
        panel = self._window.tabs.train
        panel.show_page("setup")
        panel.data.open_anew(data)

    def _show_train(self) -> None:
        store = self._window.context.store
        store.show(set_view(store.document, tab="train"))


def _tr(text: str) -> str:
    return QCoreApplication.translate("arrivals", text)
