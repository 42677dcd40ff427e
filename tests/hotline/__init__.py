"""The hotline: routing, and what else it does beyond the kernel."""
