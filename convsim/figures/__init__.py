"""Figures: a document becomes a list of shapes, one file a kind of figure."""
