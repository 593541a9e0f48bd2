"""Logs of learning platforms: who completed which remote activity of a session."""
