"""Checks that numbers add up, and the internal quality page with their results."""
