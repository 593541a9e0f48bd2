"""Pages for people outside the staff: enrolment, learners' and trainers' spaces, signing."""
