"""Measure painting: one JSON line a case, ``{"case", "p50_ms", "p99_ms"}``.

Run: ``QT_QPA_PLATFORM=offscreen python tests/bench/paint.py [--gif]``
"""
