"""Random settings of a sliding window, drawn so that most of them fit, and random numbers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from convsim.core.geometry import Axis, Policy, make_axis

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray


def careful(examples: int) -> Callable[[Any], Any]:
    """Return Hypothesis settings: the same draws on every machine, and no clock."""
    return settings(
        max_examples=examples,
        derandomize=True,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )


@st.composite
def any_axes(draw: Any) -> Axis:
    """Draw an axis with the padding of its policy; nothing says that it fits."""
    policy = draw(st.sampled_from([Policy.STRICT, Policy.FLOOR, Policy.SAME]))
    return make_axis(
        draw(st.integers(1, 24)),
        draw(st.integers(1, 7)),
        draw(st.integers(1, 6)),
        draw(st.integers(0, 4)),
        draw(st.integers(1, 3)),
        policy,
    )


@st.composite
def uneven_axes(draw: Any) -> Axis:
    """Draw an axis that is padded differently before and after, under any policy but "same"."""
    return Axis(
        size=draw(st.integers(1, 24)),
        kernel=draw(st.integers(1, 7)),
        stride=draw(st.integers(1, 6)),
        before=draw(st.integers(0, 4)),
        after=draw(st.integers(0, 4)),
        dilation=draw(st.integers(1, 3)),
        policy=draw(st.sampled_from([Policy.STRICT, Policy.FLOOR])),
    )


def ceil_axes() -> st.SearchStrategy[Axis]:
    """Draw an axis in ceil mode, padded differently before and after."""
    return uneven_axes().map(lambda axis: replace(axis, policy=Policy.CEIL))


@dataclass(frozen=True)
class Setting:
    """A window layer and what goes into it; pairs are (rows, columns)."""

    size: tuple[int, int]
    kernel: tuple[int, int]
    stride: tuple[int, int]
    padding: tuple[int, int]
    dilation: tuple[int, int]
    policy: Policy
    channels: int
    filters: int
    batch: int
    bias: bool
    seed: int

    @property
    def shape(self) -> tuple[int, int, int]:
        """Height, width, channels."""
        return (*self.size, self.channels)


def drawn_setting(
    seed: int,
    *,
    positions: int = 7,
    kernel: int = 5,
    stride: int = 3,
    padding: int = 3,
    dilation: int = 3,
    channels: int = 6,
    filters: int = 8,
    batch: int = 4,
    half: bool = False,
) -> Setting:
    """Return a setting that fits; the numbers are the largest that are drawn.

    `half` keeps the padding to half of the kernel, which frameworks ask of pools.
    """
    rng = np.random.default_rng(seed)

    def up_to(high: int, low: int = 1) -> int:
        return int(rng.integers(low, high + 1))

    policy = list(Policy)[seed % 3]
    columns: list[tuple[int, int, int, int, int]] = []
    for _ in range(2):
        taps, step, gap = up_to(kernel), up_to(stride), up_to(dilation)
        pad = up_to(min(padding, taps // 2) if half else padding, 0)
        over = up_to(step - 1, 0) if policy is Policy.FLOOR else 0
        # The way back from a number of positions to the size that has it.
        size = (up_to(positions) - 1) * step + gap * (taps - 1) + 1 - 2 * pad + over
        while size < 1:
            size += step
        if policy is Policy.SAME:
            size = up_to(positions + taps)
        columns.append((size, taps, step, pad, gap))
    sizes, kernels, strides, paddings, dilations = zip(*columns, strict=True)
    return Setting(
        sizes,
        kernels,
        strides,
        paddings,
        dilations,
        policy,
        up_to(channels),
        up_to(filters),
        up_to(batch),
        bool(rng.integers(2)),
        seed,
    )


def axes_of(setting: Setting, *, dilated: bool = True) -> tuple[Axis, Axis]:
    """Return the axes of rows and columns."""
    gaps = setting.dilation if dilated else (1, 1)
    rows, cols = (
        make_axis(
            setting.size[i],
            setting.kernel[i],
            setting.stride[i],
            setting.padding[i],
            gaps[i],
            setting.policy,
        )
        for i in range(2)
    )
    return rows, cols


def small_settings() -> st.SearchStrategy[Setting]:
    """Draw settings that a slow reference gets through."""
    return st.integers(0, 10**6).map(
        lambda seed: drawn_setting(
            seed, positions=4, kernel=4, padding=2, channels=3, filters=3, batch=2
        )
    )


def normal(
    shape: tuple[int, ...], seed: int, dtype: type[np.floating[Any]] = np.float64
) -> NDArray[Any]:
    """Return normal numbers, the same for the same seed."""
    return np.random.default_rng([seed, *shape]).standard_normal(shape).astype(dtype)


def inner(
    shape: tuple[int, ...], batch: int, seed: int, dtype: type[np.floating[Any]] = np.float64
) -> NDArray[Any]:
    """Return an input as layers take it: (H, C, W, N) for (H, W, C), (D, N) for (D,)."""
    if len(shape) == 1:
        return normal((shape[0], batch), seed, dtype)
    height, width, channels = shape
    return normal((height, channels, width, batch), seed, dtype)


def outer(x: NDArray[Any]) -> NDArray[Any]:
    """Return (H, C, W, N) as (N, C, H, W), and (D, N) as (N, D)."""
    return x.transpose(3, 1, 0, 2) if x.ndim == 4 else x.T
