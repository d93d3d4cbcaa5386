"""Patterns: regular expressions of ECMA-262 as Python's, and how long they can take."""
