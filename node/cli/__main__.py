"""`python -m node.cli`, for the pages that `serve` starts beside itself."""

import sys

from node.cli import main

sys.exit(main())
