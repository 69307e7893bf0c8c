"""Data sets that are drawn by a formula and a seed: as many pictures as wanted, and no download."""
