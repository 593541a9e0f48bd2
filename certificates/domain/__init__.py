"""The verbs of the room: typed functions, the only place where a document changes state."""
