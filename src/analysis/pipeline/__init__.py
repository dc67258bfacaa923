"""The run: stages, what is up to date, notebooks, the run record, putting the site in place."""
