"""Runs the jobs that are not up to date, in order; notebooks run in warm kernels."""

import sys

# nbformat loads jsonschema, which uses this package, where installed, to check addresses in any
# alphabet. Its grammar takes a second to build in every process, for a format that the schema of
# notebooks never mentions, so jsonschema is made to believe that the package is missing.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
