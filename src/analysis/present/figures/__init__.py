"""Figures: numbers to Plotly, each with its alt text and data table."""
