"""Incrementality: results of earlier runs, by digests of what they were made from."""
