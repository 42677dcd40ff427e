"""A year of the hotline at full size (12345全年): hundreds of thousands of demands in several processes, every invariant held."""
