"""Type checkers over the models of many schemas: those of SchemaStore and of the official test suite."""
