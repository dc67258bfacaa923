"""Moves what is the municipality's own to another computer, or to a new version of the program.

A package is a zip file with the files as they lie in the project, and a list of them with digests.
"""

from analysis.commands.moving.pack import pack
from analysis.commands.moving.unpack import unpack

__all__ = ["pack", "unpack"]
