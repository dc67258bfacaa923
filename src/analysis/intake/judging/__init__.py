"""What is lost or doubtful in a year's answers, held against the limits of ``guards.yml``."""
