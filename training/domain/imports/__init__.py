"""Importing a register of enrolments kept in a spreadsheet.

A file goes through `reading` (bytes → lines of cells), `headings` (which column is what),
`resource` (cells → typed values, or a sentence that says what is wrong), `planning` (who is known,
what would be written) and, once a person has confirmed, `writing` (all of it, or nothing).
`batches` holds the verbs that screens and commands call.
"""
