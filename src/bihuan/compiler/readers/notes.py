"""What a reader must say about a file that it could read: messages and hints in both languages."""

from __future__ import annotations

from bihuan.compiler.model import Diagnostic, Severity

# code: severity, Chinese, English, hint, hint in English
MESSAGES: dict[str, tuple[Severity, str, str, str, str]] = {
    "ocr": (
        "info",
        "有 {count} 页没有文字层，由文字识别读出",
        "{count} pages have no text layer and were read by OCR",
        "对照原件核对数字和单位",
        "compare numbers and units with the original",
    ),
    "low-confidence": (
        "warning",
        "文字识别没有把握：“{words}”",
        "The OCR is unsure of “{words}”",
        "对照原件核对这一处",
        "compare this passage with the original",
    ),
    "unread-gap": (
        "warning",
        "这一行中间可能有文字没有识别出来：“{words}”",
        "Words may have gone unread in the middle of a line: “{words}”",
        "对照原件补上漏掉的文字",
        "add the missing words from the original",
    ),
    "page-without-text": (
        "warning",
        "第 {words} 页没有读出文字",
        "No text was read from page {words}",
        "检查这一页是不是扫描图；是的话安装文字识别（ocr 附加包）后重新编译",
        "if the page is a scan, install the extra `ocr` and compile again",
    ),
    "pages-left-out": (
        "warning",
        "页数过多，只读了前 {count} 页",
        "Too many pages: only the first {count} were read",
        "把报告正文单独存成一个文件",
        "save the report by itself in a file",
    ),
    "tracked-changes": (
        "warning",
        "文件带有修订痕迹，按“全部接受”读取：共 {count} 处",
        "The file has {count} tracked changes, read as if all were accepted",
        "在 Word 中接受或拒绝全部修订后再编译",
        "accept or reject all changes in Word, then compile again",
    ),
    "hidden-text": (
        "info",
        "有 {count} 处隐藏文字没有读取",
        "{count} passages of hidden text were not read",
        "需要的话在 Word 中取消隐藏",
        "show it in Word if it belongs to the report",
    ),
    "tables-read": (
        "info",
        "{count} 个表格按行读取",
        "{count} tables were read row by row",
        "核对表格里的数字各属哪一项",
        "check to which item each number of a table belongs",
    ),
    "two-reports": (
        "warning",
        "文件里还有另一份报告“{words}”，只编译了一份",
        "The file holds another report, “{words}”; only one was compiled",
        "把两份报告拆成两个文件，分别编译",
        "split the reports into two files and compile each",
    ),
}


def note(code: str, start: int = 0, end: int = 0, words: str = "", count: int = 0) -> Diagnostic:
    """The note `code` over a span of the text layer."""
    severity, zh, en, hint_zh, hint_en = MESSAGES[code]
    return Diagnostic(
        code,
        severity,
        start,
        end,
        zh.format(words=words, count=count),
        en.format(words=words, count=count),
        hint_zh,
        hint_en,
    )
