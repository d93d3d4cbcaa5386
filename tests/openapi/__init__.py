"""The tools that people use OpenAPI documents with: each takes ours, and what it makes works."""
