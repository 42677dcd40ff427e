"""How a personal value looks to somebody who may not read it (脱敏), and its normal form for finding it again. Pure."""

import re
import unicodedata

UNSAID = "******"
ELLIPSIS = "***"
PLACE = re.compile(r"^.*?[市盟州县区旗](?:.*?[县区旗市])?")
LONGEST_PLACE = 20


def mask(kind: str, value: str) -> str:
    """138****1234, 张*, z***@example.com, 1411**********1234, city and district; anything else shows nothing."""
    masking = _MASKS.get(kind)
    return masking(value.strip()) if masking else UNSAID


def normal(kind: str, value: str) -> str:
    """The form in which two spellings of the same value are equal: digits of a phone, capitals of an id number."""
    folded = unicodedata.normalize("NFKC", value).strip()
    if kind == "phone":
        digits = re.sub(r"[^0-9]", "", folded)
        return digits[-11:] if re.fullmatch(r"(0086|86)1[0-9]{10}", digits) else digits
    if kind == "mail":
        folded = folded.lower()
    if kind == "id_number":
        folded = re.sub(r"[\s-]", "", folded).upper()
    return unicodedata.normalize("NFKC", " ".join(folded.split()))


def _phone(value: str) -> str:
    digits = normal("phone", value)
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) >= 10 else _ends(digits, 0, 2)


def _name(value: str) -> str:
    return value[:1] + "*" * min(max(len(value) - 1, 1), 3)


def _id_number(value: str) -> str:
    number = normal("id_number", value)
    return _ends(number, 4, 4) if len(number) >= 15 else _ends(number, 0, 2)


def _mail(value: str) -> str:
    name, at, host = value.rpartition("@")
    return f"{name[:1]}***@{host}" if at and name else UNSAID


def _ends(text: str, head: int, tail: int) -> str:
    """The ends of a text; nothing of one that is hardly longer than its ends."""
    if len(text) < 2 * (head + tail):
        return UNSAID
    return text[:head] + "*" * min(len(text) - head - tail, 18) + text[len(text) - tail :]


def _address(value: str) -> str:
    found = PLACE.match(value[:LONGEST_PLACE])
    return (found[0] if found and len(found[0]) < len(value) else "") + ELLIPSIS


_MASKS = {
    "phone": _phone,
    "mail": _mail,
    "name": _name,
    "id_number": _id_number,
    "address": _address,
}
