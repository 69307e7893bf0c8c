"""Work shared out to threads; BLAS uses one while anybody asks for that, and then as before."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import weakref
from collections.abc import Sequence
from contextlib import ExitStack

import numpy as np
import pytest
from threadpoolctl import threadpool_info  # type: ignore[import-untyped]

import convsim.core.blas as blas_module
from convsim.core.blas import LIMITS, one_blas_thread, share_out


def threads():
    return [entry["num_threads"] for entry in threadpool_info() if entry["user_api"] == "blas"]


def test_it_is_put_back_by_the_last_who_leaves_in_whatever_order():
    before = threads()
    first, second = ExitStack(), ExitStack()
    first.enter_context(one_blas_thread())
    second.enter_context(one_blas_thread())
    assert set(threads()) <= {1}
    first.close()
    assert set(threads()) <= {1}
    second.close()
    assert threads() == before


@pytest.mark.parametrize("count", [1, 2, 3, 9])
def test_every_part_is_done_once_and_always_by_the_same_thread(count):
    done: list[list[int]] = []
    share_out(lambda parts: done.append(list(parts)), range(7), count)
    assert sorted(done) == [list(range(t, 7, count)) for t in range(min(count, 7))]


@pytest.mark.parametrize("bad", [0, 1])
def test_an_error_on_any_thread_is_raised_when_all_are_done(bad):
    before, done = threads(), []

    def do(parts):
        if bad in parts:
            raise ValueError(f"part {bad}")
        done.extend(parts)

    with pytest.raises(ValueError, match=f"part {bad}"):
        share_out(do, range(4), 2)
    assert sorted(done) == [1 - bad, 3 - bad]
    assert threads() == before


class LooksFull(list):
    """What is idle, as a thread sees it from which another one is about to take the last."""

    def __bool__(self):
        return True


def test_a_helper_that_another_thread_has_just_taken_is_not_missed(monkeypatch):
    monkeypatch.setattr(blas_module, "_idle", LooksFull())
    done: list[int] = []
    share_out(done.extend, range(6), 3)
    assert sorted(done) == [0, 1, 2, 3, 4, 5]
    assert len(blas_module._idle) == 2


def test_what_was_worked_on_is_not_kept_alive():
    array = np.zeros(3)
    gone = weakref.ref(array)

    def do(parts, array=array):
        array += len(parts)

    share_out(do, [0, 1], 2)
    assert array.tolist() == [2, 2, 2]
    del do, array
    assert gone() is None


def _said(program: str, **environment: str) -> str:
    """Return what a program prints in a process of its own, where nothing limits BLAS."""
    free = {name: text for name, text in os.environ.items() if name not in LIMITS}
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        check=True,
        env={**free, **environment},
        text=True,
        timeout=60,
    )
    return done.stdout.strip()


COUNTED = """
from threadpoolctl import threadpool_info
print([i["num_threads"] for i in threadpool_info() if i["user_api"] == "blas"])
"""


def test_beside_a_window_blas_has_one_thread_and_large_work_is_shared_out_by_us() -> None:
    plain = _said("import numpy" + COUNTED)
    begin = "from convsim.core.blas import *\nimport_numpy_without_threads()\n"
    assert ast.literal_eval(_said(begin + COUNTED)) == [1] * len(ast.literal_eval(plain))
    work = "print(threads_for(10**9), threads_for(10**6))\nwith one_blas_thread():\n"
    said = _said(begin + work + "    print(threads_for(10**9))" + COUNTED)
    shared = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    assert said.split("\n")[:2] == [f"{shared} 1", "1"]
    assert set(ast.literal_eval(said.split("\n")[2])) <= {1}
    # Programs that are started from here are not told.
    assert _said(begin + f"import os; print({LIMITS[0]!r} in os.environ)") == "False"


def test_what_the_environment_says_holds() -> None:
    begin = "from convsim.core.blas import *\nimport_numpy_without_threads()\nimport numpy\n"
    plain = _said("import numpy" + COUNTED, OMP_NUM_THREADS="1")
    assert _said(begin + COUNTED, OMP_NUM_THREADS="1") == plain


def test_helping_threads_keep_silent_about_what_the_caller_ignores():
    large = np.full(2, 3e38, np.float32)

    def do(parts: Sequence[int]) -> None:
        for part in parts:
            large[part : part + 1] *= 10

    with np.errstate(all="ignore"):
        share_out(do, [0, 1], 2)
    assert np.isinf(large).all()


PROCESSORS = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
PLACES = """
import os, sys, threading, time
if sys.argv[1:] == ["one processor"]:
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
from convsim.core.blas import share_out
both = threading.Barrier(2)
allowed = os.sched_getaffinity(0)
seen = {}
def note(parts):
    both.wait(10)
    seen[threading.get_native_id()] = os.sched_getaffinity(0)
for _ in range(20):
    share_out(note, (1, 2), 2)
if sys.argv[1:] == ["fewer later"]:
    # As `taskset -a` does it, for every thread there is.
    allowed = {min(allowed)}
    for thread in os.listdir("/proc/self/task"):
        os.sched_setaffinity(int(thread), allowed)
    seen.clear()
    share_out(note, (1, 2), 2)
caller = seen.pop(threading.main_thread().native_id)
(helper,) = seen.values()
print(caller == allowed, len(allowed - helper), helper <= allowed)
"""


def places(*more: str) -> str:
    run = subprocess.run(
        [sys.executable, "-c", PLACES, *more], capture_output=True, text=True, check=True
    )
    return run.stdout.strip()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only there it can be said")
@pytest.mark.skipif(PROCESSORS < 2, reason="needs two processors")
def test_a_helper_keeps_off_the_processor_of_its_caller() -> None:
    # It may run on every other one; the caller itself may go on wherever it likes.
    assert places() == "True 1 True"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only there it can be said")
def test_on_one_processor_a_helper_shares_it() -> None:
    assert places("one processor") == "True 0 True"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only there it can be said")
def test_a_processor_that_was_forbidden_meanwhile_is_not_used() -> None:
    assert places("fewer later") == "True 0 True"


def test_a_helper_that_cannot_be_called_is_not_lost_and_the_others_are_waited_for(
    monkeypatch,
) -> None:
    class Unwilling(blas_module._Helper):
        def begin(self, do, parts) -> None:
            raise MemoryError

    willing, unwilling = blas_module._Helper(), Unwilling()
    monkeypatch.setattr(blas_module, "_idle", [unwilling, willing])
    done: list[int] = []
    with pytest.raises(MemoryError):
        share_out(done.extend, (1, 2, 3), 3)
    assert done == [2]
    assert set(blas_module._idle) == {willing, unwilling}


def test_a_processor_that_cannot_be_kept_off_does_not_matter(monkeypatch) -> None:
    def refuse(_thread: int, _processors: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "sched_setaffinity", refuse, raising=False)
    done: list[int] = []
    for _ in range(3):
        share_out(done.extend, (1, 2, 3), 2)
    assert sorted(done) == sorted([1, 2, 3] * 3)


def test_where_nobody_knows_the_processor_nothing_is_set(monkeypatch) -> None:
    monkeypatch.setattr(blas_module, "_processor", lambda: -1)
    calls: list[object] = []
    monkeypatch.setattr(os, "sched_setaffinity", lambda *given: calls.append(given), raising=False)
    monkeypatch.setattr(blas_module, "_idle", [])
    for _ in range(3):
        share_out(lambda parts: None, (1, 2), 2)
    assert calls == []
