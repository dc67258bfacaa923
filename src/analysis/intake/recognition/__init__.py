"""Recognises the kind of a raw file by its headers."""
