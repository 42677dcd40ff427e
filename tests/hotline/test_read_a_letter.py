"""Letters as mail programs write them: charsets that lie, quoted answers, signatures, machines. All people are invented."""

from email.header import Header
from email.message import EmailMessage

import pytest

from bihuan.hotline.mail_reading import read_letter
from bihuan.hotline.words.letters import bare_subject, text_of_html, written_in
from bihuan.kernel.errors import Refusal

WORDS = "滨河北路的路灯坏了三天，请尽快修好。"


def raw(*headers: str, body: bytes = WORDS.encode()) -> bytes:
    """A letter byte for byte."""
    head = "\n".join(("From: Li Si <li.si@example.com>", *headers))
    return head.encode("utf-8", "surrogateescape") + b"\n\n" + body


@pytest.mark.parametrize("charset", ["gb2312", "gbk", "gb18030", "utf-8", "big5"])
@pytest.mark.parametrize("encoding", ["base64", "quoted-printable"])
def test_subject_and_text_are_read_in_any_charset(charset: str, encoding: str) -> None:
    said = "路燈壞了" if charset == "big5" else "路灯坏了"
    message = EmailMessage()
    message["From"] = "li.si@example.com"
    message.set_content(said, charset=charset, cte=encoding)
    lines = Header(said, charset).encode() if charset != "gb18030" else said
    data = f"Subject: {lines}\n".encode() + message.as_bytes()
    letter = read_letter(data)
    assert (letter.subject, letter.text) == (said, said)


def test_what_calls_itself_gb2312_and_is_gb18030_is_read() -> None:
    data = raw(
        "Content-Type: text/plain; charset=gb2312",
        "Content-Transfer-Encoding: 8bit",
        body="㙦镕路㐂处积水，请处理。".encode("gb18030"),
    )
    assert read_letter(data).text == "㙦镕路㐂处积水，请处理。"


def test_raw_bytes_in_a_header_are_read() -> None:
    data = b"Subject: " + "路灯坏了".encode("gbk") + b"\n" + raw()
    assert read_letter(data).subject == "路灯坏了"


def test_a_word_that_is_cut_between_two_encoded_words_is_whole() -> None:
    import base64

    both = "路灯坏了".encode("gbk")
    pieces = [base64.b64encode(both[:3]).decode(), base64.b64encode(both[3:]).decode()]
    folded = "\n ".join(f"=?GBK?B?{piece}?=" for piece in pieces)
    assert read_letter(raw(f"Subject: {folded}")).subject == "路灯坏了"


@pytest.mark.parametrize(
    "data",
    [b"", b"\x00\xff\xfe", b"From: \n\nx", b"From: nobody\n\nx", b"Subject: =?x?y?z?=\n\n"],
)
def test_without_a_writer_it_is_refused(data: bytes) -> None:
    with pytest.raises(Refusal, match="发件地址"):
        read_letter(data)


@pytest.mark.parametrize(
    "header",
    [
        "Auto-Submitted: auto-replied", "Precedence: bulk", "Precedence: LIST", "Return-Path: <>",
        "List-Id: <news.example.com>", "X-Autoreply: yes", "X-Spam-Flag: YES",
        "Content-Type: multipart/report; report-type=delivery-status; boundary=x",
    ],
)  # fmt: skip
def test_machines_are_known(header: str) -> None:
    assert read_letter(raw(header)).is_automatic
    assert not read_letter(
        raw("Auto-Submitted: no", "Return-Path: <li.si@example.com>")
    ).is_automatic


def test_our_own_address_is_a_machine_and_so_is_the_postmaster() -> None:
    assert read_letter(raw(), own="LI.SI@example.com").is_automatic
    assert read_letter(b"From: MAILER-DAEMON@example.com\n\nx").is_automatic


@pytest.mark.parametrize(
    "quote",
    [
        "------------------ 原始邮件 ------------------\n发件人: 12345",
        "在 2023年3月1日，吕梁12345 <a@b.cn> 写道：\n> 您的诉求",
        "On Wed, 1 Mar 2023 at 09:00, Hotline <a@b.cn> wrote:\n> x",
        "On Wed, 1 Mar 2023 at 09:00, A Very Long Name\n<a@b.cn> wrote:\n> x",
        "发件人: 12345\n发送时间: 2023年3月1日\n收件人: 李四\n主题: 进展",
        "> 您的诉求已登记",
        "-----Original Message-----\nFrom: x\nSent: y",
    ],
)
def test_an_answer_is_without_what_it_quotes(quote: str) -> None:
    assert written_in(f"还是不亮。\n\n{quote}\n", is_answer=True) == "还是不亮。"


def test_a_letter_that_answers_nothing_keeps_all_its_words() -> None:
    text = "请看邻居的来信：\n发件人: 王五\n主题: 暖气\n> 暖气不热\n谢谢"
    assert written_in(text, is_answer=False) == text


def test_signatures_go_and_a_line_of_dashes_in_the_text_stays() -> None:
    assert written_in("请修路灯。\n-- \n李四\n某公司\n电话", is_answer=False) == "请修路灯。"
    assert written_in("请修路灯。\n\n发自我的iPhone", is_answer=False) == "请修路灯。"
    text = "甲\n--\n" + "\n".join(f"第{n}行" for n in range(40))
    assert written_in(text, is_answer=False) == text
    assert written_in("-- \n李四", is_answer=False) == "--\n李四"


def test_html_becomes_lines_without_scripts() -> None:
    html = (
        "<html><head><title>t</title><style>p{}</style></head><body><p>路灯&nbsp;坏了<br>三天</p>"
        "<script>alert(1)</script><div>请修</div></body>"
    )
    assert text_of_html(html) == "路灯 坏了\n三天\n\n请修"
    page = raw("Content-Type: text/html; charset=utf-8", body=html.encode())
    assert "路灯 坏了\n三天" in read_letter(page).text


@pytest.mark.parametrize(
    "subject", ["Re: 路灯", "回复：Re: 路灯", "答复: 路灯", "RE[2]: 路灯", " 路灯"]
)
def test_the_subject_is_bare(subject: str) -> None:
    assert bare_subject(subject) == "路灯"


def test_ten_thousand_open_tags_and_marks_are_read_in_one_go() -> None:
    page = raw("Content-Type: text/html", body=b"<div><b>" * 10_000 + WORDS.encode())
    assert read_letter(page).text.endswith(WORDS)
    assert written_in(">" * 10_000 + "\n" + "On " * 5000, is_answer=True)[:2] == "On"
