"""Tests of the code base itself: promises that hold for every file, present and to come."""
