"""Tells in short lines what the set-up is doing, and runs other programs without their noise."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

HEARTBEAT = 30.0  # seconds of silence after which a log file gets a sign of life


class SetupError(Exception):
    """The set-up cannot go on; the message is one sentence for a person."""


def prepare() -> None:
    """Let a request to end stop the set-up as Ctrl+C does: its helpers are ended too."""

    def end(number: int, frame: object) -> None:
        raise SystemExit(128 + number)

    signal.signal(signal.SIGTERM, end)


def duration(seconds: float) -> str:
    """Return `seconds` as people say it: "3.2 s", "2 min 5 s"."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s"


def say(text: str) -> None:
    """Print a line at once, in whatever characters the terminal has."""
    encoding = sys.stdout.encoding or "ascii"
    print(text.encode(encoding, "replace").decode(encoding), flush=True)


class Progress:
    """Numbers the steps of one run: "[2/4] Installing 9 packages … 12.3 s"."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.number = 0
        self.title = ""
        self.started = self.spoken = time.monotonic()
        self.live = sys.stdout.isatty()

    @contextlib.contextmanager
    def step(self, title: str) -> Iterator[None]:
        """Announce a step, and when it has ended, say how long it took."""
        self.number += 1
        self.title = f"[{self.number}/{self.total}] {title} …"
        self.started = self.spoken = time.monotonic()
        if not self.live:
            say(self.title)
        try:
            yield
        except BaseException:
            if self.live:
                say("")
            raise
        took = duration(time.monotonic() - self.started)
        if self.live:
            self._rewrite(took)
            say("")
        else:
            say(f"[{self.number}/{self.total}] done in {took}")

    def tick(self, note: str) -> None:
        """Show that the step is alive; `note` is what it is busy with."""
        now = time.monotonic()
        text = f"{duration(now - self.started)}  {note}".rstrip()
        if self.live:
            self._rewrite(text)
        elif now - self.spoken >= HEARTBEAT:
            self.spoken = now
            say(f"      still at it after {text}")

    def _rewrite(self, text: str) -> None:
        """Write the line of the step over itself, no wider than the terminal."""
        try:
            width = os.get_terminal_size(sys.stdout.fileno()).columns or 80
        except (OSError, ValueError):
            width = 80
        line = f"{self.title} {text}"[: width - 1]
        encoding = sys.stdout.encoding or "ascii"
        line = line.encode(encoding, "replace").decode(encoding)
        sys.stdout.write(f"\r{line}\x1b[K")
        sys.stdout.flush()


def run_quietly(
    command: Sequence[str],
    env: dict[str, str],
    progress: Progress | None = None,
    note: Callable[[str], str | None] = lambda line: None,
) -> tuple[int, str]:
    """Run `command` and keep what it prints to itself.

    Parameters
    ----------
    command, env
        What to run, and its whole environment. It gets no standard input.
    progress
        Is ticked while the command runs.
    note
        Turns a line of output into a few words for `progress`, or None to leave the words as
        they are.

    Returns
    -------
    tuple of int and str
        Exit status, and everything that was printed. The status is 127 if there is no such program.
    """
    lines: list[str] = []
    words = ""

    def listen() -> None:
        nonlocal words
        assert process.stdout is not None
        for line in process.stdout:
            lines.append(line)
            words = note(line) or words

    try:
        process = subprocess.Popen(
            command,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
        )
    except OSError as error:
        return 127, f"{command[0]}: {error.strerror}"
    with process:
        listener = threading.Thread(target=listen, daemon=True)
        listener.start()
        try:
            while listener.is_alive():
                listener.join(0.5)
                if progress:
                    progress.tick(words)
        except BaseException:
            process.terminate()
            raise
        status = process.wait()
    return status, "".join(lines)
