"""A camera with and without Qt Multimedia: absent, without a device, with frames, broken."""

from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import ClassVar

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QImage

from convsim.services import camera
from convsim.services.camera import Camera, available, pixels_of


class Part(QObject):
    """Stands in for what Qt Multimedia has."""

    errorOccurred = Signal(object, str)  # noqa: N815 - as Qt has it
    videoFrameChanged = Signal(object)  # noqa: N815 - as Qt has it
    made: ClassVar[list[Part]] = []

    def __init__(self, *_given: object) -> None:
        super().__init__()
        self.calls: list[str] = []
        Part.made.append(self)

    def start(self) -> None:
        self.calls.append("start")

    def stop(self) -> None:
        self.calls.append("stop")

    def setCamera(self, part: object) -> None:
        self.calls.append("camera")

    def setVideoSink(self, part: object) -> None:
        self.calls.append("sink")


class Frame:
    def __init__(self, image: QImage) -> None:
        self.toImage = lambda: image


def image(width: int, height: int, colour: str = "#0a141e") -> QImage:
    made = QImage(width, height, QImage.Format.Format_RGB32)
    made.fill(QColor(colour))
    return made


@pytest.fixture
def multimedia(monkeypatch):
    """Put a module in the place of Qt Multimedia."""
    Part.made = []
    device = SimpleNamespace(isNull=lambda: False)
    module = SimpleNamespace(
        QMediaDevices=SimpleNamespace(defaultVideoInput=lambda: device),
        QCamera=Part,
        QVideoSink=Part,
        QMediaCaptureSession=Part,
        device=device,
    )
    monkeypatch.setitem(sys.modules, camera.MODULE, module)
    monkeypatch.setattr(camera, "PAUSE", 0.0)
    return module


@pytest.fixture
def said(qapp):
    """Return a camera, its frames and its complaints."""
    found = SimpleNamespace(camera=Camera(), frames=[], problems=[])
    found.camera.framed.connect(found.frames.append)
    found.camera.failed.connect(found.problems.append)
    return found


def test_without_qt_multimedia_there_is_none(monkeypatch, said):
    monkeypatch.setattr(camera, "MODULE", "PySide6.QtNoSuchThing")
    assert not available()
    said.camera.start()
    (problem,) = said.problems
    assert problem.startswith("the camera cannot be used: ")
    assert problem.endswith("; install what is missing")


def test_a_computer_without_a_camera_says_so(multimedia, said):
    multimedia.device.isNull = lambda: True
    said.camera.start()
    assert said.problems == ["no camera was found; connect one, then try again"]
    said.camera.stop()


def test_frames_come_as_pixels_until_it_is_stopped(multimedia, said):
    said.camera.start()
    device, sink, session = Part.made
    assert device.calls == ["start"]
    assert session.calls == ["camera", "sink"]
    sink.videoFrameChanged.emit(Frame(image(960, 480)))
    sink.videoFrameChanged.emit(Frame(QImage()))
    (pixels,) = said.frames
    assert pixels.shape == (240, 480, 3)
    assert pixels[0, 0].tolist() == [10, 20, 30]
    assert not pixels.flags.writeable
    said.camera.stop()
    assert device.calls == ["start", "stop"]
    sink.videoFrameChanged.emit(Frame(image(8, 8)))
    device.errorOccurred.emit(1, "gone")
    assert len(said.frames) == 1
    assert said.problems == []


def test_frames_that_come_too_fast_are_left_out(multimedia, said, monkeypatch):
    monkeypatch.setattr(camera, "PAUSE", 60.0)
    said.camera.start()
    for _ in range(3):
        Part.made[1].videoFrameChanged.emit(Frame(image(8, 8)))
    assert len(said.frames) == 1
    said.camera.stop()


def test_what_goes_wrong_is_said(multimedia, said):
    said.camera.start()
    Part.made[0].errorOccurred.emit(1, "Device busy")
    assert said.problems == ["the camera says: Device busy; is another program using it?"]
    said.camera.stop()


def test_rows_that_are_padded_are_read_right(qapp):
    assert pixels_of(image(5, 3, "#ff0000"))[:, :, 0].tolist() == [[255] * 5] * 3
