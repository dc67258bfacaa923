"""One cell at a time: its text, its value, its date."""
