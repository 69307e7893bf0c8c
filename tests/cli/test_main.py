"""The command line as a whole: exit status, one-line errors, streams, and how fast it answers."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys

import numpy as np
import pytest

from convsim import __version__, cli
from convsim.cli import output
from convsim.cli.output import one_line
from convsim.document.presets import PRESETS


def test_the_version(convsim):
    assert convsim("--version").out == f"convsim {__version__}\n"


@pytest.mark.parametrize("command", ["", *cli.COMMANDS])
def test_every_command_has_help_with_examples(convsim, command):
    result = convsim(*command.split(), "--help")
    assert (result.status, result.err) == (0, "")
    assert result.out.startswith(f"usage: convsim {command}".rstrip())
    assert f"\nexamples:\n  convsim {command}".rstrip() in result.out


@pytest.mark.parametrize("command", ["", *cli.COMMANDS])
def test_examples_in_the_help_name_presets_and_options_that_exist(convsim, command):
    out = convsim(*command.split(), "--help").out
    words = out.partition("examples:\n")[2].split()
    chosen = [words[i + 1] for i, word in enumerate(words[:-1]) if word == "--preset"]
    assert set(chosen) <= set(PRESETS)


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["summary"], "a network is missing: give --preset NAME"),
        (["summary", "--preset", "resnet"], "argument --preset: invalid choice: 'resnet'"),
        (["summary", "--preset", "quiz", "--wrong"], "unrecognized arguments: --wrong"),
        (["summary", "--pre", "quiz"], "unrecognized arguments: --pre"),
        (["summary", "--preset"], "argument --preset: expected one argument"),
        (["summary", "a.onnx", "b.onnx"], "unrecognized arguments: b.onnx"),
        (["summary", ""], "argument FILE: a file needs a name; received ''"),
        (["presets", "more"], "unrecognized arguments: more"),
        (["--wrong"], "unrecognized arguments: --wrong"),
        (["a.png", "b.png"], "unrecognized arguments: b.png"),
        (
            ["summary", "--preset", "quiz", "net.onnx"],
            "give --preset NAME or FILE, not both; received 'net.onnx' too",
        ),
    ],
)
def test_wrong_usage_is_status_2_with_one_line_after_the_usage(convsim, argv, message):
    result = convsim(*argv)
    assert result.status == 2
    assert result.out == ""
    assert result.err.startswith("usage: convsim")
    last = result.err.splitlines()[-1]
    assert last.startswith("convsim")
    assert f"error: {message}" in last


def test_an_unknown_preset_lists_those_there_are(convsim):
    err = convsim("summary", "--preset", "resnet").err
    assert all(name in err for name in PRESETS)


def test_a_network_file_that_is_not_there_is_one_line(convsim):
    result = convsim("summary", "models/net.convsim")
    assert result.status == 1
    assert result.out == ""
    assert result.err == (
        "convsim: models/net.convsim: is not there (any more); "
        "it may have been moved, renamed or deleted\n"
    )


def test_a_name_with_line_ends_and_escapes_stays_one_harmless_line(convsim):
    result = convsim("summary", "a\nb\x1b[2Jc.onnx")
    assert result.err.startswith("convsim: a\ufffdb\ufffd[2Jc.onnx: there is no such file")
    assert result.err.count("\n") == 1


def test_a_name_that_starts_with_a_dash_comes_after_two_dashes(convsim):
    result = convsim("summary", "--", "--net.onnx")
    assert result.err.startswith("convsim: --net.onnx: there is no such file")


@pytest.mark.parametrize(
    ("problem", "line", "status"),
    [
        (OSError(errno.EIO, "Input/output error", "x.png"), "x.png: Input/output error", 1),
        (OSError(errno.ENOSPC, "No space left on device"), "No space left on device", 1),
        (
            MemoryError(),
            "there is not enough memory; close other programs, or choose something smaller",
            1,
        ),
        (
            ImportError("libEGL.so.1: cannot open shared object file"),
            "a part of the program cannot be loaded: libEGL.so.1: cannot open shared object file; "
            "install what is missing",
            1,
        ),
        (KeyboardInterrupt(), "stopped", 130),
    ],
)
def test_what_goes_wrong_outside_is_one_line(convsim, monkeypatch, problem, line, status):
    def fail(_network, _heading):
        raise problem

    monkeypatch.setattr("convsim.cli.summary.as_text", fail)
    result = convsim("summary", "--preset", "quiz")
    assert (result.status, result.out, result.err) == (status, "", f"convsim: {line}\n")


def test_a_reader_that_has_seen_enough_is_no_error(bare):
    command = [sys.executable, "-m", "convsim", "summary", "--preset", "vgg16", "--json"]
    writer = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=bare)
    assert writer.stdout is not None
    writer.stdout.close()
    _, err = writer.communicate(timeout=60)
    assert (writer.returncode, err) == (0, b"")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")
@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("argument", ["presets", "--help", "--version"])
def test_output_that_cannot_be_written_is_one_line(bare, argument, unbuffered):
    command = [sys.executable, "-m", "convsim", argument]
    bare["PYTHONUNBUFFERED"] = unbuffered
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            command, stdout=full, stderr=subprocess.PIPE, env=bare, timeout=60, check=False
        )
    assert done.returncode == 1
    assert done.stderr == b"convsim: No space left on device\n"


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "utf-8"])
def test_a_terminal_without_minus_signs_gets_plain_ones(shell, encoding):
    result = shell("summary", "--preset", "grid-stride-3", PYTHONIOENCODING=encoding)
    assert (result.status, result.err) == (0, "")
    minus = "−" if encoding == "utf-8" else "-"
    assert f"(7{minus}3)/3+1 = 2.33" in result.out
    if encoding == "ascii":
        assert "7x7 input, 3x3 filter" in result.out
        assert "?" not in result.out


@pytest.mark.skipif(sys.platform != "linux", reason="file names are text elsewhere")
def test_a_file_name_that_is_no_text_is_printed_as_it_is(bare, folder):
    name = os.fsdecode(b"caf\xe9.npz")
    np.save(folder / "x.npy", np.zeros((1, 1, 7, 7), np.float32))
    command = ["forward", "--preset", "grid-stride-1", "--input", "x.npy", "-o", name]
    done = subprocess.run(
        [sys.executable, "-m", "convsim", *command], cwd=folder, env=bare, capture_output=True,
        timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, b"caf\xe9.npz\n", b"")


@pytest.mark.skipif(sys.platform == "win32", reason="a shell of Unix closes streams")
def test_closed_streams_are_no_error(bare, folder):
    line = f'"{sys.executable}" -m convsim summary --preset quiz >&- 2>&-'
    assert subprocess.run(line, shell=True, env=bare, timeout=60, check=False).returncode == 0


def test_json_is_the_same_whatever_the_terminal_shows(shell):
    arguments = ("summary", "--preset", "grid-stride-3", "--json")
    plain = shell(*arguments, PYTHONIOENCODING="ascii")
    assert plain.out.isascii()
    assert json.loads(plain.out) == json.loads(shell(*arguments).out)
    assert "(7−3)/3+1 = 2.33" in json.loads(plain.out)["layers"][0]["error"]


def test_every_sign_of_formulas_has_a_plain_form():
    assert set("×−–→…·⌊⌋⌈⌉₁₂") <= set(output.PLAIN)
    assert all(text.isascii() for text in output.PLAIN.values())


def test_signs_that_turn_the_direction_of_text_are_shown_as_what_they_are():
    assert one_line("a\u202egpj.exe \u2066x") == "a\ufffdgpj.exe \ufffdx"


@pytest.mark.parametrize(
    "argv", [["check", "sub/net.convsim"], ["summary", "sub/net.onnx"], ["sub/none.png"],
             ["figure", "step", "--preset", "quiz", "--image", "sub/cat.png", "-o", "x.png"]],
)  # fmt: skip
def test_a_file_in_another_folder_is_named_with_its_folder(convsim, folder, argv, monkeypatch):
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    (folder / "sub").mkdir()
    result = convsim(*argv)
    path = next(a for a in argv if a.startswith("sub/"))
    assert result.status == 1
    assert result.err.startswith(f"convsim: {path}: ")


def test_one_line_keeps_emoji_and_words():
    assert one_line("고양이 🐈.png") == "고양이 🐈.png"
    assert one_line("a\r\nb\u2028c\udcff") == "a\ufffd\ufffdb\ufffdc\ufffd"


@pytest.mark.parametrize(
    "argv",
    [
        ("presets",),
        ("summary", "--preset", "lecture"),
        ("forward", "--preset", "grid-stride-1", "--input", "x.npy", "-o", "out.npz"),
    ],
)
def test_numbers_need_no_qt(shell, folder, argv):
    code = (
        "import sys, numpy as np; np.save('x.npy', np.zeros((1, 1, 7, 7), np.float32));"
        "from convsim.cli import main; status = main(sys.argv[1:]);"
        "assert not [m for m in sys.modules if m.startswith(('PySide6', 'shiboken6'))];"
        "sys.exit(status)"
    )
    result = shell(*argv, code=code)
    assert (result.status, result.err) == (0, "")


def test_a_short_answer_comes_at_once(shell):
    resource = pytest.importorskip("resource")

    def measured():
        # The time of the processor, which other work on the machine does not lengthen.
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert shell("presets").status == 0
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    # It was 0.2 s when this was written.
    assert min(measured() for _ in range(3)) < 0.4
