"""A budget of time: what was spent is paid off by the time that passes."""

from __future__ import annotations

import pytest

from convsim.services.budget import Budget


class Hands:
    """Two clocks that are set by hand."""

    def __init__(self) -> None:
        self.now = self.spent = 0.0

    def work(self, seconds: float) -> None:
        self.now += seconds
        self.spent += seconds

    def idle(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def budget(hands: Hands) -> Budget:
    return Budget(0.05, 0.3, lambda: hands.now, lambda: hands.spent)


def test_there_is_time_at_the_start(budget: Budget) -> None:
    assert budget.wait() == 0


def test_after_work_one_waits_until_it_is_its_share(hands: Hands, budget: Budget) -> None:
    assert budget.wait() == 0
    hands.work(0.01)
    assert budget.wait() == pytest.approx(0.01 / 0.05 - 0.01)
    hands.idle(0.1)
    assert budget.wait() == pytest.approx(0.09)
    hands.idle(0.1)
    assert budget.wait() == 0


def test_idle_time_is_not_saved_up(hands: Hands, budget: Budget) -> None:
    hands.idle(1000)
    budget.wait()
    hands.work(0.01)
    assert budget.wait() > 0.1


def test_nobody_waits_longer_than_said_even_beside_other_work(hands: Hands, budget: Budget) -> None:
    assert budget.wait() == 0
    for _ in range(3):
        hands.work(0.09)
        assert budget.wait() > 0
    hands.work(0.09)
    assert budget.wait() == 0


def test_in_all_it_is_the_share(hands: Hands, budget: Budget) -> None:
    for _ in range(500):
        while (wait := budget.wait()) > 0:
            hands.idle(max(wait, 1e-3))
        hands.work(0.004)
        hands.idle(0.033)
    assert hands.spent / hands.now == pytest.approx(0.05, rel=0.03)
