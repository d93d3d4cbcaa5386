"""Incrementality: what earlier runs made, known by the content of what it was made from."""
