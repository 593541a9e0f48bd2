"""Asking people, reading their answers, assessing objectives, publishing results."""
