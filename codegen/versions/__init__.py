"""Versions: what a change of a schema does to its instances, with a counterexample."""
