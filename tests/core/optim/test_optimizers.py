"""Optimizers take the steps that PyTorch takes, and that a few lines of plain formulas take."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import FrozenInstanceError, replace
from typing import Any

import numpy as np
import pytest

import convsim.core.optim.base as base
from convsim.core.blas import THREAD_WORK, share_out
from convsim.core.errors import TrainingError
from convsim.core.optim import OPTIMIZERS, SGD, Adam, AdamW, Cosine, Optimizer, RMSProp
from convsim.core.optim.base import BLOCK, shorten

STEPS = 20
CASES: dict[str, Optimizer] = {
    "sgd": SGD(0.1),
    "sgd, decay": SGD(0.1, decay=0.05),
    "momentum": SGD(0.05, 0.9),
    "momentum, decay": SGD(0.05, 0.9, decay=0.05),
    "nesterov": SGD(0.05, 0.9, nesterov=True),
    "nesterov, decay": SGD(0.05, 0.8, nesterov=True, decay=0.02),
    "sgd, clip": SGD(0.1, clip=1.5),
    "nesterov, decay, clip": SGD(0.05, 0.9, nesterov=True, decay=0.02, clip=1.5),
    "rmsprop": RMSProp(0.01),
    "rmsprop, all": RMSProp(0.01, 0.9, 1e-6, 0.8, decay=0.03, clip=2.0),
    "adam": Adam(0.02),
    "adam, decay": Adam(0.02, decay=0.1),
    "adam, all": Adam(0.02, (0.8, 0.95), 1e-6, decay=0.1, clip=1.0),
    "adamw": AdamW(0.02),
    "adamw, decay": AdamW(0.02, (0.85, 0.97), 1e-7, decay=0.2),
    "adamw, schedule": AdamW(0.05, decay=0.1, schedule=Cosine(STEPS)),
}
each_case = pytest.mark.parametrize("name", CASES)


def slope(p: np.ndarray) -> np.ndarray:
    """Return the gradient of Σ(p⁴/4 − p²)·w + ⟨p, q⟩: every weight has a way of its own."""
    kind = p.dtype.type
    ways = np.linspace(0.2, 1.4, p.size, dtype=p.dtype)
    return np.asarray((p**3 - kind(2) * p) * ways + np.cos(np.arange(p.size)).astype(p.dtype))


def path(optimizer: Optimizer, start: np.ndarray, steps: int = STEPS) -> list[np.ndarray]:
    weights = start.copy()
    state = optimizer.start(weights)
    out = []
    for _ in range(steps):
        optimizer.update(weights, slope(weights), state)
        out.append(weights.copy())
    assert state.step == steps
    return out


def plain(o: Any, start: np.ndarray) -> list[np.ndarray]:
    """Return the path as the papers write it, in float64 and with a new array for everything."""
    p, out = start.astype(float), []
    v, m, s = np.zeros_like(p), np.zeros_like(p), np.zeros_like(p)
    for t in range(1, STEPS + 1):
        g = slope(p)
        if o.clip is not None:
            g = g * min(1.0, o.clip / (np.linalg.norm(g) + 1e-6))
        rate = o.rate * o.schedule.factor(t - 1)
        if isinstance(o, AdamW):
            p = p - rate * o.decay * p
        else:
            g = g + o.decay * p
        if isinstance(o, SGD):
            v = o.momentum * v + g
            p = p - rate * (g + o.momentum * v if o.nesterov else v)
        elif isinstance(o, RMSProp):
            s = o.alpha * s + (1 - o.alpha) * g**2
            v = o.momentum * v + g / (np.sqrt(s) + o.epsilon)
            p = p - rate * v
        else:
            m = o.betas[0] * m + (1 - o.betas[0]) * g
            s = o.betas[1] * s + (1 - o.betas[1]) * g**2
            mean, square = m / (1 - o.betas[0] ** t), s / (1 - o.betas[1] ** t)
            p = p - rate * mean / (np.sqrt(square) + o.epsilon)
        out.append(p)
    return out


def begin(size: int = 40) -> np.ndarray:
    return np.random.default_rng(6).standard_normal(size)


@each_case
def test_the_path_is_that_of_the_formulas(name):
    optimizer = CASES[name]
    for ours, wanted in zip(path(optimizer, begin()), plain(optimizer, begin()), strict=True):
        np.testing.assert_allclose(ours, wanted, rtol=1e-11, atol=1e-13)


@each_case
def test_float32_stays_float32_and_close(name):
    optimizer = CASES[name]
    ours = path(optimizer, begin().astype(np.float32))[-1]
    assert ours.dtype == np.float32
    np.testing.assert_allclose(ours, plain(optimizer, begin())[-1], rtol=1e-3, atol=1e-4)


@each_case
def test_a_vector_longer_than_a_block_is_worked_on_to_its_end(name):
    optimizer = replace(CASES[name], clip=None)
    size = 2 * BLOCK + 3
    long = np.tile(begin(7), size // 7 + 1)[:size]
    weights, state = long.copy(), optimizer.start(long)
    for _ in range(3):
        optimizer.update(weights, weights**3 - weights, state)
    few, few_state = long[:7].copy(), optimizer.start(long[:7])
    for _ in range(3):
        optimizer.update(few, few**3 - few, few_state)
    np.testing.assert_allclose(weights, np.tile(few, size // 7 + 1)[:size], rtol=1e-12)


def torch_optimizer(torch: Any, o: Any, weights: Any) -> Any:
    settings = {"lr": o.rate, "weight_decay": o.decay}
    if isinstance(o, SGD):
        return torch.optim.SGD(weights, momentum=o.momentum, nesterov=o.nesterov, **settings)
    if isinstance(o, RMSProp):
        return torch.optim.RMSprop(
            weights, alpha=o.alpha, eps=o.epsilon, momentum=o.momentum, **settings
        )
    kind = torch.optim.AdamW if isinstance(o, AdamW) else torch.optim.Adam
    return kind(weights, betas=o.betas, eps=o.epsilon, **settings)


@pytest.mark.torch
@each_case
@pytest.mark.parametrize(("dtype", "close"), [(np.float32, 1e-5), (np.float64, 1e-10)])
def test_twenty_steps_are_pytorch_s(name, dtype, close):
    torch: Any = pytest.importorskip("torch")
    optimizer = CASES[name]
    start = begin().astype(dtype)
    weight = torch.nn.Parameter(torch.tensor(start))
    theirs = torch_optimizer(torch, optimizer, [weight])
    weights, state = start.copy(), optimizer.start(start)
    for step in range(STEPS):
        theirs.param_groups[0]["lr"] = optimizer.rate_at(step)
        # Each takes its gradient where it stands itself.
        weight.grad = torch.tensor(slope(weight.detach().numpy()))
        if optimizer.clip is not None:
            torch.nn.utils.clip_grad_norm_([weight], optimizer.clip)
        theirs.step()
        optimizer.update(weights, slope(weights), state)
        np.testing.assert_allclose(weights, weight.detach().numpy(), rtol=close, atol=close)


def test_a_long_gradient_is_shortened_and_a_short_one_is_not():
    gradient = np.array([3.0, 4.0])
    assert shorten(gradient, 10.0) == 5.0
    np.testing.assert_array_equal(gradient, [3.0, 4.0])
    assert shorten(gradient, 1.0) == 5.0
    np.testing.assert_allclose(gradient, [0.6, 0.8], rtol=1e-6)


def test_what_is_remembered_is_named():
    assert SGD().memories == ()
    assert SGD(momentum=0.5).memories == ("momentum",)
    assert RMSProp().memories == ("square",)
    assert RMSProp(momentum=0.5).memories == ("square", "momentum")
    assert Adam().memories == AdamW().memories == ("mean", "square")
    state = Adam().start(np.ones(3, np.float32))
    assert list(state.memory) == ["mean", "square"]
    assert all(v.dtype == np.float32 and not v.any() for v in state.memory.values())


def test_other_settings_take_over_what_fits():
    weights = begin(5)
    first = RMSProp(0.01, momentum=0.5)
    state = first.start(weights)
    first.update(weights, slope(weights), state)
    assert replace(first, rate=0.1).taken_over(state, weights) is state
    second = Adam().taken_over(state, weights)
    assert second.step == 1
    assert list(second.memory) == ["mean", "square"]
    assert second.memory["square"] is state.memory["square"]
    assert not second.memory["mean"].any()


def test_settings_are_frozen():
    with pytest.raises(FrozenInstanceError):
        Adam().rate = 1.0  # type: ignore[misc]


REFUSED: list[tuple[Callable[[], Optimizer], str]] = [
    (lambda: SGD(0.0), "learning rate must be a number above 0, such as 0.01; got 0.0"),
    (lambda: Adam(float("nan")), "learning rate must be a number above 0"),
    (lambda: Adam(float("inf")), "learning rate must be a number above 0"),
    (lambda: SGD(decay=-1.0), "weight decay must be 0 or more"),
    (lambda: SGD(clip=0.0), "gradient clip must be above 0"),
    (lambda: SGD(momentum=1.0), "momentum must be from 0 to below 1"),
    (lambda: SGD(nesterov=True), "Nesterov needs a momentum above 0"),
    (lambda: RMSProp(alpha=1.0), "alpha must be from 0 to below 1; got 1.0"),
    (lambda: RMSProp(momentum=-0.1), "momentum must be from 0 to below 1; got -0.1"),
    (lambda: Adam(betas=(1.0, 0.9)), "first beta must be from 0 to below 1; got 1.0"),
    (lambda: Adam(betas=(0.9, 1.0)), "second beta must be from 0 to below 1; got 1.0"),
]


@pytest.mark.parametrize(("make", "message"), REFUSED)
def test_settings_that_cannot_be(make, message):
    with pytest.raises(TrainingError, match=message):
        make()


def test_every_optimizer_is_listed_under_its_word():
    assert list(OPTIMIZERS) == ["sgd", "rmsprop", "adam", "adamw"]
    assert [kind.kind for kind in OPTIMIZERS.values()] == list(OPTIMIZERS)
    assert all(kind().rate > 0 for kind in OPTIMIZERS.values())  # type: ignore[call-arg]


@pytest.mark.parametrize("name", ["momentum", "adam, all"])
def test_several_threads_take_the_same_steps_to_the_bit(name, monkeypatch):
    start = np.linspace(-1, 1, 5 * 64 + 3, dtype=np.float32)
    monkeypatch.setattr(base, "BLOCK", 64)
    alone = path(CASES[name], start)
    monkeypatch.setattr(base, "SHARE", 100)
    monkeypatch.setattr(base, "threads_for", lambda work: work // THREAD_WORK)
    used: list[int] = []

    def shared(do: Any, blocks: Any, threads: int) -> None:
        used.append(threads)
        share_out(do, blocks, threads)

    monkeypatch.setattr(base, "share_out", shared)
    for one, other in zip(alone, path(CASES[name], start), strict=True):
        np.testing.assert_array_equal(one, other)
    assert used == [3] * STEPS
