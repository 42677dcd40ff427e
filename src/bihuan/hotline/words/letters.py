"""What somebody wrote in a letter (来信正文): text out of HTML, without the letter that it answers and without a signature.

Careful: only an answer loses what it quotes, and where nothing would be left the text stays as it came.
"""

import re
from html.parser import HTMLParser
from typing import Final

HIDDEN: Final = frozenset({"script", "style", "head", "title", "template"})
BREAKS: Final = frozenset(
    {"br", "p", "div", "li", "tr", "table", "h1", "h2", "h3", "h4", "hr", "section", "blockquote"}
)
LEAST: Final = 2
SIGNATURE_LINES: Final = 12
RULE: Final = r"[-_=—*\s]*"
# The line above a quoted letter, as the mail programs of this country and others write it.
QUOTED: Final = re.compile(
    rf"{RULE}(?:原始邮件|原始信件|回复的原邮件|Original Message|Original){RULE}"
    r"|(?:在|于)?.{4,120}(?:写道|来信说)[:：]"
    r"|On .{6,200} wrote:",
    re.IGNORECASE,
)
SENDER: Final = re.compile(r"[>\s*]*(?:发件人|From)\s*[:：]", re.IGNORECASE)
BESIDE: Final = re.compile(
    r"[>\s*]*(?:发送时间|发送日期|日期|收件人|主题|Sent|Date|To|Subject)\s*[:：]", re.IGNORECASE
)
SENT_FROM: Final = re.compile(r"(?:发自|来自|Sent from)\s*(?:我的|my)?.{0,40}", re.IGNORECASE)
ANSWERS: Final = re.compile(
    r"\s*(?:(?:re|aw|fw|fwd|回复|答复|转发)\s*(?:\[\d+\])?\s*[:：]\s*)+", re.IGNORECASE
)


def text_of_html(html: str) -> str:
    """The words of a page, a line for each block; nothing of scripts and styles."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.pieces).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def written_in(text: str, *, is_answer: bool) -> str:
    """What this writer wrote: without the quoted letter, where it is an answer, and without the signature."""
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    own = _unquoted(lines) if is_answer else lines
    own = _unsigned(own)
    left = "\n".join(own).strip()
    return left if len(left) >= LEAST or is_answer else text.strip()


def bare_subject(subject: str) -> str:
    """The subject without Re:, 回复： and such."""
    return ANSWERS.sub("", subject, count=1).strip() if ANSWERS.match(subject) else subject.strip()


def _unquoted(lines: list[str]) -> list[str]:
    end = next((i for i in range(len(lines)) if _begins_quote(lines, i)), len(lines))
    return [line for line in lines[:end] if not line.lstrip().startswith(">")]


def _begins_quote(lines: list[str], at: int) -> bool:
    line = lines[at].strip()
    if QUOTED.fullmatch(line):
        return True
    if at + 1 < len(lines) and re.match(r"(?:On|在|于) ?.{6,}", line):  # wrapped over two lines
        both = f"{line} {lines[at + 1].strip()}"
        if QUOTED.fullmatch(both) and not QUOTED.fullmatch(lines[at + 1].strip()):
            return True
    return bool(SENDER.match(line)) and any(BESIDE.match(one) for one in lines[at + 1 : at + 5])


def _unsigned(lines: list[str]) -> list[str]:
    """Without what stands below the line `-- `, and without 发自我的手机 at the end."""
    for at in range(len(lines) - 1, max(-1, len(lines) - SIGNATURE_LINES - 2), -1):
        if lines[at] == "--" and any(line.strip() for line in lines[:at]):
            lines = lines[:at]
            break
    while lines and not lines[-1].strip():
        lines = lines[:-1]
    if len(lines) > 1 and SENT_FROM.fullmatch(lines[-1].strip()):
        lines = lines[:-1]
    return lines


class _Reader(HTMLParser):
    """Collects the text of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.hidden = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A block begins on a line of its own."""
        if tag in HIDDEN and not self.hidden:
            self.hidden = tag
        if tag in BREAKS:
            self.pieces.append("\n")
        if tag == "body":
            self.hidden = ""

    def handle_endtag(self, tag: str) -> None:
        """And ends with it."""
        if tag == self.hidden:
            self.hidden = ""
        if tag in BREAKS - {"br"}:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        """Words; line breaks of the source are blanks."""
        if not self.hidden:
            self.pieces.append(data.replace("\n", " "))
