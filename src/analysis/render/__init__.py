"""Pages to a finished site: which engine, the two engines, the pictures for the PDF."""
