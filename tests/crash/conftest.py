"""The data directory of the product that is killed."""

from tests.config.conftest import var

__all__ = ["var"]
