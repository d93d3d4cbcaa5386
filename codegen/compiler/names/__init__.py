"""Names: what classes, fields and enum members are called in Python."""
