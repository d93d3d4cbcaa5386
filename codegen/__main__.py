"""`python -m triptych`, in the repository `python -m codegen`, is the command line `triptych`."""

import sys

from .cli import main

sys.exit(main())
