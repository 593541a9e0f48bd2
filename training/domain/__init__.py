"""The verbs of the domain: typed functions, the only place where a state changes."""
