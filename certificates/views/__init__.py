"""Pages of the app outside the back office."""
