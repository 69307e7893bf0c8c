"""What the window and the command line share: opening, keeping, playing, exporting."""
