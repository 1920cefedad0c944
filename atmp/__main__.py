"""`python -m atmp` is `atmp`."""

import sys

from atmp.program import main

sys.exit(main())
