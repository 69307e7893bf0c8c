"""Data sets: pictures with labels to learn from, on this disk or drawn by a formula."""

from convsim.data.sets.augment import Augmentation
from convsim.data.sets.base import ArrayImages, BadFile, DataSet, DataSetError, Images
from convsim.data.sets.made.make import NAMES, Materials, make
from convsim.data.sets.opening import FORMS, open_data
from convsim.data.sets.sized import sized
from convsim.data.sets.split import Split, split

__all__ = [
    "FORMS",
    "NAMES",
    "ArrayImages",
    "Augmentation",
    "BadFile",
    "DataSet",
    "DataSetError",
    "Images",
    "Materials",
    "Split",
    "make",
    "open_data",
    "sized",
    "split",
]
