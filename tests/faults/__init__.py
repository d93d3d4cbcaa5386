"""Faults of the system around a run: killed, full, forbidden, raced and watched."""
