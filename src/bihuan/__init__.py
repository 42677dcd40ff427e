"""Bihuan (闭环): compiles a government work report into commitments and follows them to the end."""
