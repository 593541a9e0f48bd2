"""Tests of the paperwork."""
