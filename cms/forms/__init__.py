"""Forms of the site: what editors write, what visitors send."""
