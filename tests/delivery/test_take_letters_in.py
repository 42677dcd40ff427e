"""A resident writes a letter: over a real mail server into a Maildir, by the real command into a demand, and back."""

import mailbox as mailboxes
import re
import smtplib
from collections.abc import Iterator
from email.message import EmailMessage
from email.utils import make_msgid
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Mailbox as Delivering
from pytest_django import Settings

from bihuan.config import jobs
from bihuan.hotline.following import follow_code
from bihuan.hotline.intake import register
from bihuan.hotline.mail import take_mail
from bihuan.hotline.maildir import letters_in
from bihuan.kernel.cases.models import Case, Evidence
from bihuan.kernel.cases.personal import erase
from bihuan.kernel.ledger.models import Event
from tests.cast import Cast
from tests.config.product import bihuan, free_port
from tests.delivery.conftest import Mailbox
from tests.delivery.running import Workers, eventually
from tests.delivery.test_tell_persons_outside import sent
from tests.hotline.conftest import Hall, photo

WRITER, DESK = "li.si@example.com", "bihuan@city.example"
WORDS = "滨河北路与久安路口的路灯坏了三天，晚上很黑，希望尽快修好。"


def letter(text: str = WORDS, subject: str = "路灯坏了", **headers: str) -> EmailMessage:
    """A letter of a resident."""
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = subject, f"李四 <{WRITER}>", DESK
    message["Message-ID"] = make_msgid(domain="example.com")
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message


class Desk:
    """A Maildir, and what is taken from it."""

    def __init__(self, hall: Hall, place: Path) -> None:
        self.hall, self.place = hall, place
        self.box = mailboxes.Maildir(place, create=True)

    def lay(self, *letters: EmailMessage | bytes) -> None:
        """Deliver letters."""
        for one in letters:
            self.box.add(one)

    def take(self, **later: float) -> dict[str, int]:
        """Take what waits, a minute later."""
        now = self.hall.cast.later(**(later or {"minutes": 1}))
        return dict(take_mail(self.place, now=now, own=DESK))

    def taken(self, *letters: EmailMessage | bytes) -> dict[str, int]:
        """Deliver letters and take them."""
        self.lay(*letters)
        return self.take()

    def kept(self, folder: str) -> list[bytes]:
        """The letters of a folder beside."""
        place = self.place / f".{folder}" / "new"
        return [p.read_bytes() for p in sorted(place.iterdir())] if place.is_dir() else []

    def waiting(self) -> int:
        """How many still wait."""
        return len(list((self.place / "new").iterdir()))


@pytest.fixture
def desk(cast: Cast, tmp_path: Path) -> Desk:
    """A hotline that letters are written to."""
    return Desk(Hall(cast), tmp_path / "maildir")


def only() -> Case:
    """The one demand there is."""
    return Case.objects.get(matter="hotline.demand")


@pytest.fixture
def post_office(tmp_path: Path) -> Iterator[tuple[int, Path]]:
    """A mail server that delivers into a Maildir."""
    place, port = tmp_path / "post", free_port()
    controller = Controller(Delivering(place), hostname="127.0.0.1", port=port)
    controller.start()
    yield port, place
    controller.stop()


def posted(port: int, message: EmailMessage) -> None:
    """Hand a letter in."""
    with smtplib.SMTP("127.0.0.1", port) as line:
        line.send_message(message)


@pytest.mark.usefixtures("town")
def test_a_letter_is_answered_with_number_and_code_and_the_answer_is_added(
    workers: Workers, mailbox: Mailbox, post_office: tuple[int, Path]
) -> None:
    port, place = post_office
    workers.settings["BIHUAN_MAILDIR"] = str(place)
    posted(port, letter())

    done = bihuan(workers.var, "mail", "take", "--maildir", str(place), **workers.settings)
    assert (done.returncode, done.stdout) == (0, "registered\t1\n"), done.stderr
    case = only()
    assert (case.title, case.data["content"], case.data["channel"]) == ("路灯坏了", WORDS, "mail")
    workers.start()
    eventually(lambda: bool(mailbox.letters))
    answer = mailbox.letters[0]
    assert answer["To"] == WRITER
    assert case.number in answer.get_content()
    assert re.search(r"查询码[2-9A-Z]{4}-[2-9A-Z]{4}。", answer.get_content())
    assert "可直接回复此信" in answer.get_content()

    back = letter(
        "还是不亮。\n\n> 您的诉求已登记",
        f"Re: {answer['Subject']}",
        In_Reply_To=answer["Message-ID"],
    )
    posted(port, back)
    done = bihuan(workers.var, "mail", "take", **workers.settings)
    assert done.stdout == "added\t1\n", done.stderr
    added = Event.objects.get(stream=case.number, action="add")
    assert added.content["given"] == {"words": "还是不亮。"}
    assert WRITER not in done.stderr


