"""Reads a letter as it came (电子邮件): who wrote, what, which files, whether a machine did. Pure; writes nothing.

Nothing that a header says of a charset is believed: what calls itself gb2312 is read as GB18030, raw bytes as UTF-8 or GB18030.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import parseaddr

from bihuan.hotline.told import MAIL
from bihuan.hotline.words.letters import bare_subject, text_of_html, written_in
from bihuan.kernel.cases.evidence import Upload
from bihuan.kernel.errors import N_, Refusal

LONGEST_TEXT = 200_000  # characters of a body that are read
MOST_PARTS = 100
CHINESE = {"gb2312", "gbk", "gb18030", "cp936", "hz-gb-2312", "x-gbk", "gb_2312-80"}
MACHINES = re.compile(r"(?:mailer-daemon|postmaster|no-?reply|do-?not-?reply)@", re.IGNORECASE)
BULK = {"bulk", "list", "junk", "auto_reply"}
MADE_BY = ("X-Autoreply", "X-Autorespond", "List-Id", "List-Unsubscribe", "X-Auto-Response")
ENDINGS = {"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp", "application/pdf": ".pdf"}  # fmt: skip


@dataclass(frozen=True)
class Letter:
    """One letter: `text` is what its writer wrote, `whole` all of it with what it quotes; `shown` are files within the text."""

    key: str
    sender: str
    name: str
    subject: str
    text: str
    whole: str
    answers: str
    files: tuple[Upload, ...]
    shown: frozenset[str]
    is_automatic: bool


def read_letter(raw: bytes, own: str = "") -> Letter:
    """Read a letter; `own` is our own address. Raises a Refusal where nobody can be told to have written it."""
    message = message_from_bytes(raw)
    name, sender = parseaddr(_raw(message, "From"))
    if not MAIL.fullmatch(sender):
        raise Refusal(
            "no_sender",
            N_("信中没有可用的发件地址。"),
            remedy=N_("请人工查看。"),
        )
    answers = f"{_header(message, 'In-Reply-To')} {_header(message, 'References')}".strip()
    subject = _header(message, "Subject")
    whole, files, shown = _parts(message)
    is_answer = bool(answers) or bare_subject(subject) != subject.strip()
    return Letter(
        key=_header(message, "Message-ID").strip(),
        sender=sender,
        name=decoded(name),
        subject=bare_subject(subject),
        text=written_in(whole, is_answer=is_answer),
        whole=whole,
        answers=answers,
        files=files,
        shown=shown,
        is_automatic=_is_automatic(message, sender, own),
    )


def decoded(raw: str) -> str:
    """A header in clear: encoded words of any charset, or raw bytes of an unknown one."""
    try:
        pieces = decode_header(raw)
    except (HeaderParseError, ValueError):
        return _bytes_read(raw.encode("utf-8", "surrogateescape"), "")
    read = []
    for piece, charset in pieces:
        data = piece.encode("utf-8", "surrogateescape") if isinstance(piece, str) else piece
        read.append(_bytes_read(data, charset or ""))
    return "".join(read)


def _raw(message: Message, name: str) -> str:
    """A header as it came, its folding undone; bytes beyond ASCII stand as surrogates."""
    found = next((v for n, v in message.raw_items() if n.lower() == name.lower()), "")
    return re.sub(r"\r?\n[ \t]+", " ", str(found))


def _header(message: Message, name: str) -> str:
    return re.sub(r"[\x00-\x1f\x7f]+", " ", decoded(_raw(message, name)))


def _bytes_read(data: bytes, charset: str) -> str:
    """Bytes as text: by their charset where it reads them, else as UTF-8, else as GB18030 with marks for what is broken."""
    said = charset.lower().strip()
    for name in ("gb18030" if said in CHINESE else said, "utf-8", "gb18030"):
        try:
            return data.decode(name)
        except (LookupError, ValueError):
            continue
    return data.decode("gb18030" if said in CHINESE else "utf-8", "replace")


def _parts(message: Message) -> tuple[str, tuple[Upload, ...], frozenset[str]]:
    """The body, plain before HTML, and the files."""
    plain: list[str] = []
    html: list[str] = []
    files: list[Upload] = []
    shown: set[str] = set()
    for number, part in enumerate(_leaves(message)):
        kind, name = part.get_content_type(), _name(part)
        data = _payload(part)
        is_file = part.get_content_disposition() == "attachment" or bool(name)
        if not is_file and kind in ("text/plain", "text/html"):
            text = _bytes_read(data, str(part.get_content_charset() or ""))
            (plain if kind == "text/plain" else html).append(text)
        elif is_file or kind.startswith(("image/", "audio/")):
            named = name or f"{number}{ENDINGS.get(kind, '')}"
            files.append(Upload(named, io.BytesIO(data)))
            if part.get("Content-ID"):
                shown.add(named)
    text = "\n".join(plain)
    if not text.strip():
        text = text_of_html("\n".join(html)[: LONGEST_TEXT * 5])
    return text[:LONGEST_TEXT], tuple(files), frozenset(shown)


def _leaves(message: Message) -> Iterator[Message]:
    """The parts that hold something; a letter within a letter is a file that cannot be taken, named and left alone."""
    for number, part in enumerate(message.walk()):
        if number >= MOST_PARTS:
            return
        if not part.is_multipart():
            yield part


def _payload(part: Message) -> bytes:
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""


def _name(part: Message) -> str:
    """The file's name: encoded by RFC 2231 or as an encoded word."""
    try:
        name = part.get_filename() or ""
    except (LookupError, ValueError):
        name = ""
    return re.sub(r"[\x00-\x1f\x7f/\\]+", "_", decoded(name)).strip()


def _is_automatic(message: Message, sender: str, own: str) -> bool:
    """Whether a machine wrote it (自动回复、退信、群发): it is never answered, or two machines would write for ever."""
    submitted = _header(message, "Auto-Submitted").strip().lower() or "no"
    path = [v for n, v in message.raw_items() if n.lower() == "return-path"]
    return (
        not submitted.startswith("no")
        or _header(message, "Precedence").strip().lower() in BULK
        or any(name in message for name in MADE_BY)
        or (bool(path) and str(path[0]).strip() in ("<>", ""))
        or message.get_content_type() == "multipart/report"
        or _header(message, "X-Spam-Flag").strip().lower() == "yes"
        or bool(MACHINES.match(sender))
        or (bool(own) and sender.lower() == own.lower())
    )
