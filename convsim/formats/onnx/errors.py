"""What is said when a network of another program cannot be read or written exactly."""

from __future__ import annotations

from convsim.core.errors import ConvSimError


class OnnxError(ConvSimError):
    """An ONNX file that is damaged, dangerous, or not a network that ConvSim can compute."""


class UnsupportedError(OnnxError):
    """A sound file with nodes that ConvSim does not compute; nothing is approximated.

    Attributes
    ----------
    nodes : tuple of str
        Operator and name of each node: ``Resize 'up1'``.
    """

    def __init__(self, message: str, nodes: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.nodes = nodes


class SizeNeededError(OnnxError):
    """The file leaves the picture's size open; the person must choose one.

    Attributes
    ----------
    shape : tuple of (int or None)
        Height, width and channels as the file has them, None where it leaves them open.
    """

    def __init__(self, name: str, shape: tuple[int | None, ...]) -> None:
        self.shape = shape
        given = "×".join("?" if n is None else str(n) for n in shape)
        sample = "×".join(
            str(d if n is None else n) for n, d in zip(shape, (224, 224, 3), strict=True)
        )
        super().__init__(
            f"the input {name!r} has no fixed size ({given}, height × width × channels); "
            f"choose one: --input-shape {sample.replace('×', 'x')}"
        )
