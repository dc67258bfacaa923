"""Made-up answers for trying the report: a seeded model of an Insikt survey, and its files.

Never Norrtälje's results. The true effects are known (`truth.EFFECTS`), so that tests can ask
whether the success factors find them again.
"""

from analysis.example.files import write
from analysis.example.simulate import simulate

__all__ = ["simulate", "write"]
