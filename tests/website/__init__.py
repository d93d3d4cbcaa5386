"""The docs site: the generated pages with what only a site can have, and its look into a real browser."""
