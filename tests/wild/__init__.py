"""Real schemas through the public road: generated, imported, type-checked, decoded; with seconds and memory."""
