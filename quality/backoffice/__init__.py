"""Staff screens of quality, in the Wagtail admin."""
