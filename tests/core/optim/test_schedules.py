"""Schedules: by hand, and against PyTorch's over a whole training."""

from __future__ import annotations

import math
from typing import Any

import pytest

from convsim.core.errors import TrainingError
from convsim.core.optim import SGD, Constant, Cosine, Schedule, Step, WarmUp

STEPS = 60
COMBINED = WarmUp(10, Cosine(30, floor=0.1), start=0.2)


def factors(schedule: Schedule, steps: int = STEPS) -> list[float]:
    return [schedule.factor(step) for step in range(steps)]


def test_constant():
    assert set(factors(Constant())) == {1.0}


def test_step_falls_every_so_many_steps():
    assert factors(Step(3, by=0.5), 7) == [1.0, 1.0, 1.0, 0.5, 0.5, 0.5, 0.25]


def test_cosine_ends_at_its_floor_and_stays_there():
    got = factors(Cosine(8, floor=0.25), 12)
    assert got[0] == 1.0
    assert got[4] == pytest.approx(0.625)
    assert got[2] == pytest.approx(0.25 + 0.75 * (1 + math.sqrt(0.5)) / 2)
    assert got[8:] == [0.25] * 4
    assert got == sorted(got, reverse=True)


def test_warm_up_rises_in_equal_steps_to_the_full_rate():
    assert factors(WarmUp(4, start=0.2), 6) == pytest.approx([0.2, 0.4, 0.6, 0.8, 1.0, 1.0])


def test_what_follows_a_warm_up_begins_with_its_own_first_step():
    twice = WarmUp(2, WarmUp(2, start=0.5), start=0.0)
    assert factors(twice, 5) == pytest.approx([0.0, 0.5, 0.5, 0.75, 1.0])


def test_what_follows_a_warm_up_begins_at_its_own_beginning():
    assert factors(COMBINED)[10:] == factors(Cosine(30, floor=0.1), STEPS - 10)


def test_the_rate_is_the_optimizer_s_times_the_factor():
    optimizer = SGD(0.5, schedule=Step(1, by=0.1))
    assert [optimizer.rate_at(step) for step in range(3)] == pytest.approx([0.5, 0.05, 0.005])


@pytest.mark.parametrize("make", [lambda: Step(0), lambda: Cosine(0), lambda: WarmUp(0)])
def test_no_steps_are_refused(make):
    with pytest.raises(TrainingError, match="at least 1 step; got 0"):
        make()


@pytest.mark.torch
@pytest.mark.parametrize("name", ["step", "cosine", "warm-up", "combined"])
def test_pytorch_s_schedules(name):
    torch: Any = pytest.importorskip("torch")
    rates = torch.optim.lr_scheduler
    weight = torch.nn.Parameter(torch.zeros(1))
    sgd = torch.optim.SGD([weight], lr=0.3)

    def cosine() -> Any:
        return rates.CosineAnnealingLR(sgd, 30, eta_min=0.03)

    def warm() -> Any:
        return rates.LinearLR(sgd, start_factor=0.2, total_iters=10)

    ours, theirs, steps = {
        "step": (Step(7, by=0.3), lambda: rates.StepLR(sgd, 7, 0.3), STEPS),
        # Theirs rises again after its end; ours stays.
        "cosine": (Cosine(30, floor=0.1), cosine, 31),
        "warm-up": (WarmUp(10, start=0.2), warm, STEPS),
        "combined": (COMBINED, lambda: rates.SequentialLR(sgd, [warm(), cosine()], [10]), 41),
    }[name]
    schedule = theirs()
    for step in range(steps):
        assert 0.3 * ours.factor(step) == pytest.approx(sgd.param_groups[0]["lr"], rel=1e-9), step
        sgd.step()
        schedule.step()