@pytest.mark.django_db
class TestTaking:
    """What becomes of each kind of letter."""

    def test_the_same_letter_delivered_twice_is_one_demand(self, desk: Desk) -> None:
        message = letter()
        assert desk.taken(message, message) == {"registered": 1, "known": 1}
        assert desk.taken(message) == {"known": 1}
        assert only().data["kind"] == "help"

    def test_a_crash_before_the_letter_is_moved_leaves_one_demand(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        desk.lay(letter())
        with monkeypatch.context() as patch:
            patch.setattr("bihuan.hotline.mail.move", lambda *_, **__: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                desk.take()
        assert desk.take() == {"known": 1}
        assert len(desk.kept("taken")) == 1
        assert only().data["content"] == WORDS

    def test_a_letter_that_meets_a_bug_holds_up_none_behind_it(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        desk.lay(letter("第一封信，暖气不热。"), letter())
        asked = iter((ZeroDivisionError(),))

        def failing(*given: object, **named: object) -> Case:
            if (error := next(asked, None)) is not None:
                raise error
            return register(*given, **named)  # type: ignore[arg-type]

        monkeypatch.setattr("bihuan.hotline.mail.register", failing)
        with pytest.raises(ZeroDivisionError):
            desk.take()
        assert (desk.waiting(), only().state) == (1, "registered")
        assert desk.take() == {"registered": 1}

    def test_a_letter_that_another_worker_has_moved_is_no_error(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        desk.lay(letter())
        gone = [desk.place / "new" / "1.gone"]
        monkeypatch.setattr(
            "bihuan.hotline.mail.letters_in", lambda place: gone + letters_in(place)
        )
        assert desk.take() == {"registered": 1}

    def test_machines_are_kept_and_neither_answered_nor_registered(self, desk: Desk) -> None:
        robots = [
            letter(Auto_Submitted="auto-replied"), letter(Precedence="bulk"), letter(Return_Path="<>"),
        ]  # fmt: skip
        assert desk.taken(*robots) == {"automatic": 3}
        assert not Case.objects.filter(matter="hotline.demand").exists()
        assert len(desk.kept("automatic")) == 3

    def test_what_cannot_be_read_is_kept_with_its_reason(self, desk: Desk) -> None:
        assert desk.taken(b"\x00\x01\xff", b"From: x\n\nhello") == {"failed": 2}
        first, second = desk.kept("failed")
        assert all(b"X-Bihuan-Reason: " in one for one in (first, second))
        assert any(
            one.endswith(b"From: x\n\nhello\n") or one.endswith(b"hello") for one in (first, second)
        )
        assert desk.take() == {}

    def test_pictures_are_taken_and_what_is_none_is_named(self, desk: Desk) -> None:
        message = letter()
        message.add_attachment(photo(), maintype="image", subtype="jpeg", filename="路灯.jpg")
        message.add_attachment(b"MZ\x90", maintype="image", subtype="jpeg", filename="病毒.jpg")
        message.add_attachment(b"MZ", maintype="application", subtype="exe", filename="a.exe")
        assert desk.taken(message) == {"partly": 1}
        assert [e.name for e in Evidence.objects.filter(case=only())] == ["路灯.jpg"]
        assert "附件未收：病毒.jpg、a.exe" in only().data["content"]
        (kept,) = desk.kept("failed")
        assert kept.count(b"X-Bihuan-Reason") == 1

    def test_twenty_megabytes_of_pictures_are_taken(self, desk: Desk) -> None:
        big = photo() + bytes(15 * 1024 * 1024)
        message = letter()
        message.add_attachment(big, maintype="image", subtype="jpeg", filename="大.jpg")
        assert desk.taken(message) == {"registered": 1}
        assert Evidence.objects.get(case=only()).size == len(big)

    def test_a_hundred_thousand_characters_are_taken_in_pieces_and_the_rest_is_kept(
        self, desk: Desk
    ) -> None:
        long = "".join(f"第{n}盏路灯不亮。" for n in range(11_000))
        assert desk.taken(letter(long)) == {"partly": 1}
        assert f"来信共 {len(long)} 字" in only().data["content"]
        assert Event.objects.filter(stream=only().number, action="add").count() == 4
        assert len(desk.kept("failed")) == 1
        assert long.splitlines()[0][-10:] not in only().data["content"]

    def test_nul_and_turning_marks_do_not_arrive(self, desk: Desk) -> None:
        raw = f"From: {WRITER}\nSubject: a\x00b\u202e路灯\n\n\x00路灯坏了\u202e，请来修。".encode()
        assert desk.taken(raw) == {"registered": 1}
        assert only().data["content"] == "路灯坏了，请来修。"
        assert "\u202e" not in only().title

    def test_an_empty_text_uses_the_subject_and_nothing_at_all_needs_a_person(
        self, desk: Desk
    ) -> None:
        assert desk.taken(letter("", "咨询公积金怎样提取")) == {"registered": 1}
        assert (only().data["content"], only().data["kind"]) == ("咨询公积金怎样提取", "consult")
        assert desk.taken(letter("", "在")) == {"failed": 1}

    def test_whoever_reports_wrongdoing_stays_unknown_to_the_units(self, desk: Desk) -> None:
        assert desk.taken(letter("某单位违规收费，请查处。", "举报乱收费")) == {"registered": 1}
        assert (only().data["identity"], only().data["kind"]) == ("confidential", "complaint")

    def test_who_writes_too_often_waits_and_loses_nothing(self, desk: Desk) -> None:
        desk.lay(*(letter(f"第{n}件：路灯不亮，请来修。") for n in range(63)))
        other = letter("暖气不热，室温十三度，请处理。")
        other.replace_header("From", "wang.wu@example.com")
        desk.lay(other)
        assert desk.take() == {"registered": 61, "left": 3}
        assert desk.waiting() == 3
        assert desk.take(hours=2) == {"registered": 3}

    def test_what_was_taken_is_deleted_after_a_month_and_the_rest_stays(self, desk: Desk) -> None:
        desk.taken(letter(), letter(Precedence="bulk"), b"")
        assert len(desk.kept("taken")) == 1
        desk.take(days=31)
        counts = [len(desk.kept(name)) for name in ("taken", "automatic", "failed")]
        assert counts == [0, 1, 1]

    def test_the_worker_takes_them_each_minute(self, desk: Desk, settings: Settings) -> None:
        settings.BIHUAN_MAILDIR = ""
        desk.lay(letter())
        jobs.take_letters(0)
        assert desk.waiting() == 1
        settings.BIHUAN_MAILDIR = str(desk.place)
        jobs.take_letters(0)
        assert only().data["content"] == WORDS


@pytest.mark.django_db
class TestAnswering:
    """To which demand an answer belongs."""

    def answered(self, desk: Desk, mailbox: Mailbox) -> tuple[Case, EmailMessage]:
        """A demand by letter, and our answer to it."""
        desk.taken(letter())
        sent(desk.hall)
        return only(), mailbox.letters[-1]

    def test_number_and_code_in_any_letter_are_enough(self, desk: Desk) -> None:
        case = desk.hall.registered()
        words = f"补充：昨天又灭了一盏。编号{case.number}，查询码{follow_code(case.number)}。"
        assert desk.taken(letter(words)) == {"added": 1}

    def test_the_number_alone_is_not(self, desk: Desk) -> None:
        case = desk.hall.registered()
        assert desk.taken(letter(f"关于{case.number}：昨天又灭了一盏。")) == {"registered": 1}

    def test_a_stranger_who_names_our_letter_adds_nothing(
        self, desk: Desk, mailbox: Mailbox
    ) -> None:
        case, answer = self.answered(desk, mailbox)
        forged = letter("我来补充一下情况。", In_Reply_To=answer["Message-ID"])
        forged.replace_header("From", "stranger@example.com")
        assert desk.taken(forged) == {"registered": 1}
        assert not Event.objects.filter(stream=case.number, action="add").exists()

    def test_an_answer_to_what_has_ended_begins_anew_and_names_it(
        self, desk: Desk, mailbox: Mailbox
    ) -> None:
        case, answer = self.answered(desk, mailbox)
        desk.hall.does(case, "decline", desk.hall.who("operator-1"), ground="unclear", route="略")
        back = letter("那我再说清楚一些：三盏灯都不亮。", In_Reply_To=answer["Message-ID"])
        assert desk.taken(back) == {"registered": 1}
        new = Case.objects.filter(matter="hotline.demand").latest("pk")
        assert f"回复已结束的诉求 {case.number}" in new.data["content"]

    def test_after_the_address_was_erased_our_letter_opens_nothing(
        self, desk: Desk, mailbox: Mailbox
    ) -> None:
        case, answer = self.answered(desk, mailbox)
        erase(case.number, None, desk.hall.who("chief"), "本人要求", now=desk.hall.cast.now)
        back = letter("再补充一点情况。", In_Reply_To=answer["Message-ID"])
        assert desk.taken(back) == {"registered": 1}
