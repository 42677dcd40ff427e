"""What people see: pages, templates, static files. Writes cases only through the kernel's one door."""
