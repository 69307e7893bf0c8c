"""The window: widgets show the document and say what a person wants; they hold no truth."""
