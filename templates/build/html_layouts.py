"""The HTML twins of the Word layouts, for PDF. Line breaks and spacing of body lines are computed by the program."""

from __future__ import annotations

HEAD = """<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<title>{{ 标题 }}</title>
<meta name="description" content="{{ 版式 }}">
<meta name="author" content="{{ 发文机关 }}">
<meta name="keywords" content="{{ 凭据 }}">
<meta name="dcterms.created" content="{{ 日期 }}">
<meta name="dcterms.modified" content="{{ 日期 }}">
<link rel="stylesheet" href="official.css">
"""
MARK = '<div class="标志"><div style="transform: scaleX({{ 缩放 }})">{{ 标志 }}</div></div>\n'
DRAFT = '{% if 样稿 %}<div class="样稿">样稿</div>{% endif %}\n'
TITLE = "<h1>{% for 行 in 标题行 %}<span>{{ 行.文 }}</span>{% endfor %}</h1>\n"
ADDRESSEE = '{% if 主送 %}<p class="主送">{{ 主送 }}：</p>{% endif %}\n'
ROW = (
    '<tr{% if 行.节 %} class="节行"{% endif %}>{% for 格 in 行.格 %}'
    '{% if 格.类 == "签章" %}<td class="签章" colspan="{{ 格.跨 }}"><p>{{ 格.签 }}：<span>日</span><span>月</span><span>年</span></p></td>'
    '{% elif 格.类 == "栏目" %}<th class="栏目" scope="col" colspan="{{ 格.跨 }}">{{ 格.文 }}</th>'
    '{% elif 格.类 == "项" %}<th class="项" scope="row" colspan="{{ 格.跨 }}">{{ 格.文 }}</th>'
    '{% else %}<td class="{{ 格.类 }}" colspan="{{ 格.跨 }}">{{ 格.文 }}</td>{% endif %}'
    "{% endfor %}</tr>"
)
TABLE = (
    '<table{% if 段.短 %} class="短表"{% endif %}><colgroup>'
    '{% for 列 in 段.列 %}<col style="width: {{ 列.宽 }}mm">{% endfor %}</colgroup>'
    "{% if 段.头 %}<thead>{% for 行 in 段.头 %}" + ROW + "{% endfor %}</thead>{% endif %}"
    "<tbody>{% for 行 in 段.体 %}" + ROW + "{% endfor %}</tbody></table>"
)
PICTURE = (
    '<figure><img src="picture:{{ 段.图 }}" alt="{{ 段.替 }}" style="width: calc({{ 段.图宽 }}mm * var(--图))">'
    "{% if 段.文 %}<figcaption>{{ 段.文 }}</figcaption>{% endif %}</figure>"
)
LINES = (
    '<p>{% for 行 in 段.行 %}<span class="行" style="letter-spacing: {{ 行.距 }}em">'
    '{% if 行.楷 %}<span class="首句">{{ 行.楷 }}</span>{% endif %}{{ 行.余 }}</span>{% endfor %}</p>'
)


def body(items: str) -> str:
    headings = "".join(
        f"{{% elif 段.级 == {level} %}}<h{level + 1}>{{{{ 段.文 }}}}</h{level + 1}>\n" for level in (1, 2, 3, 4)
    )
    return (
        f'{{% for 段 in {items} %}}\n{{% if 段.类 == "表" %}}{TABLE}\n{{% elif 段.类 == "图" %}}{PICTURE}\n'
        f"{headings}{{% else %}}{LINES}\n{{% endif %}}\n{{% endfor %}}\n"
    )


