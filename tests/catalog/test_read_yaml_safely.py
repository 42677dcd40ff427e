"""Whatever stands in a file is read as plain values with lines, or refused with one."""

from pathlib import Path

import pytest

from bihuan.kernel.catalog.source import MAX_BYTES, Source, read_source


def read(tmp_path: Path, content: str | bytes) -> tuple[Source | None, list[str]]:
    path = tmp_path / "x.yaml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    source, problems = read_source(path, "x.yaml")
    return source, [str(problem) for problem in problems]


def refused(tmp_path: Path, content: str | bytes) -> str:
    source, problems = read(tmp_path, content)
    assert source is None
    assert len(problems) == 1
    return problems[0]


def test_scalars_are_taken_as_they_are_written(tmp_path: Path) -> None:
    text = (
        "a: no\nb: 08:30\nc: 2023-01-01\nd: 3.5\ne: 012\nf: 12\ng: true\nh:\ni: '12'\nj: \"true\"\n"
    )
    source, _ = read(tmp_path, text)
    assert source is not None
    assert source.value == {
        "a": "no", "b": "08:30", "c": "2023-01-01", "d": "3.5", "e": "012",
        "f": 12, "g": True, "h": None, "i": "12", "j": "true",
    }  # fmt: skip


def test_each_path_knows_its_line(tmp_path: Path) -> None:
    source, _ = read(tmp_path, "# note\nunits:\n  - code: a\n    name: b\n  - code: c\n")
    assert source is not None
    assert source.line(("units", 0, "name")) == 4
    assert source.line(("units", 1, "code")) == 5
    assert source.line(("units", 1, "parent")) == 5, "the nearest part that is there"
    assert source.line(("units", 7)) == 2


def test_a_duplicate_key_is_named_with_both_lines(tmp_path: Path) -> None:
    _, problems = read(tmp_path, "a: 1\nb:\n  c: 1\n  d: 2\n  c: 3\na: 4\n")
    assert [p.split(" ")[0] for p in problems] == ["x.yaml:5:", "x.yaml:6:"]
    assert "第 3 行已有" in problems[0]


def test_an_alias_repeats_what_was_marked(tmp_path: Path) -> None:
    source, problems = read(tmp_path, "a: &x {b: 1}\nc: *x\n")
    assert source is not None
    assert (source.value, problems) == ({"a": {"b": 1}, "c": {"b": 1}}, [])


def test_aliases_that_grow_are_refused(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    assert refused(tmp_path, "\n".join(lines)).startswith("x.yaml:5: 内容展开后超过")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a: 1\nb: *x\n", "x.yaml:2: 引用 *x 之前没有 &x"),
        ("a: 1\nb: &x [*x]\n", "x.yaml:2: 引用 *x 之前没有 &x"),
        ("a: 1\nb: !!python/object:os.system 1\n", "x.yaml:2: 不允许使用标签"),
        ("a: &x {b: 1}\nc:\n  <<: *x\n", "x.yaml:3: 不允许用 << 合并"),
        ("a: 1\n? [b]\n: 2\n", "x.yaml:2: 键必须是简单文字"),
        ("a: 1\n---\nb: 1\n", "x.yaml:2: 一个文件只能有一份内容"),
        ("a: 1\nb: [1, 2\n", "x.yaml:3: YAML 写法有误"),
        ("a: 1\n\tb: 1\n", "x.yaml:2: YAML 写法有误"),
        ("a: 1\nb: \x07\n", "x.yaml:2: 含有控制字符 U+0007"),
        ("a: 1\nb: 0\x85\n", "x.yaml:2: 含有控制字符 U+0085"),
        ("# nothing\n", "x.yaml:1: 文件是空的"),
        ("a: 1\nb: " + "[" * 40 + "]" * 40, "x.yaml:2: 嵌套超过 30 层"),
        ("a: " + "x" * MAX_BYTES, "x.yaml:1: 文件超过 1000 KB"),
    ],
)
def test_what_cannot_be_trusted_is_refused_with_its_line(
    tmp_path: Path, text: str, says: str
) -> None:
    assert refused(tmp_path, text).startswith(says)


def test_other_encodings_are_named(tmp_path: Path) -> None:
    gb = refused(tmp_path, b"a: 1\n" + "名称: 吕梁".encode("gb18030"))
    assert gb.startswith("x.yaml:2: 不是 UTF-8 编码（看来是 GB18030/GBK）")
    assert "UTF-16" in refused(tmp_path, "a: 吕".encode("utf-16"))


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    source, _ = read(tmp_path, "\ufeffa: 1\n")
    assert source is not None
    assert source.value == {"a": 1}


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    source, problems = read_source(tmp_path / "no.yaml", "no.yaml")
    assert source is None
    assert str(problems[0]).startswith("no.yaml:1: 缺少这个文件")


def test_a_folder_in_place_of_a_file_is_named(tmp_path: Path) -> None:
    _, problems = read_source(tmp_path, "x.yaml")
    assert "文件无法读取" in str(problems[0])
