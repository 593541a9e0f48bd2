"""Registers of enrolments kept in a spreadsheet.

A file goes through `reading` (its headings and lines), `headings` (which column is what),
`resource` (cells → typed values, or a sentence that says what is wrong), `matching` (who is known),
`planning` (what would be written; `known_people`: what a known person keeps) and, once a person has
confirmed, `writing` (all of it, or nothing). `lifecycle` holds what screens and commands call.
"""
