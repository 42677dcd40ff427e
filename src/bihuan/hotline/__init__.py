"""The 12345 hotline (政务服务便民热线): what its matters need beyond the kernel. The words of its texts are in `words`."""
