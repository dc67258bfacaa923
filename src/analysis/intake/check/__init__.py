"""The report of ``python run.py check``."""
