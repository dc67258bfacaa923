"""From pages to a finished site: choice of engine, the two engines, pictures for the PDF."""
