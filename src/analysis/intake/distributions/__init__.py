"""Distributions of answers: counts that add up, and the clean answers they become."""
