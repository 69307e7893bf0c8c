"""Words for kernels that have a name, what can be done to them, and how weights begin."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

translate = QCoreApplication.translate


def kernel_titles() -> dict[str, str]:
    """Return the names of the library's kernels, as filters are called by them too."""
    return {
        "identity": translate("kernels", "identity"),
        "box": translate("kernels", "mean"),
        "gaussian": translate("kernels", "Gaussian"),
        "sobel-right": translate("kernels", "Sobel, to the right"),
        "sobel-down": translate("kernels", "Sobel, downward"),
        "prewitt-right": translate("kernels", "Prewitt, to the right"),
        "prewitt-down": translate("kernels", "Prewitt, downward"),
        "laplacian": translate("kernels", "Laplacian"),
        "sharpen": translate("kernels", "sharpen"),
        "emboss": translate("kernels", "emboss"),
    }


def gabor_title(angle: float) -> str:
    """Return the name of a Gabor filter."""
    return translate("kernels", "Gabor {angle}°").format(angle=f"{angle:g}")


def change_titles() -> dict[str, str]:
    """Return what can be done to a filter."""
    return {
        "rotate": translate("kernels", "Turn by 90°"),
        "flip": translate("kernels", "Turn by 180° (true convolution)"),
        "mirror": translate("kernels", "Swap left and right"),
        "upend": translate("kernels", "Swap top and bottom"),
        "symmetric": translate("kernels", "Make symmetric"),
        "sum-one": translate("kernels", "Make the sum 1"),
        "sum-zero": translate("kernels", "Make the sum 0"),
        "negate": translate("kernels", "Change the sign"),
    }


def start_titles() -> dict[str, str]:
    """Return how weights can begin, with the variance or bound of the distribution."""
    return {
        "he-normal": translate("kernels", "He, normal: variance 2/in"),
        "he-uniform": translate("kernels", "He, uniform: ±√(6/in)"),
        "xavier-normal": translate("kernels", "Xavier, normal: variance 2/(in + out)"),
        "xavier-uniform": translate("kernels", "Xavier, uniform: ±√(6/(in + out))"),
        "lecun-normal": translate("kernels", "LeCun, normal: variance 1/in"),
        "lecun-uniform": translate("kernels", "LeCun, uniform: ±√(3/in)"),
        "orthogonal": translate("kernels", "Orthogonal: filters at right angles, each of length 1"),
        "zeros": translate("kernels", "Zeros"),
    }
