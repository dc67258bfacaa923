"""Losses and doubts in a year's answers, compared with the limits in ``guards.yml``."""
