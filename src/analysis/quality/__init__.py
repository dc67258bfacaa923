"""Checks that numbers add up, and the internal page that tells of them."""
