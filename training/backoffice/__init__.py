"""Staff screens of the domain, inside the Wagtail admin."""
