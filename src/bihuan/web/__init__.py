"""What people see: pages, templates, static files. Writes only through the kernel's one door."""
