"""The bundled artifacts: one folder each, found by its artifact.toml."""
