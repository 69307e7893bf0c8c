"""Files: projects, arrays of weights and pictures, and the rule that a file is written whole."""
