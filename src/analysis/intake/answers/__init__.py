"""Tables of answers to clean answers; rejects with reasons."""
