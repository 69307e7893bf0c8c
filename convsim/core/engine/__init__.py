"""Training as fast as NumPy allows: whole networks, compiled into plans with all their buffers.

:mod:`convsim.core.backprop` chooses between a plan and the layers' own `learn`; both give the
same gradients, and the tests hold one against the other.
"""
