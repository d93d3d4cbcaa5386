"""The pydantic flavour of the models: the same classes as pydantic models, with the verdict of the dataclasses."""
