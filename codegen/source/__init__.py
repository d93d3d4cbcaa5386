"""Source: bytes become documents, with line and column for every JSON Pointer."""
