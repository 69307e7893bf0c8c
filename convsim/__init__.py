"""ConvSim shows how a convolutional network works, one multiplication at a time."""

__version__ = "0.1.0"
