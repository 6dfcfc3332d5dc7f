"""Runs an unchanged program on tricolore.

python -m tricolore.dropin [--verify] [--only NAMES] (script | -m module | -c text | -) [arguments ...]
"""

import sys

from tricolore.dropin.runner import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
