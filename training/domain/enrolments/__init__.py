"""Enrolments: asked for, made by staff, moved from state to state; the seats they hold."""
