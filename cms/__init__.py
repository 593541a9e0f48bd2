"""The public site: Wagtail pages, catalogue, cooperation content."""
