"""Stands for the tables of problems of a generated package, of which the runtime by itself has none."""
