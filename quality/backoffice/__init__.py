"""Staff screens of the room, in the Wagtail admin."""
