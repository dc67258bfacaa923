"""Guards a finished site: no respondent and no single answer may leave the machine."""
