"""A row more in the vocabulary: who complains of it, and what the others make of it."""
