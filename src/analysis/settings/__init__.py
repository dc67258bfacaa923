"""The configuration in ``config/`` as typed, checked, immutable values.

`load` reads all files and reports every problem at once, in Swedish, with file, line and key.
Answers and pages are unknown here.
"""

from analysis.settings.loading import CONFIG_FILES, Settings, load
from analysis.settings.model import Sourced
from analysis.settings.plan import Activity, Baseline, Goal, Plan, Recurring, Step
from analysis.settings.questionnaire import Area, Background, Factor, Item, Questionnaire
from analysis.settings.report import Municipality, Report
from analysis.settings.rules import GradeBand, Rules, TotalDefinition

__all__ = [
    "CONFIG_FILES",
    "Activity",
    "Area",
    "Background",
    "Baseline",
    "Factor",
    "Goal",
    "GradeBand",
    "Item",
    "Municipality",
    "Plan",
    "Questionnaire",
    "Recurring",
    "Report",
    "Rules",
    "Settings",
    "Sourced",
    "Step",
    "TotalDefinition",
    "load",
]
