"""A display counts as there when somebody answers at it; real sockets stand for the servers."""

from __future__ import annotations

import os
import socket
import subprocess
import sys

import pytest

from convsim.cli import displays
from convsim.cli.displays import why_no_display

UNSET = "DISPLAY and WAYLAND_DISPLAY are not set"

pytestmark = pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="needs sockets in files")


@pytest.fixture(autouse=True)
def linux(monkeypatch):
    """Be on Linux, with X servers of our own at most."""
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr(displays, "X_PORT", 1)  # nobody listens there


@pytest.fixture
def sockets(tmp_path, monkeypatch):
    """Return a function that listens as X server number N, in a folder of the test."""
    monkeypatch.setattr(displays, "X_SOCKETS", f"{tmp_path}/X")
    servers = []

    def listen(name):
        server = socket.socket(socket.AF_UNIX)
        server.bind(str(tmp_path / name))
        server.listen()
        servers.append(server)

    yield listen
    for server in servers:
        server.close()


@pytest.mark.parametrize("env", [{}, {"DISPLAY": ""}, {"DISPLAY": "", "WAYLAND_DISPLAY": ""}])
def test_without_a_name_there_is_no_display(env):
    assert why_no_display(env) == UNSET


@pytest.mark.parametrize("display", [":7", ":7.0", "unix:7", "local/:7.1"])
def test_an_x_server_that_answers_is_a_display(sockets, display):
    assert why_no_display({"DISPLAY": display}) == f"DISPLAY is {display!r}, where nothing answers"
    sockets("X7")
    assert why_no_display({"DISPLAY": display}) == ""
    assert why_no_display({"DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}) == ""


def test_a_socket_that_is_left_over_is_none(sockets, tmp_path):
    sockets("X7")
    os.rename(tmp_path / "X7", tmp_path / "X8")
    assert why_no_display({"DISPLAY": ":8"}) == ""
    (tmp_path / "X9").write_bytes(b"")
    assert why_no_display({"DISPLAY": ":9"})


def test_an_x_server_on_another_computer_answers_at_its_port(monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        monkeypatch.setattr(displays, "X_PORT", port - 10)
        assert why_no_display({"DISPLAY": "127.0.0.1:10.0"}) == ""
    assert why_no_display({"DISPLAY": "127.0.0.1:10.0"})


@pytest.mark.parametrize("display", [":99999999", "nonsense", ":", "/nothing/here:x"])
def test_a_name_that_is_none_is_no_display(display):
    assert why_no_display({"DISPLAY": display}) == f"DISPLAY is {display!r}, where nothing answers"


def test_wayland_answers_in_its_folder(sockets, tmp_path):
    env = {"WAYLAND_DISPLAY": "wayland-0", "XDG_RUNTIME_DIR": str(tmp_path), "DISPLAY": ":5"}
    assert why_no_display(env) == (
        "WAYLAND_DISPLAY is 'wayland-0' and DISPLAY is ':5', where nothing answers"
    )
    sockets("wayland-0")
    assert why_no_display(env) == ""


@pytest.mark.parametrize("platform", ["offscreen", "minimal", "vnc:size=800x600", "linuxfb"])
def test_where_qt_needs_no_display_none_is_asked_for(platform):
    assert why_no_display({"QT_QPA_PLATFORM": platform, "DISPLAY": ":5"}) == ""


@pytest.mark.parametrize("system", ["win32", "darwin"])
def test_other_systems_always_have_windows(monkeypatch, system):
    monkeypatch.setattr("sys.platform", system)
    assert why_no_display({}) == ""


def test_a_dead_display_ends_with_figures_not_with_an_abort(tmp_path):
    env = {k: v for k, v in os.environ.items() if not k.startswith(("QT_", "WAYLAND"))}
    command = [sys.executable, "-m", "convsim", "gone.png"]
    done = subprocess.run(
        command,
        env={**env, "DISPLAY": "127.0.0.1:59999"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("convsim: gone.png: is not there")
