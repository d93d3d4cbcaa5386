"""The pydantic flavour of the models: the same classes as pydantic models, which accept what the dataclasses accept."""
