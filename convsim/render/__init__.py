"""Painters: a list of shapes becomes pixels, SVG, PDF or an animation."""
