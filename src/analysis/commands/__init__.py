"""The commands besides `report`, and the messages on the terminal."""
