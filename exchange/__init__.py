"""Data in and out: imports of registers and of platform logs."""
