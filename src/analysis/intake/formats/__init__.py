"""From bytes to rows of cells, within limits; knows formats but nothing of surveys."""
