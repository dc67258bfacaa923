"""What a report consists of, and making it: from raw files to a site in place."""
