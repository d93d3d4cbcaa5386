"""Printers: nodes become Python source and tables of problems."""
