"""The domain functions of the app, the only place where a document changes state."""
