"""Starts the product: settings, command line, database cluster, web server. Nobody imports it."""
