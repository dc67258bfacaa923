"""Guarding what leaves the machine: secrets in the finished site, and numbers that add up."""
