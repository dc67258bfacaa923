"""From executed notebooks to a finished site, checked and put in place."""
