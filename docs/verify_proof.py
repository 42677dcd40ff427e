#!/usr/bin/env python3
"""Checks the proof of one case against a published checkpoint, without the product and without its database.

    python verify_proof.py PROOF.json --checkpoint CHECKPOINT.json --public-key KEY

PROOF was given to you by whoever runs the ledger. CHECKPOINT and KEY you got another way and earlier (a gazette, a
newspaper, a notary): that is what makes the proof worth something. Standard library of Python 3.10 or newer only; the
signature is checked by the package `cryptography`, or left to you with --without-signature. Exit code 0: all holds;
1: something does not, in words; 2: the files cannot be read. The formats stand in docs/ledger.md.
"""

import argparse
import hashlib
import json
import sys

MASK = 0xFFFFFFFF


class Doubt(Exception):
    """Something does not hold; the text says what."""


def main():
    """Read the arguments, check, print the verdict."""
    parser = argparse.ArgumentParser(description="Check the proof of one case.")
    parser.add_argument("proof")
    parser.add_argument("--checkpoint", required=True, help="the published checkpoint file")
    parser.add_argument("--public-key", required=True, help="64 hexadecimal characters")
    parser.add_argument("--without-signature", action="store_true")
    given = parser.parse_args()
    try:
        proof, published = read(given.proof), read(given.checkpoint)
        check(proof, published, given.public_key, not given.without_signature)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        say(f"cannot be read: {type(error).__name__}: {error}")
        return 2
    except Doubt as doubt:
        say(f"DOES NOT HOLD: {doubt}")
        return 1
    signed = " (signature not checked)" if given.without_signature else ""
    say(
        f"holds: {proof['stream']}, {len(proof['events'])} events, checkpoint {published['number']}{signed}"
    )
    return 0


def check(proof, published, public_key, with_signature=True):
    """Raise Doubt where the proof, the checkpoint or the signature does not hold."""
    if (proof["format"], published["format"]) != ("bihuan-proof/1", "bihuan-checkpoint/1"):
        raise Doubt("this script does not know the format")
    if proof["checkpoint"] != published:
        raise Doubt("the proof is not against the published checkpoint")
    if published["key"] != hashlib.sha256(bytes.fromhex(public_key)).hexdigest()[:16]:
        raise Doubt("the checkpoint was signed with another key")
    if with_signature:
        check_signature(published, public_key)
    algorithm = published["algorithm"]
    head = follow(algorithm, proof["stream"], proof["events"])
    leaf = digest(
        algorithm,
        b"\x00" + "\x1f".join([proof["stream"], str(len(proof["events"])), head]).encode(),
    )
    path = [bytes.fromhex(entry) for entry in proof["path"]]
    if (
        climb(algorithm, leaf, proof["index"], published["streams"], path).hex()
        != published["root"]
    ):
        raise Doubt("the path does not lead from this case to the root of the checkpoint")


def follow(algorithm, stream, texts):
    """The hash of the last event; every text must name this stream, its number and its predecessor's hash."""
    head = ""
    for number, text in enumerate(texts, 1):
        named, event = json.loads(text)
        if canonical([named, event]) != text.encode() or named != algorithm:
            raise Doubt(f"event {number} is not in canonical form")
        if (event["stream"], event["seq"]) != (stream, number):
            raise Doubt(
                f"event {number} is not event {number} of {stream}: one is missing, added or moved"
            )
        if event["prev"] != head:
            raise Doubt(f"event {number} does not follow the one before it")
        head = digest(algorithm, text.encode()).hex()
    if not texts:
        raise Doubt("the proof holds no event")
    return head


def climb(algorithm, leaf, index, count, path):
    """The root that a leaf and its path lead to in a tree of `count` leaves (RFC 6962)."""
    last, rest = count - 1, list(path)
    if not 0 <= index <= last:
        raise Doubt("the place in the tree is none")
    while last > 0:
        if index % 2 or index < last:
            if not rest:
                raise Doubt("the path is too short")
            sibling = rest.pop(0)
            left, right = (sibling, leaf) if index % 2 else (leaf, sibling)
            leaf = digest(algorithm, b"\x01" + left + right)
        index, last = index // 2, last // 2
    if rest:
        raise Doubt("the path is too long")
    return leaf


def check_signature(published, public_key):
    """The Ed25519 signature over the canonical checkpoint without `public_key` and `signature`."""
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError:
        raise Doubt(
            "the signature was not checked: pip install cryptography, or --without-signature"
        ) from None
    content = {k: v for k, v in published.items() if k not in ("public_key", "signature")}
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
        key.verify(bytes.fromhex(published["signature"]), canonical(content))
    except InvalidSignature:
        raise Doubt("the signature of the checkpoint is false") from None


def canonical(value):
    """Sorted keys, no spaces, UTF-8: the one byte form of a JSON value."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def say(text):
    """One line to whoever asked."""
    sys.stdout.write(f"{text}\n")


def read(path):
    """A JSON file."""
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def digest(algorithm, data):
    """SM3 or SHA-256 of bytes."""
    if algorithm == "sha256":
        return hashlib.sha256(data).digest()
    if algorithm != "sm3":
        raise Doubt(f"unknown algorithm {algorithm}")
    try:
        return hashlib.new("sm3", data).digest()
    except ValueError:  # an OpenSSL without SM3
        return sm3(data)


def sm3(data):
    """SM3 (GB/T 32905-2016) in plain Python."""
    length = len(data) * 8
    data += b"\x80" + b"\0" * (-(len(data) + 9) % 64) + length.to_bytes(8, "big")
    state = [
        0x7380166F, 0x4914B2B9, 0x172442D7, 0xDA8A0600,
        0xA96F30BC, 0x163138AA, 0xE38DEE4D, 0xB0FB0E4E,
    ]  # fmt: skip
    for start in range(0, len(data), 64):
        block = compress(state, data[start : start + 64])
        state = [before ^ after for before, after in zip(state, block, strict=True)]
    return b"".join(word.to_bytes(4, "big") for word in state)


def compress(state, block):
    """One round over 64 bytes."""
    w = [int.from_bytes(block[at : at + 4], "big") for at in range(0, 64, 4)]
    for j in range(16, 68):
        x = w[j - 16] ^ w[j - 9] ^ turn(w[j - 3], 15)
        w.append(x ^ turn(x, 15) ^ turn(x, 23) ^ turn(w[j - 13], 7) ^ w[j - 6])
    a, b, c, d, e, f, g, h = state
    for j in range(64):
        constant = 0x79CC4519 if j < 16 else 0x7A879D8A
        one = turn((turn(a, 12) + e + turn(constant, j)) & MASK, 7)
        two = one ^ turn(a, 12)
        ff = a ^ b ^ c if j < 16 else (a & b) | (a & c) | (b & c)
        gg = e ^ f ^ g if j < 16 else (e & f) | (~e & g)
        t1 = (ff + d + two + (w[j] ^ w[j + 4])) & MASK
        t2 = (gg + h + one + w[j]) & MASK
        a, b, c, d = t1, a, turn(b, 9), c
        e, f, g, h = t2 ^ turn(t2, 9) ^ turn(t2, 17), e, turn(f, 19), g
    return [a, b, c, d, e, f, g, h]


def turn(word, places):
    """Rotate 32 bits to the left."""
    places %= 32
    return (word << places | word >> (32 - places)) & MASK if places else word


if __name__ == "__main__":
    sys.exit(main())
