"""`bihuan route`: learns from a table of past demands, says where those of another belong, and measures itself."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from bihuan.config.route import route
from bihuan.hotline.routing_learned import scorecard

SUBJECTS = {
    "环境": ("工厂夜里偷排废气，气味刺鼻", "污水直接排进河里", "工地扬尘大，空气呛人"),
    "教育": ("学校乱收补课费", "孩子入学没有学位", "老师布置作业太多"),
    "交通": ("公交车不按站停靠", "公路坑洼多年不修", "出租车拒载乱要价"),
}
HEAD = "id,title,text,label\n"


def table(tmp_path: Path, name: str = "past.csv", encoding: str = "utf-8") -> Path:
    rows = [
        f'{number},,"{number}号反映：{text},请处理",{label}\n'
        for number in range(8)
        for label, texts in SUBJECTS.items()
        for text in texts
    ]
    path = tmp_path / name
    path.write_bytes((HEAD + "".join(rows)).encode(encoding))
    return path


def run(*words: object) -> int:
    return route([str(word) for word in words])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_what_was_learned_says_where_each_row_belongs_in_the_order_of_the_table(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], encoding: str
) -> None:
    assert run("train", table(tmp_path, encoding=encoding), "--model", tmp_path / "m") == 0
    asked = tmp_path / "asked.csv"
    asked.write_text(
        "text,id\n河里有污水,b\n孩子没有学位,a\n公交车不停站,\n,空\n", encoding="utf-8"
    )
    assert run("predict", asked, "--model", tmp_path / "m") == 0
    rows = list(csv.reader(io.StringIO(capsys.readouterr().out)))
    assert rows[0] == ["id", "label", "confidence"]
    assert [row[:2] for row in rows[1:4]] == [["b", "环境"], ["a", "教育"], ["", "交通"]]
    assert rows[4][0] == "空"
    assert all(0 <= float(row[2]) <= 1 for row in rows[1:])


def test_the_same_past_gives_the_same_bytes_and_no_text_of_it_is_kept(tmp_path: Path) -> None:
    past = table(tmp_path)
    for home in ("one", "two"):
        assert run("train", past, "--model", tmp_path / home) == 0
    one, two = (sorted((tmp_path / home).iterdir()) for home in ("one", "two"))
    assert [p.name for p in one] == [p.name for p in two]
    assert [p.read_bytes() for p in one] == [p.read_bytes() for p in two]
    kept = json.dumps(json.loads((tmp_path / "one" / "model.json").read_text()), ensure_ascii=False)
    assert "废气" in kept  # words are kept
    assert "工厂夜里偷排废气" not in kept


def test_evaluation_tells_the_score_of_each_class_and_what_was_taken_for_what(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("evaluate", table(tmp_path), "--folds", 4) == 0
    said = capsys.readouterr().out
    assert "macro F1 1.0000" in said
    assert "环境\t1.0000\t1.0000\t1.0000\t24" in said
    assert "交通\t24\t0\t0" in said


def test_the_macro_mean_counts_each_class_the_same() -> None:
    card = scorecard(["a", "a", "a", "b"], ["a", "a", "b", "b"])
    assert card.accuracy == 0.75
    assert card.macro_f1 == pytest.approx((0.8 + 2 / 3) / 2)
    assert scorecard(["a", "b"], ["a", "a"]).macro_f1 == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"id,title,label\n1,a,b\n", "缺少列：text"),
        (b"id,text,label,label\n1,a,b,c\n", "重复的列：label"),
        (HEAD.encode(), "没有数据"),
        (b"", "缺少列"),
        ((HEAD + "1,,有内容,环境\n2,,有内容,\n").encode(), "第 3 行没有 label"),
        ((HEAD + "1,,有内容,环境\n\n2,有内容,环境\n").encode(), "第 4 行有 3 列"),
        ((HEAD + "1,,,环境\n").encode(), "第 2 行没有 title 和 text"),
        ((HEAD + "1,,有内容,环境\n").encode(), "太少"),
        ((HEAD + '1,,"没有收尾,环境\n').encode(), "不是完整的 CSV"),
        (HEAD.encode() + b"1,,\xff\xff,x\n", "第 2 行既不是 UTF-8"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused_with_its_rows(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], data: bytes, said: str
) -> None:
    path = tmp_path / "past.csv"
    path.write_bytes(data)
    assert run("train", path, "--model", tmp_path / "m") == 1
    assert said in capsys.readouterr().err
    assert not (tmp_path / "m").exists()


def test_asking_without_a_model_says_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("predict", table(tmp_path), "--model", tmp_path / "none") == 1
    assert "bihuan route train" in capsys.readouterr().err


def test_an_altered_model_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    past, home = table(tmp_path), tmp_path / "m"
    assert run("train", past, "--model", home) == 0
    model = home / "model.json"
    model.write_text(model.read_text().replace('"sharpness":', '"sharpness":1'), encoding="utf-8")
    assert run("predict", past, "--model", home) == 1
    assert "altered" in capsys.readouterr().err
