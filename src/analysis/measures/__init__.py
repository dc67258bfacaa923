"""From answers to numbers: indices, totals, uncertainty, disclosure, factors, goals, effects.

Pure functions on frames. Tables that leave this package have passed disclosure control.
"""

from analysis.measures import publish
from analysis.measures.aims import aims
from analysis.measures.background import background
from analysis.measures.cells import indices
from analysis.measures.comparison import comparison, panorama
from analysis.measures.distribution import distribution, response_rates
from analysis.measures.drivers import Drivers, drivers
from analysis.measures.effect import training_effect
from analysis.measures.goal_forecast import goal_forecasts
from analysis.measures.goals import goals
from analysis.measures.plan import activities, of_departments
from analysis.measures.progress import spending
from analysis.measures.requirements import required_rise
from analysis.measures.themes import themes

__all__ = [
    "Drivers",
    "activities",
    "aims",
    "background",
    "comparison",
    "distribution",
    "drivers",
    "goal_forecasts",
    "goals",
    "indices",
    "of_departments",
    "panorama",
    "publish",
    "required_rise",
    "response_rates",
    "spending",
    "themes",
    "training_effect",
]
