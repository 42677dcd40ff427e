"""`bihuan route`: learns from a city's past demands where new ones belong, says it of a table, and measures it."""

from __future__ import annotations

import argparse
import csv
import sys
from pathlib import Path

from bihuan.config.installation import say


def route(words: list[str]) -> int:
    """`bihuan route train|predict|evaluate FILE`: 1 where the rules refuse, said in words."""
    given = _parser().parse_args(words)
    import django

    django.setup()
    from bihuan.kernel.errors import Refusal

    try:
        data = given.file.read_bytes()
    except OSError as error:
        say(f"无法读取 {given.file}：{error.strerror}。请检查路径和权限。")
        return 2
    try:
        given.do(given, data)
    except Refusal as refusal:
        say(str(refusal))
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bihuan route", description=route.__doc__)
    verbs = parser.add_subparsers(required=True, metavar="verb")
    table = "CSV: id,title,text,label (UTF-8 or GB18030)"
    train = verbs.add_parser("train", help="从历史诉求学习（learn from past demands）")
    predict = verbs.add_parser("predict", help="写出 id,label,confidence（say where each belongs）")
    evaluate = verbs.add_parser("evaluate", help="交叉验证（cross-validation）")
    for verb, do in ((train, _train), (predict, _predict), (evaluate, _evaluate)):
        verb.add_argument("file", type=Path, metavar="FILE", help=table)
        verb.set_defaults(do=do)
    for verb in (train, predict):
        verb.add_argument(
            "--model", type=Path, metavar="DIR", help="模型目录; default: this city's own"
        )
    evaluate.add_argument("--folds", type=_folds, default=5, metavar="N", help="2 to 20")
    return parser


def _folds(word: str) -> int:
    if not word.isdecimal() or not 2 <= int(word) <= 20:
        raise argparse.ArgumentTypeError("a whole number from 2 to 20")
    return int(word)


def _train(given: argparse.Namespace, data: bytes) -> None:
    from bihuan.hotline.routing_history import read_history
    from bihuan.hotline.routing_learned import learn_routes, routes_home

    past = read_history(data, given.file.name, labelled=True)
    made = learn_routes(past, given.model or routes_home())
    say(f"已从 {made.demands} 条诉求学习 {len(made.labels)} 个类别；模型 {made.digest[:12]}")


def _predict(given: argparse.Namespace, data: bytes) -> None:
    from bihuan.hotline.routing_history import read_history
    from bihuan.hotline.routing_learned import load_routes, routes_home

    sorter = load_routes(given.model or routes_home())
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(("id", "label", "confidence"))
    for demand in read_history(data, given.file.name, labelled=False):
        label, chance = sorter.sort(demand.title, demand.text)
        out.writerow((demand.number, label, f"{chance:.4f}"))


def _evaluate(given: argparse.Namespace, data: bytes) -> None:
    from bihuan.hotline.routing_history import read_history
    from bihuan.hotline.routing_learned import evaluate_routes

    past = read_history(data, given.file.name, labelled=True)
    card = evaluate_routes(past, given.folds)
    write = sys.stdout.write
    write(f"{given.folds} 折交叉验证, {len(past)} 条（folds, demands）\n")
    write(f"macro F1 {card.macro_f1:.4f}  accuracy {card.accuracy:.4f}\n\n")
    write("label\tprecision\trecall\tF1\tcount\n")
    for one in card.classes:
        numbers = f"{one.precision:.4f}\t{one.recall:.4f}\t{one.f1:.4f}\t{one.count}"
        write(f"{one.label}\t{numbers}\n")
    labels = [one.label for one in card.classes]
    write("\n实际\\判为（truth \\ said）\t" + "\t".join(labels) + "\n")
    for truth in labels:
        row = (str(card.taken_for[truth, said]) for said in labels)
        write(truth + "\t" + "\t".join(row) + "\n")
