"""A model ranks labels, says why and how sure it is, and is the same bytes every time."""

from __future__ import annotations

import json
import random
from pathlib import Path

import numpy as np
import pytest

from bihuan.learning import BadModel, Example, Model, load, store
from bihuan.learning.training import Method, train
from bihuan.learning.weighing import of_hints

SCHOOLS = ("新建普惠性幼儿园", "改扩建农村寄宿制学校", "招聘中小学教师", "开展课后服务")
ROADS = ("新建改建农村公路", "推进高速公路建设", "打通断头路", "整治公路安全隐患")
WATER = ("新建农村供水工程", "治理水土流失", "加固病险水库", "整治河道")
SUBJECTS = {"edu": SCHOOLS, "traffic": ROADS, "water": WATER}


def examples(count: int = 40, seed: int = 1) -> list[Example]:
    dice = random.Random(seed)
    told = []
    for number in range(count):
        label = dice.choice(sorted(SUBJECTS))
        text = (
            f"{dice.choice(SUBJECTS[label])}{dice.randint(2, 90)}项，{dice.choice(SUBJECTS[label])}"
        )
        told.append(Example(text, (label, "finance"), f"{2020 + number % 3}"))
    return told


@pytest.mark.parametrize("method", ["centroid", "margin"])
def test_an_unseen_text_gets_the_label_of_its_like(method: Method) -> None:
    model = train(examples(), method=method)
    assert model.rank("新建幼儿园12所").found[0].label == "edu"
    assert model.rank("修建四好农村公路300公里").found[0].label == "traffic"
    assert model.rank("除险加固水库3座").found[0].label == "water"


def test_evidence_names_the_nearest_example_and_the_telling_words() -> None:
    best = train(examples()).rank("今年新建普惠性幼儿园25所").found[0]
    assert "新建普惠性幼儿园" in best.words
    assert "幼儿园" in best.nearest[0].example.text
    assert best.nearest[0].likeness > 0.3


def test_a_label_that_comes_second_is_found_too_but_behind_the_first() -> None:
    labels = [ranked.label for ranked in train(examples()).rank("新建幼儿园12所").found]
    assert labels.index("edu") < labels.index("finance")


def test_hints_speak_where_there_is_no_example_and_are_never_shown() -> None:
    hints = [Example("老旧小区，住房，物业", ("build",)), Example("幼儿园，学校", ("edu",))]
    best = train([], hints=hints).rank("改造老旧小区100个").found[0]
    assert best.label == "build"
    assert best.nearest == ()


def test_hints_alone_make_the_model_that_they_make_beside_no_example() -> None:
    hints = [
        Example("老旧小区，住房，物业", ("build",)),
        Example("幼儿园，学校，学校", ("edu", "build")),
    ]
    alone, beside = of_hints(hints), train([], hints=hints)
    for name in ("labels", "grams", "certainty", "examples", "method"):
        assert getattr(alone, name) == getattr(beside, name)
    for name in ("idf", "weights", "bias"):
        assert np.allclose(getattr(alone, name), getattr(beside, name), atol=1e-6)
    assert alone.rank("改造老旧小区100个").found[0] == beside.rank("改造老旧小区100个").found[0]
    with pytest.raises(ValueError, match="nothing to learn from"):
        of_hints([])


def test_what_is_like_nothing_known_is_ranked_nowhere() -> None:
    assert train(examples()).rank("AI").found == ()
    assert train(examples()).rank("").certainty == 0


def test_a_clear_case_is_surer_than_an_unclear_one() -> None:
    noise = [Example("推进项目建设", (label,), "2020") for label in ("edu", "traffic", "water")] * 8
    model = train(examples(60) + noise)
    assert model.certainty.held_out == 84
    assert model.rank("新建普惠性幼儿园").certainty > model.rank("推进项目建设").certainty


def test_the_chance_told_is_the_chance_measured_where_years_do_not_repeat() -> None:
    dice = random.Random(3)
    words = [chr(0x4E00 + n) * 2 for n in range(200)]
    told = [
        Example("".join(dice.sample(words, 6)), (dice.choice("abcd"),), str(2020 + n % 4))
        for n in range(200)
    ]
    model = train(told)  # pure noise: nothing can be learned
    chances = [model.rank("".join(dice.sample(words, 6))).certainty for _ in range(50)]
    assert np.mean(chances) < 0.4


def test_the_same_examples_give_the_same_bytes_and_load_ranks_the_same(tmp_path: Path) -> None:
    one, two = (train(examples()) for _ in range(2))
    assert store(one, tmp_path / "a") == store(two, tmp_path / "b")
    for name in sorted(path.name for path in (tmp_path / "a").iterdir()):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    again: Model = load(tmp_path / "a")
    assert again.rank("新建幼儿园12所") == one.rank("新建幼儿园12所")


def test_storing_again_leaves_only_what_is_in_force(tmp_path: Path) -> None:
    store(train(examples()), tmp_path)
    store(train(examples(30)), tmp_path)
    assert len(list(tmp_path.glob("weights-*.npz"))) == 1
    assert len(load(tmp_path).examples) == 30


@pytest.mark.parametrize("damage", ["json", "npz", "missing", "version"])
def test_a_model_that_was_altered_is_refused(tmp_path: Path, damage: str) -> None:
    store(train(examples()), tmp_path)
    head = tmp_path / "model.json"
    weights = next(tmp_path.glob("weights-*.npz"))
    if damage == "json":
        head.write_text(head.read_text().replace('"edu"', '"ude"'))
    elif damage == "npz":
        packed = bytearray(weights.read_bytes())
        packed[len(packed) // 2] ^= 1
        weights.write_bytes(packed)
    elif damage == "missing":
        weights.unlink()
    else:
        head.write_text(json.dumps(json.loads(head.read_text()) | {"version": 99}))
    with pytest.raises(BadModel):
        load(tmp_path)


def test_an_array_that_would_run_code_is_not_unpacked(tmp_path: Path) -> None:
    """Even where the digest was made to fit, objects (pickle) are refused."""
    from bihuan.learning import storing

    model = train(examples())
    store(model, tmp_path)
    head = json.loads((tmp_path / "model.json").read_text())
    path = tmp_path / "evil.npz"
    np.savez(path, idf=np.array([{"a": 1}], dtype=object))
    digest = storing._digest(head["body"], path.read_bytes())
    path.rename(tmp_path / f"weights-{digest[:16]}.npz")
    (tmp_path / "model.json").write_text(json.dumps(head | {"digest": digest}))
    with pytest.raises(BadModel):
        load(tmp_path)


def test_learning_from_nothing_is_said() -> None:
    with pytest.raises(ValueError, match="nothing to learn"):
        train([])
    with pytest.raises(ValueError, match="without a label"):
        train([Example("新建学校", ())])


def test_one_label_alone_is_ranked() -> None:
    model = train([Example("新建学校", ("edu",))], method="margin")
    assert model.rank("学校").found[0].label == "edu"
