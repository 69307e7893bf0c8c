"""A network as the source of a program: PyTorch or Keras, in one file that a student can read."""
