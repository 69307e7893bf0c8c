"""Proofs at full count, run by hand: ``python -m tests.soak.NAME``; CI runs a part of each."""
