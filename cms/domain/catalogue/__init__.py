"""The catalogue as visitors search it: filters, choices, courses, months."""
