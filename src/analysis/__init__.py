"""NKI report pipeline: from raw Insikt answers to a published site and the board's PDF."""

__version__ = "1.0.0"
