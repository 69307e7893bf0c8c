"""The Train view: choose what to learn from, watch a network learn, and look back at how."""
