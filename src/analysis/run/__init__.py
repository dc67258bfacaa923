"""Runs the jobs that are not up to date, in order; notebooks run in warm kernels."""

import os
import sys

# Every kernel inherits it. Kernels share the processors already: threads that wait for each other
# cost more than they give, and the last digits would depend on how many there are.
os.environ["OPENBLAS_NUM_THREADS"] = "1"

# nbformat loads jsonschema, which uses this package, where installed, to check addresses in any
# alphabet. Its grammar takes a second to build in every process, for a format that the schema of
# notebooks never mentions, so jsonschema is made to believe that the package is missing.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
