"""`python -m certificate_service.cli` is `lantai-certificate`."""

import sys

from certificate_service.cli import main

if __name__ == "__main__":
    sys.exit(main())
