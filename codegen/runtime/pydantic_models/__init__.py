"""What the pydantic models of a generated package share; it stands within the package, beside the dataclasses."""
