"""The network itself: sizes, layers, numbers and single steps, in NumPy alone."""
