"""`nox -s pyodide`: the generated models on a newer Python."""
