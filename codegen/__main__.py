"""`python -m codegen` is the command line `triptych`."""

import sys

from codegen.cli import main

sys.exit(main())
