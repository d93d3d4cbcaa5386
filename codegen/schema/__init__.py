"""Schemas: keywords, dialects and references, resolved into subschemas by location."""
