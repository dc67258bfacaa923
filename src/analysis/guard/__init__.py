"""Guarding what leaves the machine: no answer, and nobody who gave one, in a finished site."""