ANNEXES = """{% for 件 in 附件 %}
{% if 件.序 == "" %}<p class="附件 单件">附件：{{ 件.名 }}</p>
{% elif 件.首 %}<p class="附件 首件">附件：{{ 件.序 }}{{ 件.名 }}</p>
{% else %}<p class="附件 后件">{{ 件.序 }}{{ 件.名 }}</p>
{% endif %}
{% endfor %}
"""
CLOSING = """<div class="落款">
{% if 联署 %}{% for 行 in 联署 %}<div class="联署{% if 行.末 %} 末行{% endif %}">{% for 署 in 行.机关 %}\
<p style="right: {{ 署.右移 }}em">{{ 署.名 }}</p>\
<div class="印章" style="right: calc({{ 署.心 }}em - 21mm)"></div>{% endfor %}</div>{% endfor %}
<p style="margin-right: {{ 日期右移 }}em">{{ 成文日期 }}</p>
{% else %}<p style="margin-right: {{ 署名右移 }}em">{{ 发文机关 }}</p>
<p style="margin-right: {{ 日期右移 }}em">{{ 成文日期 }}</p>
<div class="印章" style="right: calc({{ 印章右移 }}em - 21mm)"></div>
{% endif %}</div>
"""
NOTES = '{% for 注 in 附注 %}<p class="附注">（{{ 注.文 }}）</p>{% endfor %}\n'
PAGES = (
    '{% for 页 in 附页 %}\n<section>\n<p class="附件标记">{{ 页.标 }}</p>\n'
    "<h1>{% for 行 in 页.题行 %}<span>{{ 行.文 }}</span>{% endfor %}</h1>\n<main>\n"
    + body("页.正文")
    + "</main>\n</section>\n{% endfor %}\n"
)
COPIES = '<p class="抄送">抄送：{{ 抄送 }}。</p>'


def footer(text: str) -> str:
    """`text` at the foot of the page, and once more unseen in the flow, so that nothing is set where it stands."""
    return f"<footer>{text}<div>{text}</div></footer>"


IMPRINT = (
    footer(
        f"{{% if 抄送 %}}{COPIES}{{% endif %}}"
        '<p class="印发"><span class="日期">{{ 印发日期 }}印发</span>{{ 发文机关 }}</p>'
    )
    + "\n"
)


def ending(imprint: str) -> str:
    """What stays together at the end: annexes named, organ, date, notes, and the imprint where no annex follows."""
    own = f"{{% if 附页 %}}{{% else %}}{imprint}{{% endif %}}\n" if imprint else ""
    later = f"{{% if 附页 %}}{imprint}{{% endif %}}\n" if imprint else ""
    return f'<div class="结尾">\n{ANNEXES}{CLOSING}{NOTES}{own}</div>\n{PAGES}{later}'


def page(kind: str, inside: str, style: str = "") -> str:
    link = f'<link rel="stylesheet" href="{style}">\n' if style else ""
    return f'{HEAD}{link}</head>\n<body class="{kind}">\n{DRAFT}{inside}</body>\n</html>\n'


MAIN = "<main>\n" + body("正文") + "</main>\n"
MARKINGS = (
    '{% if 版头标注 %}<div class="标注">{% for 项 in 版头标注 %}<p>{{ 项.文 }}</p>{% endfor %}</div>\n{% endif %}'
)
# To a superior: the number at the left, who signed at the right, on the last line of the names.
SIGNERS = (
    '<div class="字号 上行">{% for 行 in 签发人 %}<p>{% if 行.末 %}<span class="左">{{ 发文字号 }}</span>{% endif %}{{ 行.头 }}'
    '{% for 人 in 行.人 %}<span class="姓名" style="width: {{ 签发宽 }}em">{{ 人.姓名 }}</span>{% endfor %}</p>{% endfor %}</div>'
)
OFFICIAL = (
    '<header{% if not 发文字号 and not 签发人 %} class="无字号"{% endif %}>\n'
    + MARKINGS
    + MARK
    + f"{{% if 签发人 %}}{SIGNERS}\n"
    + '{% else %}<p class="字号">{{ 发文字号 }}</p>\n{% endif %}</header>\n'
)
_RULES = "".join(f'<div class="双线 {rule}"></div>' for rule in ("上粗", "上细", "下细", "下粗"))
LETTER = f'{MARK}{_RULES}\n<div class="号行">{MARKINGS}<p class="字号">{{{{ 发文字号 }}}}</p></div>\n'
FORM = '<p class="表首"><span>{{ 成文日期 }}</span>{{ 发文机关 }}</p>\n'
FORM_NOTES = '{% for 注 in 附注 %}<p class="表下附注">注：{{ 注.文 }}。</p>{% endfor %}\n'
HTML = {
    "official": page("公文", OFFICIAL + TITLE + ADDRESSEE + MAIN + ending(IMPRINT)),
    "letter": page(
        "信函",
        LETTER + TITLE + ADDRESSEE + MAIN + ending(f"{{% if 抄送 %}}{footer(COPIES)}{{% endif %}}"),
        "letter.css",
    ),
    "notice": page("公示", TITLE + ADDRESSEE + MAIN + ending("")),
    "form": page("表格", TITLE + FORM + MAIN + ANNEXES + FORM_NOTES + PAGES),
    "report": page("报告", TITLE + ADDRESSEE + MAIN + ending("")),
}
