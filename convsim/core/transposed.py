"""A transposed convolution runs the window backwards: every input value is spread by the filter.

Its geometry is that of a convolution with the roles exchanged.  The :class:`Axis` made here slides
over the *output*; its positions are the input's pixels, and `Axis.readers` of an output pixel are
the input pixels that land on it.
"""

from __future__ import annotations

from convsim.core.errors import GeometryError
from convsim.core.formula import Formula, Term, number_text
from convsim.core.geometry import Axis, Policy


def transposed_size(
    size: int, kernel: int, stride: int, padding: tuple[int, int], extra: int, dilation: int
) -> int:
    """Return the output's size: (N − 1)·S − P₁ − P₂ + D·(F − 1) + 1 + O; may be below 1.

    Source: Dumoulin and Visin, "A guide to convolution arithmetic", 2016, relationship 14, with
    dilation as PyTorch and ONNX have it.
    """
    return (size - 1) * stride - sum(padding) + dilation * (kernel - 1) + 1 + extra


def transposed_axis(
    size: int, kernel: int, stride: int, padding: tuple[int, int], extra: int, dilation: int
) -> Axis:
    """Return the axis along the output whose positions are the `size` pixels of the input.

    Parameters
    ----------
    size : int
        Pixels of the input.
    kernel, stride, dilation : int
        Of the filter; the stride is the way from one input pixel to the next on the output.
    padding : (int, int)
        Pixels cut off from the output before and after.
    extra : int
        Pixels added to the output after: the output padding.

    Raises
    ------
    GeometryError
        If nothing is left of the output.

    Examples
    --------
    >>> transposed_axis(4, 3, 2, (1, 1), 1, 1).size
    8
    """
    out = transposed_size(size, kernel, stride, padding, extra, dilation)
    if out < 1:
        raise GeometryError(
            f"({size}−1)·{stride}−{padding[0]}−{padding[1]}+{dilation * (kernel - 1) + 1}+{extra} "
            f"= {number_text(out)}: the padding cuts everything off; "
            f"up to {sum(padding) + out - 1} in both together leaves something"
        )
    # The last `extra` pixels are not reached by a window that must end at the edge.
    return Axis(out, kernel, stride, padding[0], padding[1] - extra, dilation, Policy.FLOOR)


def transposed_formula(
    key: str,
    size: int,
    kernel: int,
    stride: int,
    padding: tuple[int, int],
    extra: int,
    dilation: int,
) -> Formula:
    """Return the size formula of a transposed convolution with these numbers."""
    cut: tuple[Term | str, ...] = ("2", "·", Term("P", padding[0]))
    if padding[0] != padding[1]:
        cut = (Term("P₁", padding[0]), "−", Term("P₂", padding[1]))
    taps = Term("F", kernel)
    window: tuple[Term | str, ...] = (taps,)
    if dilation != 1:
        window = (Term("D", dilation), "·", "(", taps, "−", "1", ")", "+", "1")
    more = ("+", Term("O", extra)) if extra else ()
    way = ("(", Term("N", size), "−", "1", ")", "·", Term("S", stride))
    result = transposed_size(size, kernel, stride, padding, extra, dilation)
    return Formula(key, (*way, "−", *cut, "+", *window, *more), result)
