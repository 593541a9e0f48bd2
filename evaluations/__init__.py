"""Questionnaires, their answers, assessments of objectives, published results."""
