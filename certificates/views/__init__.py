"""Pages of the room outside the back office."""
