"""The parts of a report and the command that makes it: from raw files to a site in place."""
