"""Attendance: who is expected, who came, what proves it.

The chained events are the truth (`chain`), marks and locks their projection (`projection`).
"""
