"""The verbs of the room: what is expected as evidence, what is there, and the audit pack."""
