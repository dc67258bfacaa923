"""Official values: of files, of the project's collection, and from Kolada."""
