"""Sessions and half-days: planned, then lived through."""
