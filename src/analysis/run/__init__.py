"""Running notebooks: what is up to date, in which order, in kernels that are warm."""

import sys

# With it jsonschema, which nbformat loads, can check addresses in any alphabet: a grammar that
# takes a second to build in every process, for a format that no notebook's schema mentions.
# jsonschema does without when it is missing, as it is here.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
