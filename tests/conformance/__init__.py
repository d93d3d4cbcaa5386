"""Conformance: the official test suite and real schemas, through the public road; `nox -s conformance` runs it."""
