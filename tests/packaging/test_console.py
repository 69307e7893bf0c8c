"""Progress is shown in short lines, on a terminal, in a log file, and in any encoding."""

from __future__ import annotations

import io
import os
import signal
import sys
import time

import console
import pytest
from console import Progress, run_quietly, say


def test_steps_are_numbered(capsys: pytest.CaptureFixture[str]) -> None:
    progress = Progress(2)
    with progress.step("Making coffee"):
        pass
    with pytest.raises(ValueError, match="spilt"), progress.step("Drinking it"):
        raise ValueError("spilt")
    lines = capsys.readouterr().out.splitlines()
    assert lines == ["[1/2] Making coffee …", "[1/2] done in 0.0 s", "[2/2] Drinking it …"]


def test_a_log_file_gets_a_sign_of_life(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    progress = Progress(1)
    with progress.step("Downloading"):
        progress.tick("numpy")
        assert "numpy" not in capsys.readouterr().out
        now = time.monotonic()
        monkeypatch.setattr(time, "monotonic", lambda: now + console.HEARTBEAT)
        progress.tick("numpy")
    assert "still at it after 30.0 s  numpy" in capsys.readouterr().out


def test_a_terminal_has_one_line_a_step(capsys: pytest.CaptureFixture[str]) -> None:
    progress = Progress(1)
    progress.live = True
    with progress.step("Downloading"):
        progress.tick("n" * 500)
    written = capsys.readouterr().out
    assert written.count("\n") == 1
    assert max(len(part) for part in written.split("\r")) < 100


def test_a_terminal_without_our_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", stream)
    say("3 × 3 …")
    stream.seek(0)
    assert stream.read() == "3 ? 3 ?\n"


def test_what_a_program_prints_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    code = "import sys; print('one'); print('two', file=sys.stderr); sys.exit(4)"
    seen: list[str] = []
    status, text = run_quietly(
        [sys.executable, "-c", code], dict(os.environ), Progress(1), seen.append
    )
    assert status == 4
    assert sorted(text.split()) == ["one", "two"] == sorted("".join(seen).split())
    assert capsys.readouterr().out == ""


def test_a_program_that_is_not_there() -> None:
    status, text = run_quietly(["no-such-program"], dict(os.environ))
    assert status == 127
    assert text.startswith("no-such-program: ")


def test_an_interrupted_program_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(note: str) -> None:
        raise KeyboardInterrupt

    progress = Progress(1)
    monkeypatch.setattr(progress, "tick", interrupt)
    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        run_quietly(
            [sys.executable, "-c", "import time; time.sleep(60)"], dict(os.environ), progress
        )
    assert time.monotonic() - started < 30


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such request")
def test_a_request_to_end_is_heeded() -> None:
    before = signal.getsignal(signal.SIGTERM)
    try:
        console.prepare()
        with pytest.raises(SystemExit) as caught:
            signal.raise_signal(signal.SIGTERM)
        assert caught.value.code == 143
    finally:
        signal.signal(signal.SIGTERM, before)
