"""What every app builds on: journal, outbox, jobs, dated rules, transitions, the organisation."""
