"""``convsim train`` and ``convsim evaluate``: from a preset and data to a project that knows."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from convsim.cli import main
from convsim.services.projects import open_project
from tests.data.sets import files

TRAIN = ("train", "--preset", "lenet5", "--data", "digits", "--epochs", "1")


def evaluated(capsys, *arguments):
    assert main(["evaluate", *map(str, arguments), "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_a_preset_learns_a_bundled_set_and_is_saved(tmp_path, capsys):
    out, log = tmp_path / "net.convsim", tmp_path / "log.jsonl"
    assert main([*TRAIN, "--log", str(log), "-o", str(out)]) == 0
    assert "of 359 test pictures right" in capsys.readouterr().out
    (line,) = log.read_text(encoding="utf-8").splitlines()
    entry = json.loads(line)
    assert entry["epoch"] == 1
    assert 0 < entry["validation_accuracy"] <= 1
    saved = open_project(out).document
    assert saved.trained
    assert saved.classes == tuple("0123456789")
    result = evaluated(capsys, out, "--data", "digits")
    assert result["count"] == 359
    assert sum(map(sum, result["confusion"])) == 359
    right = sum(result["confusion"][k][k] for k in range(10))
    assert result["accuracy"] == pytest.approx(right / 359)
    assert result["accuracy"] > 0.7


def test_the_same_seed_gives_the_same_file_and_another_does_not(tmp_path):
    paths = [tmp_path / f"{k}.convsim" for k in range(3)]
    for path, seed in zip(paths, ("4", "4", "5"), strict=True):
        assert main([*TRAIN, "--seed", seed, "-o", str(path)]) == 0
    one, two, three = (path.read_bytes() for path in paths)
    assert one == two
    assert one != three


def test_how_the_first_filters_came_about_is_a_slide(tmp_path, capsys):
    out, slide = tmp_path / "net.convsim", tmp_path / "film.svg"
    options = ["--smoothing", "0.1", "--film", str(slide), "-o", str(out)]
    assert main([*TRAIN, *options]) == 0
    assert "2 moments of the filters" in capsys.readouterr().out
    text = slide.read_text(encoding="utf-8")
    assert "How the filters of Conv 1 came about" in text
    assert "epoch 1.0" in text


def test_training_goes_on_from_a_project(tmp_path, capsys):
    first, second = tmp_path / "1.convsim", tmp_path / "2.convsim"
    assert main([*TRAIN, "-o", str(first)]) == 0
    assert main(["train", str(first), *TRAIN[3:], "-o", str(second)]) == 0
    capsys.readouterr()
    before, after = (evaluated(capsys, path, "--data", "digits") for path in (first, second))
    assert after["loss"] < before["loss"]


def test_mnists_four_files_are_one_set_and_its_test_part_is_evaluated(tmp_path, capsys):
    folder = tmp_path / "mnist"
    folder.mkdir()
    files.mnist(folder, train=40, test=20)
    out = tmp_path / "net.convsim"
    common = ("--data", str(folder))
    assert main(["train", "--preset", "lenet5", *common, "--epochs", "1", "-o", str(out)]) == 0
    capsys.readouterr()
    assert evaluated(capsys, out, *common)["count"] == 20


def test_a_folder_of_pictures_is_learnt_with_its_names(tmp_path, capsys):
    folder = files.class_folder(tmp_path / "pets", each=4)
    (folder / "cat" / "bad.png").write_bytes(b"?")
    out = tmp_path / "net.convsim"
    arguments = ["train", "--preset", "tiny-vgg", "--data", str(folder), "--epochs", "1"]
    assert main([*arguments, "--flip", "--shift", "1", "-o", str(out)]) == 0
    assert "left out cat/bad.png" in capsys.readouterr().err
    assert open_project(out).document.classes == ("cat", "dog")


@pytest.mark.parametrize(
    ("more", "status", "words"),
    [
        (["--data", "nothing"], 1, "nothing: there is no such file or folder"),
        (["--data", "/dev/null"], 1, "/dev/null: is a device or a pipe, not a file"),
        (["--data", "digits", "--warm-up", "-1"], 2, "a whole number from 0; received '-1'"),
        (["--data", "digits", "--epochs", "0"], 1, "at least 1 epoch"),
        (["--data", "digits", "--seed", "-1"], 2, "a seed is a whole number from 0"),
        (["--data", "digits", "--rate", "-1"], 1, "learning rate must be a number above 0"),
        (["--data", "digits", "--optimizer", "magic"], 2, "invalid choice: 'magic'"),
        (["--data", "digits", "--validation", "1"], 1, "leave something to learn from"),
        ([], 2, "--data"),
    ],
)
def test_what_cannot_be_is_said_in_one_line_before_any_work(tmp_path, capsys, more, status, words):
    out = tmp_path / "net.convsim"
    assert main(["train", "--preset", "lenet5", *more, "-o", str(out)]) == status
    assert words in capsys.readouterr().err
    assert not out.exists()


def test_too_large_a_rate_is_said_and_the_last_good_weights_are_saved(tmp_path, capsys):
    out = tmp_path / "net.convsim"
    assert main([*TRAIN, "--optimizer", "sgd", "--rate", "1e30", "-o", str(out)]) == 1
    assert "the weights before it are saved" in capsys.readouterr().err
    assert out.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends Ctrl+C to whole consoles")
def test_ctrl_c_saves_what_was_learnt_so_far(tmp_path):
    out, log = tmp_path / "net.convsim", tmp_path / "log.jsonl"
    arguments = [*TRAIN[:-1], "1000", "--log", str(log), "-o", str(out)]
    process = subprocess.Popen(
        [sys.executable, "-m", "convsim", *arguments],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
    )
    end = time.monotonic() + 100
    while not (log.exists() and log.stat().st_size):
        assert process.poll() is None
        assert time.monotonic() < end
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 0, said
    assert b"what was learnt so far is saved" in said
    assert open_project(out).document.trained


def test_a_preset_begins_with_new_weights_unless_its_own_are_asked_for(tmp_path, capsys):
    new, on = tmp_path / "new.convsim", tmp_path / "on.convsim"
    slow = ["--rate", "1e-6", "--optimizer", "sgd"]
    assert main([*TRAIN, *slow, "-o", str(new)]) == 0
    assert main([*TRAIN, *slow, "--taught", "-o", str(on)]) == 0
    capsys.readouterr()
    fresh, taught = (evaluated(capsys, path, "--data", "digits") for path in (new, on))
    assert fresh["accuracy"] < 0.3
    assert taught["accuracy"] > 0.5


def test_evaluate_counts_what_is_probably_of_no_class(tmp_path, capsys):
    shapes = evaluated(capsys, "--preset", "convnetjs-cifar", "--data", "shapes")
    textures = evaluated(capsys, "--preset", "convnetjs-cifar", "--data", "textures")
    assert shapes["none_of_its_classes"] < 60
    assert textures["none_of_its_classes"] > 900
    out = tmp_path / "net.convsim"
    assert main([*TRAIN, "--validation", "0", "-o", str(out)]) == 0
    capsys.readouterr()
    assert evaluated(capsys, out, "--data", "digits")["none_of_its_classes"] is None


def test_forward_names_the_class_of_a_picture_or_says_that_it_is_of_none(tmp_path, capsys):
    from convsim.services.resources import image

    out = str(tmp_path / "out.npz")
    assert main(["forward", "--preset", "lenet5", "--image", str(image("cat.png")), "-o", out]) == 0
    assert "probably none of its classes" in capsys.readouterr().out


def test_a_picture_that_goes_missing_while_it_trains_ends_it_and_what_was_learnt_is_saved(
    tmp_path, capsys, monkeypatch
):
    folder, out = files.class_folder(tmp_path / "photos", each=12), tmp_path / "net.convsim"
    monkeypatch.setattr("convsim.data.sets.folder.KEPT_BYTES", 0)
    seen = []

    def losing(epoch, snapshot):
        seen.append(epoch.number)
        for path in folder.glob("*/*.png"):
            path.unlink()
        return {"epoch": epoch.number}

    monkeypatch.setattr("convsim.cli.train.entries", losing)
    arguments = ["--preset", "lenet5", "--data", str(folder), "--epochs", "9", "-o", str(out)]
    assert main(["train", *arguments]) == 1
    assert seen == [1]
    err = capsys.readouterr().err
    assert ".png" in err
    assert "the weights before it are saved" in err
    assert open_project(out).document.trained


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        (
            np.arange(24) % 12,
            "x.npz has 12 classes, but the network 10 outputs; give dense3 12 units",
        ),
        (np.full(24, 2), "are of class 2: .* examples of at least two"),
    ],
    ids=["out of range", "one class only"],
)
def test_labels_that_cannot_be_learnt_end_it_before_any_work(tmp_path, capsys, labels, words):
    """Case 74."""
    path, out = tmp_path / "x.npz", tmp_path / "net.convsim"
    np.savez(path, x=np.zeros((24, 28, 28), np.uint8), y=labels)
    assert main(["train", "--preset", "lenet5", "--data", str(path), "-o", str(out)]) == 1
    assert re.search(words, capsys.readouterr().err)
    assert not out.exists()


def test_a_pickled_file_is_refused_with_the_way_out_and_nothing_in_it_is_run(tmp_path, capsys):
    out, path = tmp_path / "net.convsim", tmp_path / "data.npz"
    path.write_bytes(b"\x80\x04cos\nsystem\n(S'touch " + bytes(tmp_path / "ran") + b"'\ntR.")
    assert main(["train", "--preset", "lenet5", "--data", str(path), "-o", str(out)]) == 1
    assert "numpy.savez(path, x=pictures, y=labels)" in capsys.readouterr().err
    assert not (tmp_path / "ran").exists()
