"""The reader's data in the window: looking into it, changing pictures on the way, labelling."""
