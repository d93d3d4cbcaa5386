"""Output: the tree of generated files, its manifest, its drift, and copies of it elsewhere."""
