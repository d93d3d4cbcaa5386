"""The compiler: Python source, made of keywords, that validates an instance, decodes it and reports its problems."""
