"""The Word layouts, one for each 版式, as the parts of their .docx."""

from __future__ import annotations

from word_parts import bars, choice, empty_footer, header, imprint_table, loop, named, paragraph, parts, run, table
from word_styles import BOTTOM, LEADING, LETTER_FIRST, LETTER_MARK, LETTER_NUMBER, MARKING, NAME, spacing

TITLE = "{{ 标题 }}"


def _parts(items: str) -> str:
    """Headings, paragraphs, tables and pictures."""
    headings = tuple((f"段.级 == {level}", paragraph(f"Level{level}", "{{ 段.文 }}")) for level in (1, 2, 3, 4))
    picture = paragraph("Picture", "{{ 段.图 }}") + choice(("段.文", paragraph("Caption", "{{ 段.文 }}")))
    kinds = choice(
        ('段.类 == "表"', table("段")),
        ('段.类 == "图"', picture),
        *headings,
        ("段.楷", paragraph("BodyText3", "{{ 段.余 }}", lead=run("{{ 段.楷 }}", LEADING))),
        ("", paragraph("BodyText3", "{{ 段.文 }}")),
    )
    return loop("段", items, kinds)


ADDRESSEE = choice(("主送", paragraph("Addressee", "{{ 主送 }}：")))
ANNEXES = loop(
    "件",
    "附件",
    choice(
        ('件.序 == ""', paragraph("AnnexOnly", "附件：{{ 件.名 }}")),
        ("件.首", paragraph("AnnexFirst", "附件：{{ 件.序 }}{{ 件.名 }}")),
        ("", paragraph("AnnexNext", "{{ 件.序 }}{{ 件.名 }}")),
    ),
)
# Where the seal goes, for programs that put it there.
SEAL = '<w:bookmarkStart w:id="1" w:name="印章"/><w:bookmarkEnd w:id="1"/>'
ORGANS = choice(
    ("联署", loop("行", "联署", paragraph("Joint", "{{ 行.行 }}"))),
    ("", paragraph("Signature3", "{{ 发文机关 }}", lead=SEAL)),
)
CLOSING = ORGANS + paragraph("Date3", "{{ 成文日期 }}")


# 份号, 密级 and 紧急程度, those there are; of a 信函 the number stands on the line of the first.
MARKINGS = choice(("版头标注", loop("项", "版头标注", paragraph("Marking", "{{ 项.文 }}", MARKING))))
LETTER_MARKINGS = loop(
    "项",
    "版头标注",
    choice(
        ("项.首", named("LetterMarking", "{{ 项.文 }}\t", LETTER_NUMBER, "{{ 发文字号 }}", LETTER_FIRST)),
        ("", paragraph("LetterMarking", "{{ 项.文 }}")),
    ),
)
# To a superior: who signed, two on a line, the number on the last of them.
SIGNERS = loop(
    "行",
    "签发人",
    choice(
        (
            "行.末 and 行.头",
            named("UpwardNumber", "{{ 发文字号 }}\t{{ 行.头 }}", NAME, "{{ 行.签名 }}", spacing(2, 320)),
        ),
        ("行.末", named("UpwardNumber", "{{ 发文字号 }}\t\t", NAME, "{{ 行.签名 }}")),
        ("行.头", named("Signers", "\t{{ 行.头 }}", NAME, "{{ 行.签名 }}", spacing(2, 320))),
        ("", named("Signers", "\t\t", NAME, "{{ 行.签名 }}")),
    ),
)
NOTES = loop("注", "附注", paragraph("Note3", "（{{ 注.文 }}）"))
PAGES = loop(
    "页",
    "附页",
    paragraph("AnnexLabel", "{{ 页.标 }}") + paragraph("AnnexTitle", "{{ 页.题 }}") + _parts("页.正文"),
)
# A frame needs a paragraph after it to stand on the page of; between organ and date it would part them.
ANCHOR = paragraph("Anchor", "")
# With 抄送 there are two rows with a thinner rule between: a table, since frames of two paragraphs are set differently.
IMPRINT = choice(
    (
        "抄送",
        imprint_table(
            paragraph("Copies", "抄送：{{ 抄送 }}。"),
            paragraph("ImprintBelow", "{{ 发文机关 }}\t{{ 印发日期 }}印发"),
        )
        + ANCHOR,
    ),
    ("", paragraph("Imprint", "{{ 发文机关 }}\t{{ 印发日期 }}印发", BOTTOM) + ANCHOR),
)
# 信函格式: thick over thin 4 mm below the mark, thin over thick 20 mm above the edge of the page.
BARS = ((48.2, 2.25), (49.3, 0.75), (297 - 20 - 1.35, 0.75), (297 - 20 - 0.79, 2.25))


def official() -> dict[str, str]:
    head = MARKINGS + paragraph("Mark", "{{ 标志 }}")
    head += choice(
        ("签发人", SIGNERS),
        ("发文字号", paragraph("Number", "{{ 发文字号 }}")),
        ("", paragraph("RedRule", "")),
    )
    title = paragraph("DocTitle", TITLE)
    return parts(head + title + ADDRESSEE + _parts("正文") + ANNEXES + CLOSING + NOTES + PAGES + IMPRINT)


def letter() -> dict[str, str]:
    # Without a number the title stands where it would stand below one.
    numbered = paragraph("LetterNumber", "{{ 发文字号 }}") + paragraph("DocTitle", TITLE)
    head = paragraph("LetterMark", "{{ 标志 }}", LETTER_MARK)
    head += choice(
        ("版头标注", LETTER_MARKINGS + paragraph("DocTitle", TITLE)),
        ("发文字号", numbered),
        ("", paragraph("DocTitle", TITLE, spacing(4.2, after=1))),
    )
    copies = choice(("抄送", paragraph("LetterCopies", "抄送：{{ 抄送 }}。", BOTTOM) + ANCHOR))
    body = head + ADDRESSEE + _parts("正文") + ANNEXES + CLOSING + NOTES + PAGES + copies
    return parts(body, first=(header(3, bars(*BARS)), empty_footer()))


def notice() -> dict[str, str]:
    """公示: no red head, nobody addressed."""
    title = paragraph("FormTitle", TITLE, spacing(0, after=2))
    return parts(title + ADDRESSEE + _parts("正文") + ANNEXES + CLOSING + NOTES + PAGES)


def form() -> dict[str, str]:
    """表格: who and when above the tables, notes below."""
    head = paragraph("FormTitle", TITLE) + paragraph("FormHead", "{{ 发文机关 }}\t{{ 成文日期 }}")
    notes = loop("注", "附注", paragraph("FormNote", "注：{{ 注.文 }}。"))
    return parts(head + _parts("正文") + ANNEXES + notes + PAGES)


def report() -> dict[str, str]:
    title = paragraph("FormTitle", TITLE, spacing(0, after=2))
    return parts(title + ADDRESSEE + _parts("正文") + ANNEXES + CLOSING + NOTES + PAGES)


WORD = {"official": official, "letter": letter, "notice": notice, "form": form, "report": report}
