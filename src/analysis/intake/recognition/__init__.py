"""What a raw file is, told by its headers."""
