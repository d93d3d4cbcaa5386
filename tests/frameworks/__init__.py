"""Other libraries, as the session `frameworks` tries the generated models in them."""
