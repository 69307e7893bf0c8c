"""Files: projects, arrays, networks of other programs; and the rule that a file is written whole.

>>> found = import_onnx(Path("model.onnx"))                       # doctest: +SKIP
>>> weights = Weights(found.network, made=found.params)           # doctest: +SKIP
>>> export_onnx(Path("again.onnx"), found.network, weights)       # doctest: +SKIP
>>> write_program(Path("net.py"), found.network, weights, "pytorch")    # doctest: +SKIP
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convsim.core.lazy import later

if TYPE_CHECKING:
    from convsim.formats.code.writer import write_program
    from convsim.formats.onnx.reader import Imported, import_onnx
    from convsim.formats.onnx.writer import export_onnx
    from convsim.formats.project import write_project
    from convsim.formats.project_reader import read_project
    from convsim.formats.safetensors import read_safetensors, write_safetensors
else:
    # Opening the window needs none of these.
    __getattr__ = later(
        __name__,
        {
            "write_program": "code.writer",
            "Imported": "onnx.reader",
            "import_onnx": "onnx.reader",
            "export_onnx": "onnx.writer",
            "write_project": "project",
            "read_project": "project_reader",
            "read_safetensors": "safetensors",
            "write_safetensors": "safetensors",
        },
    )

__all__ = [
    "Imported",
    "export_onnx",
    "import_onnx",
    "read_project",
    "read_safetensors",
    "write_program",
    "write_project",
    "write_safetensors",
]
