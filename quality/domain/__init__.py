"""Domain functions of quality: what is expected as evidence, what is there, and the audit pack."""
