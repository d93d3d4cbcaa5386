"""Rendering: artifact folders of Jinja templates turn the intermediate representation into text."""
