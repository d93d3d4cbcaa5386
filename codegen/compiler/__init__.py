"""The compiler: keywords become Python source that decides an instance, decodes it, and tells its problems."""
