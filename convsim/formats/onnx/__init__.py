"""ONNX, the file format in which programs hand trained networks to each other."""

from convsim.formats.onnx.errors import OnnxError, SizeNeededError, UnsupportedError

__all__ = ["OnnxError", "SizeNeededError", "UnsupportedError"]
