"""Validation: schemas, examples and instances decided by what the compiler makes."""
