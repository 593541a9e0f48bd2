"""Attendance and its proofs: the chain, signing, devices, paper, locks, absences, distance work."""
