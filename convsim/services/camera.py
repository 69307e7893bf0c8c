"""A camera as a source of pictures, where Qt Multimedia is installed; nothing needs it.

It comes with the optional extra ``convsim[camera]`` and is imported when a camera is switched on.
"""

from __future__ import annotations

import importlib
import time
from importlib.util import find_spec
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QImage

MODULE = "PySide6.QtMultimedia"
SIDE = 480
"""Pixels that a frame is reduced to, at most: no network here reads more."""
PAUSE = 1 / 15
"""Seconds between two frames, at least: the maps of each must be worked out and painted."""


def available() -> bool:
    """Return whether Qt Multimedia is installed; it is not loaded for that."""
    try:
        return find_spec(MODULE) is not None
    except (ImportError, ValueError):
        return False


class Camera(QObject):
    """The computer's camera.

    Signals
    -------
    framed(pixels)
        A frame, (H, W, 3) uint8, read-only.
    failed(text)
        Why there are none, or no more.
    """

    framed = Signal(object)
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._last = 0.0
        self._parts: tuple[Any, ...] = ()

    def start(self) -> None:
        """Switch the camera on; frames come, or `failed` says why not."""
        try:
            multimedia: Any = importlib.import_module(MODULE)
        except ImportError as problem:
            self.failed.emit(f"the camera cannot be used: {problem}; install what is missing")
            return
        device = multimedia.QMediaDevices.defaultVideoInput()
        if device.isNull():
            self.failed.emit("no camera was found; connect one, then try again")
            return
        camera = multimedia.QCamera(device, self)
        sink = multimedia.QVideoSink(self)
        session = multimedia.QMediaCaptureSession(self)
        session.setCamera(camera)
        session.setVideoSink(sink)
        sink.videoFrameChanged.connect(self._take)
        camera.errorOccurred.connect(self._fail)
        self._parts = (camera, sink, session)
        camera.start()

    def stop(self) -> None:
        """Switch it off."""
        for part in self._parts[:1]:
            part.stop()
        for part in self._parts:
            part.deleteLater()
        self._parts = ()

    def _take(self, frame: Any) -> None:
        now = time.monotonic()
        if not self._parts or now - self._last < PAUSE:
            return
        image = frame.toImage()
        if not image.isNull():
            self._last = now
            self.framed.emit(pixels_of(image))

    def _fail(self, _error: object, text: str) -> None:
        if self._parts:
            self.failed.emit(f"the camera says: {text}; is another program using it?")


def pixels_of(image: QImage) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """Return an image as (H, W, 3) uint8, read-only, at most `SIDE` pixels on a side."""
    if max(image.width(), image.height()) > SIDE:
        keep, how = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        image = image.scaled(SIDE, SIDE, keep, how)
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    height, width = image.height(), image.width()
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(height, image.bytesPerLine())
    pixels = rows[:, : 3 * width].reshape(height, width, 3).copy()
    pixels.setflags(write=False)
    return pixels
