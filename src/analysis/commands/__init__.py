"""The commands beside `report`: what they look at and print."""
