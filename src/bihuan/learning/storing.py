"""Keeps a model in a directory: model.json and weights.npz, no pickle, with version and digest."""

from __future__ import annotations

import hashlib
import io
import json
import os
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from bihuan.learning.fields import FIELDS
from bihuan.learning.model import Certainty, Example, Model, Postings
from bihuan.learning.sorter import Sorter

FORMAT = "bihuan.learning"
VERSION = 1
FORMAT_OF_SORTERS = "bihuan.learning.sorter"
M = TypeVar("M")


class BadModel(Exception):
    """The directory holds no model that can be used; the text says what is wrong."""


def store(model: Model, directory: Path) -> str:
    """Write the model and return its digest; a reader sees the old model or the new one, never half of one."""
    body = {
        "method": model.method,
        "labels": model.labels,
        "grams": model.grams,
        "examples": [asdict(example) for example in model.examples],
        "certainty": asdict(model.certainty),
        "notes": model.notes,
    }
    arrays = {
        "idf": model.idf,
        "weights": model.weights,
        "bias": model.bias,
        "starts": model.postings.starts,
        "rows": model.postings.rows,
        "values": model.postings.values,
    }
    return _keep(directory, FORMAT, body, arrays)


def load(directory: Path) -> Model:
    """The model kept in a directory; raises BadModel where a file is missing, altered or of another version."""
    return _kept(directory, FORMAT, _model)


def store_sorter(sorter: Sorter, directory: Path) -> str:
    """Write the sorter and return its digest, as `store` does."""
    body = {
        "labels": sorter.labels,
        "vocabulary": dict(sorter.vocabulary),
        "sharpness": sorter.sharpness,
        "notes": dict(sorter.notes),
    }
    arrays = {"idf": sorter.idf, "weights": sorter.weights, "bias": sorter.bias}
    return _keep(directory, FORMAT_OF_SORTERS, body, arrays)


def load_sorter(directory: Path) -> Sorter:
    """The sorter kept in a directory; raises BadModel as `load` does."""
    return _kept(directory, FORMAT_OF_SORTERS, _sorter)


def _keep(directory: Path, form: str, body: dict[str, Any], arrays: dict[str, Any]) -> str:
    directory.mkdir(parents=True, exist_ok=True)
    stream = io.BytesIO()
    np.savez_compressed(stream, **arrays)
    packed = stream.getvalue()
    digest = _digest(body, packed)
    head = {"format": form, "version": VERSION, "digest": digest, "body": body}
    # The weights carry their digest in their name, so that model.json alone decides which are in force.
    _write(directory / f"weights-{digest[:16]}.npz", packed)
    _write(directory / "model.json", _json(head))
    for other in directory.glob("weights-*.npz"):
        if other.name != f"weights-{digest[:16]}.npz":
            other.unlink(missing_ok=True)
    return digest


def _kept(directory: Path, form: str, made: Callable[[dict[str, Any], dict[str, Any]], M]) -> M:
    try:
        head = json.loads((directory / "model.json").read_text(encoding="utf-8"))
        if head["format"] != form or head["version"] != VERSION:
            raise BadModel(f"{directory}: {head['format']} version {head['version']} is not read")
        body, digest = head["body"], str(head["digest"])
        packed = (directory / f"weights-{digest[:16]}.npz").read_bytes()
        if _digest(body, packed) != digest:
            raise BadModel(f"{directory}: the digest does not fit; the files were altered")
        with np.load(io.BytesIO(packed), allow_pickle=False) as arrays:
            return made(body, dict(arrays))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadModel(f"{directory}: {error}") from error


def _sorter(body: dict[str, Any], arrays: dict[str, Any]) -> Sorter:
    labels = tuple(body["labels"])
    vocabulary = {name: tuple(body["vocabulary"][name]) for name in FIELDS}
    if arrays["weights"].shape != (sum(map(len, vocabulary.values())), len(labels)):
        raise ValueError("the weights do not fit the labels")
    return Sorter(
        labels, vocabulary, arrays["idf"], arrays["weights"], arrays["bias"],
        float(body["sharpness"]), body["notes"],
    )  # fmt: skip


def _model(body: dict[str, Any], arrays: dict[str, Any]) -> Model:
    labels, grams = tuple(body["labels"]), tuple(body["grams"])
    if arrays["weights"].shape != (len(grams), len(labels)):
        raise ValueError("the weights do not fit the labels")
    return Model(
        method=body["method"],
        labels=labels,
        grams=grams,
        idf=arrays["idf"],
        weights=arrays["weights"],
        bias=arrays["bias"],
        examples=tuple(
            Example(e["text"], tuple(e["labels"]), e["when"], e["weight"]) for e in body["examples"]
        ),
        postings=Postings(arrays["starts"], arrays["rows"], arrays["values"]),
        certainty=Certainty(**body["certainty"]),
        notes=body["notes"],
    )


def _digest(body: dict[str, Any], arrays: bytes) -> str:
    return hashlib.sha256(_json(body) + b"\0" + arrays).hexdigest()


def _json(value: object) -> bytes:
    return json.dumps(
        value, ensure_ascii=True, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode()


def _write(path: Path, data: bytes) -> None:
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    unfinished.write_bytes(data)
    unfinished.replace(path)
