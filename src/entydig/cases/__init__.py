"""Coded texts of case studies, and what they say."""
