"""Numbers to what a reader sees: figures, tables, Swedish text, the bundle that notebooks show."""
