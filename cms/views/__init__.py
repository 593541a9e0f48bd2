"""What the public site answers: what pages show, calendars, feeds, search."""
