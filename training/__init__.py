"""The domain: people, programmes, sessions, enrolments, attendance, evaluations."""
