"""The report's pages, a module each: what a notebook shows under its headings."""
