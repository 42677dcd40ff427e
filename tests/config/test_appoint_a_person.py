"""The first people of an empty installation: made by command, kept apart where their roles exclude each other."""

from pathlib import Path

from tests.config.product import bihuan


def test_a_person_is_made_appointed_and_kept_from_an_excluded_post(tmp_path: Path) -> None:
    assert bihuan(tmp_path, "setup-db").returncode == 0
    made = bihuan(tmp_path, "appoint", "zhang", "张三", "ll-planner")
    assert made.returncode == 0
    assert made.stdout.split()[0] == "zhang"
    refused = bihuan(tmp_path, "appoint", "zhang", "张三", "ll-auditor")
    assert refused.returncode == 1
    assert "三员分立" in refused.stderr
    assert bihuan(tmp_path, "appoint", "li", "李四", "nowhere").returncode == 1
    assert "all agree" in bihuan(tmp_path, "ledger", "verify").stdout
