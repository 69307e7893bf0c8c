"""Settings: remembered between two starts, and never a reason not to start."""

from __future__ import annotations

import json
import os

import pytest

from convsim.services.settings import Settings, load, save

OTHER = Settings(
    theme="dark",
    folder="/pictures/🐈",
    export_folder="/slides",
    export_size="square",
    export_format="svg",
    speed=15.0,
    geometry="AdnQywAD",
    layout="AAAA/w==",
    project_folder="/nets",
    recent=("/nets/a.convsim", "/nets/b.convsim"),
)


def test_what_is_saved_is_loaded(settings_path):
    assert save(settings_path, OTHER) == ""
    assert load(settings_path) == (OTHER, "")
    assert os.listdir(settings_path.parent) == ["settings.json"]


def test_at_the_first_start_there_are_defaults_and_nothing_to_say(settings_path):
    assert load(settings_path) == (Settings(), "")


@pytest.mark.parametrize(
    "damaged",
    [
        b"",
        b"not json",
        b'{"theme": "dark"',
        b"[1, 2]",
        b"null",
        b"\xff\xfe{\0}\0",
        b"[" * 200_000,
        b'{"speed": ' + b"9" * 5000 + b"}",
    ],
)
def test_damaged_settings_give_defaults_keep_the_file_and_say_so(settings_path, damaged):
    settings_path.parent.mkdir()
    settings_path.write_bytes(damaged)
    settings, said = load(settings_path)
    assert settings == Settings()
    assert said == "settings.json: settings were damaged; using defaults, the old file is kept"
    assert settings_path.with_name("settings.json.bak").read_bytes() == damaged
    assert load(settings_path) == (Settings(), "")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("theme", 3),
        ("theme", None),
        ("folder", ["a"]),
        ("speed", "4"),
        ("speed", True),
        ("speed", 0),
        ("speed", -4),
        ("speed", 1e-300),
        ("speed", float("nan")),
        ("speed", float("inf")),
        ("speed", 10**400),
    ],
)
def test_one_wrong_field_costs_only_that_field(settings_path, field, value):
    settings_path.parent.mkdir()
    settings_path.write_text(json.dumps({"export_size": "column", field: value}))
    settings, said = load(settings_path)
    assert settings == Settings(export_size="column")
    assert said == ""


def test_a_whole_number_is_a_speed_too(settings_path):
    settings_path.parent.mkdir()
    settings_path.write_text('{"speed": 8}')
    assert load(settings_path)[0].speed == 8.0


def test_fields_of_a_newer_version_are_passed_over(settings_path):
    settings_path.parent.mkdir()
    settings_path.write_text('{"version": 99, "theme": "dark", "sound": {"loud": true}}')
    assert load(settings_path) == (Settings(theme="dark"), "")


def test_settings_that_cannot_be_read_are_left_alone(settings_path):
    settings_path.mkdir(parents=True)
    settings, said = load(settings_path)
    assert settings == Settings()
    assert said == "settings.json: settings cannot be read (Is a directory); using defaults"
    assert settings_path.is_dir()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no such pipes")
def test_a_pipe_in_the_place_of_settings_is_not_waited_for(settings_path):
    settings_path.parent.mkdir(parents=True, exist_ok=True)
    os.mkfifo(settings_path)
    assert load(settings_path) == (
        Settings(),
        "settings.json: settings cannot be read (Not a file); using defaults",
    )


def test_where_nothing_can_be_kept_it_says_so_and_goes_on(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    assert save(blocked / "settings.json", OTHER) == "settings cannot be kept: File exists"
    assert blocked.read_text() == "in the way"


def test_a_full_disk_leaves_the_old_settings_and_no_half_file(settings_path, monkeypatch):
    save(settings_path, OTHER)

    def full(*_args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("convsim.services.settings.os.replace", full)
    assert save(settings_path, Settings()) == "settings cannot be kept: No space left on device"
    monkeypatch.undo()
    assert load(settings_path) == (OTHER, "")
    assert os.listdir(settings_path.parent) == ["settings.json"]
