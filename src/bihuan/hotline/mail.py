"""Takes letters in (电子邮件受理): a letter becomes a demand, an answer to ours is added to the demand that it is about.

The Maildir is the truth: a letter leaves it only once what it says is stored, and is known again by its Message-ID when a
crash came between. It then lies in a folder beside: `.taken` for a while, `.automatic`, or `.failed` with the reason as its
first line, for a person to look at. No address is logged.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from email.errors import MessageError
from pathlib import Path

from bihuan.hotline.following import add, follow_code, followed_case
from bihuan.hotline.intake import FILES, MATTER, register
from bihuan.hotline.limits import TooOften
from bihuan.hotline.mail_reading import Letter, read_letter
from bihuan.hotline.maildir import letters_in, move, prune
from bihuan.hotline.online import online_desk
from bihuan.hotline.pictures import unfit_pictures
from bihuan.hotline.told import LEAST, LONGEST_TITLE, Told
from bihuan.hotline.words.clean import TooLong, clean
from bihuan.kernel.cases.city import matter_now
from bihuan.kernel.cases.evidence import MEGABYTE, Upload, unfit
from bihuan.kernel.cases.models import Case
from bihuan.kernel.errors import FormRefusal, NoSuchCase, NotNow, Refusal
from bihuan.kernel.matters.fields import FieldDefinition
from bihuan.kernel.privacy.master import keyed_digest
from bihuan.kernel.privacy.models import PersonalValue
from bihuan.kernel.privacy.sealing import lookup_of

MOST_BYTES = 50 * MEGABYTE
PIECE, MOST_PIECES = 3800, 5
LONGEST_NAME = 40
OURS = re.compile(r"<([A-Z]{1,6}[0-9]{4}-[0-9]{5,9})/[0-9]+/v([0-9a-f]{32})@")
NUMBER = re.compile(r"(?<![A-Za-z])[A-Z]{1,6}[0-9]{4}-[0-9]{5,9}(?![0-9])")
UNREADABLE = (MessageError, ValueError, LookupError, TypeError, AttributeError, RecursionError)
# Words of a subject that say what it is; nothing else is guessed, and the operator may change it.
KINDS: Mapping[str, str] = {
    "表扬": "praise", "感谢": "praise", "投诉": "complaint", "举报": "complaint", "建议": "suggestion",
    "咨询": "consult", "请问": "consult",
}  # fmt: skip

REPORTS = "举报"  # whoever reports wrongdoing stays unknown to the units


def take_mail(
    directory: Path, *, now: datetime, own: str = "", keep_days: int = 30
) -> Counter[str]:
    """Take every letter that lies in a Maildir; how many were registered, added, known, automatic, partly, failed, left.

    Who writes more often than agreed is left until later. `own` is the address of our own letters. A letter that
    meets a bug stays and holds up none behind it: the first such error is raised at the end.
    """
    done: Counter[str] = Counter()
    busy: set[str] = set()
    errors: list[Exception] = []
    for path in letters_in(directory):
        try:
            done[_take(path, directory, busy, own, now)] += 1
        except Exception as error:
            errors.append(error)
    prune(directory, keep_days, now)
    del done[""]
    if errors:
        raise errors[0]
    return done


def _take(path: Path, directory: Path, busy: set[str], own: str, now: datetime) -> str:
    """One letter, and what became of it; empty where somebody else was faster."""
    try:
        if path.stat().st_size > MOST_BYTES:
            return move(path, directory, "failed", now, reason="larger than 50 MB")
        raw = path.read_bytes()
    except FileNotFoundError:
        return ""
    try:
        letter = read_letter(raw, own)
        if letter.sender in busy:
            return "left"
        if letter.is_automatic:
            return move(path, directory, "automatic", now)
        what, case, missing = _stored(letter, _key(letter, raw), now)
    except TooOften:
        busy.add(letter.sender)
        return "left"
    except FormRefusal as refusal:
        reason = "; ".join(str(problem) for problem in refusal.problems)
        return move(path, directory, "failed", now, reason=reason)
    except Refusal as refusal:
        return move(path, directory, "failed", now, reason=str(refusal))
    except UNREADABLE as error:
        return move(path, directory, "failed", now, reason=f"unreadable: {type(error).__name__}")
    if missing:
        move(path, directory, "failed", now, reason=f"{case.number} {missing}")
        return "partly"
    return move(path, directory, "taken", now) and what


def _stored(letter: Letter, key: str, now: datetime) -> tuple[str, Case, str]:
    """Add the letter to the demand that it answers, or register it; what was not taken of it, in words."""
    case = _answered(letter, now)
    if case is not None:
        try:
            return _added(case, letter, key, now)
        except (
            NotNow
        ):  # the demand has ended or was joined: what is said now begins anew, and names it
            return _registered(letter, key, now, about=case.number)
    return _registered(letter, key, now)


def _registered(letter: Letter, key: str, now: datetime, about: str = "") -> tuple[str, Case, str]:
    field = matter_now(MATTER)[0].fields[FILES]
    files, left = _fitting(letter, FILES, field)
    first, *more = _pieces(_content(letter, about, files), _omitted(left))
    name = "" if "@" in letter.name or len(letter.name) > LONGEST_NAME else letter.name
    told = Told(
        content=first, kind=_kind(letter.subject), title=_shortened(letter.subject), channel="mail",
        identity="confidential" if REPORTS in letter.subject else "open",
        name=name, mail=letter.sender, network=f"mail:{letter.sender.lower()}",
    )  # fmt: skip
    desk = online_desk(now)
    case = register(told, desk, now=now, files=files, key=key)
    what = "known" if case.is_repeated else "registered"
    missing = _more(case, more, key, now)
    return what, case, " ".join(filter(None, (_omitted(left), missing)))


def _added(case: Case, letter: Letter, key: str, now: datetime) -> tuple[str, Case, str]:
    field = matter_now(MATTER)[0].actions["add"].form[FILES]
    files, left = _fitting(letter, FILES, field)
    words = letter.text or ("见附件" if files else "")
    first, *more = _pieces(words, _omitted(left))
    moved = add(case, first, files, online_desk(now), now=now, key=f"{key}:add")
    missing = _more(case, more, key, now)
    what = "known" if moved.is_repeated else "added"
    return what, case, " ".join(filter(None, (_omitted(left), missing)))


def _more(case: Case, pieces: Sequence[str], key: str, now: datetime) -> str:
    """Add the rest of a long letter, piece by piece; says how much was too much."""
    for number, words in enumerate(pieces[: MOST_PIECES - 1], 2):
        add(case, words, (), online_desk(now), now=now, key=f"{key}:{number}")
    beyond = sum(len(words) for words in pieces[MOST_PIECES - 1 :])
    return f"余下 {beyond} 字未登记" if beyond else ""


def _answered(letter: Letter, now: datetime) -> Case | None:
    """The demand that a letter answers: by our letter's own id and the address that it went to, or by number and code."""
    for number, value in OURS.findall(letter.answers):
        known = PersonalValue.objects.filter(
            pk=value, stream=number, lookup=lookup_of("mail", letter.sender)
        )
        if known.exists():
            return Case.objects.filter(number=number, matter=MATTER).first()
    said = f"{letter.subject}\n{letter.whole}"
    for number in list(dict.fromkeys(NUMBER.findall(said)))[:3]:
        code = follow_code(number)
        if code in said or code.replace("-", "") in said:
            try:
                return followed_case(number, code, f"mail:{letter.sender.lower()}", now=now)
            except (NoSuchCase, Refusal):
                continue
    return None


