"""The hotline's words in what callers are told (告知): the code, and the two links. The texts stand in the matter's file."""

from urllib.parse import quote

from bihuan.hotline.callback_link import callback_token, is_current
from bihuan.hotline.following import follow_code
from bihuan.kernel.matters.outsiders import WORDS, Said, Word, register_word


def register_words() -> None:
    """Let the texts of matters name them; once a process."""
    if "code" in WORDS:
        return
    register_word("code", Word(lambda said: follow_code(said.number), 9))
    register_word("follow", Word(_follow, 38, link=True))
    register_word("callback", Word(_callback, 56, own=True, link=True))


def _follow(said: Said) -> str:
    """Where number and code are typed in; the number stands there already."""
    return f"/12345/follow/?number={quote(said.number)}"


def _callback(said: Said) -> str | None:
    """The link of one callback; nothing once the demand has left it."""
    if not is_current(said.main, said.seq):
        return None
    return f"/12345/callback/{callback_token(said.main, said.seq)}/"
