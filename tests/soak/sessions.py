"""Projects are opened and closed again and again: memory does not grow.

    python -m tests.soak.sessions [COUNT]     200 cycles by default

Half of the cycles open another project in the same window, with an edit and a save; the other
half open a window and close it.  The first tenth is not counted: caches fill then.
"""

from __future__ import annotations

import gc
import os
import sys
import tempfile
from pathlib import Path

FULL = 200
MOST_MB = 20.0


def resident() -> float:
    """Return the memory of this process in MB; 0 where it is not known."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def main(count: int = FULL) -> float:
    """Open and close so many times; return by how many MB memory grew."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import QCoreApplication, QEvent

    from convsim.document.edits import set_weight
    from convsim.services.opening import open_preset
    from convsim.services.projects import open_project, save_project
    from convsim.services.settings import Settings
    from convsim.ui.app import make_application
    from convsim.ui.window import MainWindow

    app = make_application()

    def settle() -> None:
        for _ in range(3):
            app.processEvents()
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        gc.collect()

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        paths = []
        for preset in ("lecture", "lenet5"):
            document = open_preset(preset)
            list(document.weights)
            paths.append(folder / f"{preset}.convsim")
            save_project(paths[-1], document)

        def window_on(path: Path) -> MainWindow:
            opened = open_project(path)
            window = MainWindow(opened.document, Settings(), folder / "settings.json", folder)
            window.show()
            window.projects.show(path, opened)
            settle()
            return window

        first = window_on(paths[0])
        begun = 0.0
        for cycle in range(count):
            if cycle == count // 10:
                begun = resident()
            path = paths[cycle % 2]
            if cycle % 4 < 2:
                first.projects.show(path, open_project(path))
                store = first.context.store
                store.edit("Weight", set_weight(store.document, 0, (0, 0, 0, 0), float(cycle)))
                save_project(path, store.document)
                store.undo_stack.setClean()
                first.projects.session.note()
                settle()
            else:
                first.projects.session.detach()
                other = window_on(path)
                other.close()
                other.deleteLater()
                settle()
        grown = resident() - begun
        first.close()
        first.deleteLater()
        settle()
    print(f"{count} projects opened and closed: memory grew by {grown:.1f} MB")
    return grown


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else FULL) > MOST_MB)
