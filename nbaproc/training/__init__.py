"""Training sets: features and labels of the lake joined, cut by date, and written for the readers of models.

What a frame becomes is pure (`dataset`, `splits`, `parts`, `weights`); files are written by `export` alone.
"""
