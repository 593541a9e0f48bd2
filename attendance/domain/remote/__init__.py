"""Distance learning without an appointment: announced, done, shown by evidence, validated.

What counts is the time that the programme estimates, once the staff or a trainer of the session
has validated what was handed in (R6313-3; D6313-3-1). The time that a platform measures is never
kept. An activity ticked as complete without any returned work is *insufficient* and counts for
nothing (indicator 19).
"""
