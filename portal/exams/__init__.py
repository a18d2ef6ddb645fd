"""The exams app."""
