"""`python -m studio`."""

import sys

from studio.launch import main

if __name__ == "__main__":
    sys.exit(main())
