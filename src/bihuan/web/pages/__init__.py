"""One module for each group of pages; each page reads its request, asks the kernel and answers."""
