"""From bytes to rows of cells, within limits; surveys are unknown here."""
