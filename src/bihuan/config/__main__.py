"""Lets `python -m bihuan.config` stand for the command `bihuan`."""

import sys

from bihuan.config.command import main

sys.exit(main())
