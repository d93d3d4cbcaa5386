"""What every generated package has beside its models: formats and the JSON Schema machinery.

The modules are copied as they are; they need nothing but the standard library and each other.
"""
