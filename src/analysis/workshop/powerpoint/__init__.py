"""PowerPoint files, by python-pptx: the only package that knows that library."""
