"""What every notebook imports."""
