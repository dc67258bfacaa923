"""The material for the plan's workshops: what stands on the slides, and the decks made of it.

Numbers come from processed tables that have passed disclosure control; nothing is computed here.
"""
