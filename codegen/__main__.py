"""`python -m codegen` is the command line `triptych`."""

import sys

from .cli import main

sys.exit(main())
