"""Small schemas whose keywords meet on one place, made systematically, and held against a reference validator."""
