"""The real product with one program's key: for tests that need a server, its workers and its database. Holds no test."""

import re
from pathlib import Path

from tests.config.product import Product, bihuan

POST = "ll-planner"
COMMITMENT: dict[str, object] = {
    "title": "建设普惠性幼儿园25所", "text": "建设普惠性幼儿园25所", "kind": "target",
    "deadline": "2023-12-31", "inspection": "ll-inspection",
}  # fmt: skip


def start_with_key(var: Path, port: int, **extra: str) -> tuple[Product, str]:
    """Start the product in an empty directory and make a key of the plan office; returns it with the token."""
    product = Product.start(var, port, **extra)
    for words in (("appoint", "planner", "计划员", POST), ("api-key", "planner", POST, "测试程序")):
        done = bihuan(var, *words)
        assert done.returncode == 0, done.stderr
    token = done.stdout.strip()
    assert re.fullmatch(r"bihuan_[0-9a-f]{8}_[\w-]{43}", token), token
    return product, token
