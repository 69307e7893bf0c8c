"""What the windows share but nobody sees: the open document, its history, settings, files."""
