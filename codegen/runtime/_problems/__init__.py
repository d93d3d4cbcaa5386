"""Stands for the tables of a generated package, of which the runtime by itself has none."""
