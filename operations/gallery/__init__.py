"""Pages shown under DEBUG only: every component, mail and PDF on sample data."""
