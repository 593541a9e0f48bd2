"""Domain functions of the public site."""
