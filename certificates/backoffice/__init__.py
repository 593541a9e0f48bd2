"""Staff screens of documents, inside the Wagtail admin."""