def _content(letter: Letter, about: str, files: Sequence[Upload]) -> str:
    text = letter.text
    if len(text) < LEAST:
        text = "\n".join(filter(None, (letter.subject, text)))
    if len(text) < LEAST and files:
        text = f"{text}（来信没有写明内容，见附件）"
    return f"（来信回复已结束的诉求 {about}）\n{text}" if about else text


def _pieces(text: str, note: str) -> list[str]:
    """The text in pieces that a demand takes; at least one."""
    cleaned = clean(text, len(text) + 1)
    plain = text if isinstance(cleaned, TooLong) else cleaned.text
    if len(plain) <= PIECE:
        return [f"{plain}\n（{note}）" if note and plain else plain]
    pieces = [plain[at : at + PIECE] for at in range(0, len(plain), PIECE)]
    pieces[0] += f"\n（来信共 {len(plain)} 字，余下见补充）" + (f"（{note}）" if note else "")
    return pieces


def _fitting(letter: Letter, name: str, field: FieldDefinition) -> tuple[list[Upload], list[str]]:
    """The files that may be taken, and the names of those that may not; small pictures of the text itself go unnamed."""
    good: list[Upload] = []
    left: list[str] = []
    for upload in letter.files:
        wrong = unfit(name, field, upload) or unfit_pictures(name, (upload,))
        if not wrong and len(good) < (field.max or 1):
            good.append(upload)
        elif not (wrong and upload.name in letter.shown):
            left.append(upload.name[-80:])
    return good, left


def _omitted(names: Sequence[str]) -> str:
    """Names of files that were left out, a few of them."""
    more = f" 等 {len(names)} 个" if len(names) > 3 else ""
    return f"附件未收：{'、'.join(names[:3])}{more}" if names else ""


def _kind(subject: str) -> str:
    return next((kind for word, kind in KINDS.items() if word in subject), "help")


def _shortened(subject: str) -> str:
    cleaned = clean(subject, len(subject) + 1)
    text = subject if isinstance(cleaned, TooLong) else cleaned.text
    return text if len(text) <= LONGEST_TITLE else f"{text[: LONGEST_TITLE - 1]}…"


def _key(letter: Letter, raw: bytes) -> str:
    """Known again by whom it is from and its Message-ID; without one by all its bytes."""
    told = f"{letter.sender.lower()}\0{letter.key}".encode() if letter.key else raw
    return f"mail:{keyed_digest('mail', told)}"
