"""The named attacks on what reads files: how to build each, the guard that meets it, what the reader must answer, and
what happens where the guard is off (the plain library, in a child process with little time and memory)."""

from __future__ import annotations

import os
import random
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.intake.sheets import MAIN, PACKAGE, data, packed, parts, text

Build = Callable[[Path], Path]

DIES = "dies"
RAISES = "raises "


@dataclass(frozen=True)
class Harm:
    """`code` runs with the file as `path`; `sign` is DIES (killed, out of memory, too slow), RAISES and an exception
    that nobody catches, or what it prints."""

    code: str
    sign: str


@dataclass(frozen=True)
class Attack:
    """`answer` is the code of the first problem, or where the file must be read well the values that come out."""

    name: str
    guard: str
    build: Build
    answer: str | list[list[str]] | dict[str, str]
    harm: Harm


def file(name: str, content: str | bytes) -> Build:
    def build(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content)
        return path

    return build


def workbook(*sheets: str, **changes: str | bytes) -> Build:
    """A workbook of these sheets; keyword arguments replace or add parts."""
    return file("台账.xlsx", packed(parts(*sheets) | changes))


def repeated_stream(name: str, content: bytes, copies: int) -> bytes:
    """A zip in which one compressed stream stands under many names: cheap to build, dear to unpack."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    stream = packer.compress(content) + packer.flush()
    sizes = struct.pack("<III", zlib.crc32(content), len(stream), len(content))
    out, directory = bytearray(), bytearray()
    for index in range(copies):
        part = name.format(index).encode()
        fixed = struct.pack("<HHHHH", 20, 0, 8, 0, 0x21) + sizes + struct.pack("<HH", len(part), 0)
        directory += b"PK\x01\x02" + struct.pack("<H", 20) + fixed + struct.pack("<HHHII", 0, 0, 0, 0, len(out)) + part
        out += b"PK\x03\x04" + fixed + part + stream
    end = struct.pack("<HHHHIIH", 0, 0, copies, copies, len(directory), len(out), 0)
    return bytes(out + directory + b"PK\x05\x06" + end)


def poorly_packed(size: int) -> bytes:
    """Bytes that deflate about 200:1, below what alone looks like a bomb."""
    noise = random.Random(1)
    return b"".join(noise.randbytes(1050) + bytes(260_000) for _ in range(size // 261_050))


def fifo(folder: Path) -> Path:
    path = folder / "台账.csv"
    os.mkfifo(path)
    return path


def directory(folder: Path) -> Path:
    path = folder / "台账.xlsx"
    path.mkdir()
    return path


YAML = "import yaml; value = yaml.safe_load(open(path, encoding='utf-8')); "
BOOK = "import openpyxl; book = openpyxl.load_workbook(path, data_only=True); sheet = book.worksheets[0]; "
STREAM = "import openpyxl; sheet = openpyxl.load_workbook(path, read_only=True, data_only=True).worksheets[0]; "

BOMB = "a: &a [哈,哈,哈,哈,哈,哈,哈,哈,哈]\n" + "".join(
    f"{new}: &{new} [{','.join([f'*{old}'] * 9)}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)
LAUGHS = f"<!DOCTYPE sst [<!ENTITY a '{'哈' * 10}'><!ENTITY b '{'&a;' * 100}'><!ENTITY c '{'&b;' * 100}'>]>"
LAUGHING = f"{LAUGHS}<sst xmlns='{MAIN}'><si><t>&c;</t></si></sst>"
ONE_ROW = data(text("姓名"), text("张三"))
EXTERNAL = (
    f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/'
    '2006/relationships/externalLinkPath" Target="file:///tmp/last-year.xlsx" TargetMode="External"/></Relationships>'
)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000) + "EncryptedPackage".encode("utf-16-le") + bytes(1000)
FAR = (
    '<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>姓名</t></is></c></row>'
    '<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>远</t></is></c></row></sheetData>'
)

TEXT_ATTACKS = (
    Attack("alias-bomb", "no aliases", file("a.yaml", BOMB), "E120", Harm(YAML + "len(str(value))", DIES)),
    Attack(
        "deep-nesting",
        "depth counted on events",
        file("a.yaml", "[" * 100_000 + "]" * 100_000),
        "E125",
        Harm("import yaml; yaml.load(open(path), Loader=yaml.CSafeLoader)", DIES),
    ),
    Attack(
        "deep-block-nesting",
        "depth counted on events",
        file("a.yaml", "- " * 100_000),
        "E125",
        Harm("import yaml; yaml.load(open(path), Loader=yaml.CSafeLoader)", DIES),
    ),
    Attack(
        "duplicate-key",
        "keys are unique",
        file("a.yaml", "名额: 12\n名额: 10\n"),
        "E123",
        Harm(YAML + "print(value)", "{'名额': 10}"),
    ),
    Attack(
        "merge-key",
        "no merge keys",
        file("a.yaml", "甲: &a {名额: 99}\n乙:\n  <<: *a\n"),
        "E120",
        Harm(YAML + "print(value['乙'])", "{'名额': 99}"),
    ),
    Attack(
        "code-in-a-tag",
        "no tags",
        file("a.yaml", "a: !!python/object/apply:os.getcwd []\n"),
        "E121",
        Harm("import yaml; print('ran', yaml.unsafe_load(open(path)))", "ran {'a': '/"),
    ),
    Attack(
        "values-that-change",
        "all scalars are text",
        file("a.yaml", "国家: NO\n编号: 010\n时长: 12:30:45\n"),
        {"国家": "NO", "编号": "010", "时长": "12:30:45"},
        Harm(YAML + "print(list(value.values()))", "[False, 8, 45045]"),
    ),
    Attack(
        "second-document",
        "one document",
        file("a.yaml", "名额: 12\n---\n名额: 10\n"),
        "E124",
        Harm("import yaml; print(next(yaml.safe_load_all(open(path))))", "{'名额': 12}"),
    ),
    Attack(
        "bidi-in-text",
        "hidden characters refused",
        file("a.yaml", "结果: 不\u202e予认定\n"),
        "E106",
        Harm(YAML + "print(ascii(value['结果']))", "\\u202e"),
    ),
    Attack(
        "bidi-by-escape",
        "decoded values checked too",
        file("a.yaml", '结果: "不\\u202e予认定"\n'),
        "E106",
        Harm(YAML + "print(ascii(value['结果']))", "\\u202e"),
    ),
    Attack(
        "nul-by-escape",
        "decoded values checked too",
        file("a.yaml", '编号: "A\\0B"\n'),
        "E106",
        Harm(YAML + "print(ascii(value['编号'])); open(value['编号'])", RAISES + "ValueError"),
    ),
    Attack(
        "zero-width-name",
        "hidden characters refused",
        file("a.yaml", "名\u200b额: 12\n"),
        "E106",
        Harm(YAML + "print('名额' in value)", "False"),
    ),
    Attack(
        "huge-scalar",
        "one value at most 100,000 characters",
        file("a.yaml", "名称: '" + "长" * 200_000 + "'\n"),
        "E129",
        Harm(YAML + "print(len(value['名称']))", "200000"),
    ),
    Attack("huge-file", "1 MB", lambda f: file("a.yaml", "- 甲\n" * 1_000_000)(f), "E104", Harm(YAML, DIES)),
    Attack(
        "gb18030-policy",
        "UTF-8 only, others named",
        file("a.yaml", "名称: 规矩\n".encode("gb18030")),
        "E105",
        Harm("print(ascii(open(path, encoding='latin-1').read()))", "\\xb9\\xe6\\xbe\\xd8"),
    ),
    Attack(
        "no-such-file",
        "problems, not exceptions",
        lambda f: f / "没有.yaml",
        "E101",
        Harm("open(path)", RAISES + "FileNotFoundError"),
    ),
)

LEDGER_ATTACKS = (
    Attack(
        "zip-bomb",
        "compression ratio",
        lambda f: workbook(data(text("姓名"), *['<c><v>1</v></c><c t="b"><v>1</v></c>'] * 1_000_000))(f),
        "E153",
        Harm(BOOK, DIES),
    ),
    Attack(
        "many-large-parts",
        "unpacked size in all",
        lambda folder: file("台账.xlsx", repeated_stream("xl/p{}.bin", poorly_packed(60_000_000), 40))(folder),
        "E153",
        Harm("import zipfile; z = zipfile.ZipFile(path); print(sum(len(z.read(n)) for n in z.namelist()))", DIES),
    ),
    Attack(
        "too-many-parts",
        "number of parts",
        lambda folder: file("台账.xlsx", repeated_stream("xl/p{}.xml", b"<a/>", 3_000))(folder),
        "E153",
        Harm("import zipfile; print(len(zipfile.ZipFile(path).namelist()))", "3000"),
    ),
    Attack(
        "entities",
        "no DOCTYPE",
        file(
            "台账.xlsx", packed(parts(data('<c t="s"><v>0</v></c>'), strings="") | {"xl/sharedStrings.xml": LAUGHING})
        ),
        "E155",
        Harm(
            "import zipfile, xml.etree.ElementTree as E; "
            "print(len(''.join(E.fromstring(zipfile.ZipFile(path).read('xl/sharedStrings.xml')).itertext())))",
            "100000",
        ),
    ),
    Attack(
        "external-relationship",
        "no relationship to another file",
        workbook(ONE_ROW, **{"xl/worksheets/_rels/sheet1.xml.rels": EXTERNAL}),
        "E156",
        Harm(BOOK + "print('opened', sheet['A2'].value)", "opened 张三"),
    ),
    Attack(
        "external-workbook",
        "no linked workbooks",
        workbook(ONE_ROW, **{"xl/externalLinks/externalLink1.xml": "<externalLink/>"}),
        "E156",
        Harm(BOOK + "print('opened', sheet['A2'].value)", "opened 张三"),
    ),
    Attack(
        "embedded-file",
        "no embeddings",
        workbook(ONE_ROW, **{"xl/embeddings/oleObject1.bin": b"MZ"}),
        "E157",
        Harm(BOOK + "print('opened', sheet['A2'].value)", "opened 张三"),
    ),
    Attack(
        "macro",
        "no macros",
        workbook(ONE_ROW, **{"xl/vbaProject.bin": b"macro"}),
        "E158",
        Harm(BOOK + "print('opened', sheet['A2'].value)", "opened 张三"),
    ),
    Attack(
        "part-outside-the-tree",
        "part names",
        workbook(ONE_ROW, **{"../../evil.txt": b"x"}),
        "E154",
        Harm(
            "import os, zipfile; "
            "print([n for n in zipfile.ZipFile(path).namelist() if os.path.normpath('out/' + n).startswith('..')])",
            "../../evil.txt",
        ),
    ),
    Attack(
        "same-part-twice",
        "part names are unique",
        lambda folder: file("台账.xlsx", twice())(folder),
        "E154",
        Harm(
            "import zipfile; z = zipfile.ZipFile(path); a, b = [z.read(i) for i in z.infolist() if 'sheet1' in i.filename];"
            "print(a == b)",
            "False",
        ),
    ),
    Attack(
        "encrypted", "recognised by its container", file("台账.xlsx", OLE), "E151", Harm(BOOK, RAISES + "BadZipFile")
    ),
    Attack(
        "truncated",
        "zip read in full",
        file("台账.xlsx", packed(parts(ONE_ROW))[:-300]),
        "E152",
        Harm(BOOK, RAISES + "BadZipFile"),
    ),
    Attack(
        "damaged-inside",
        "checksums",
        lambda folder: file("台账.xlsx", damaged())(folder),
        "E152",
        Harm(BOOK, RAISES + "error"),
    ),
    Attack(
        "cell-at-the-far-corner",
        "rows hold only what is there",
        workbook(FAR),
        [["姓名"], ["远"]],
        Harm(BOOK + "list(sheet.iter_rows())", DIES),
    ),
    Attack(
        "dimension-lie",
        "the dimension record is not read",
        workbook('<dimension ref="A1"/>' + data(text("姓名", "岁"), text("张三", "3"))),
        [["姓名", "岁"], ["张三", "3"]],
        Harm(STREAM + "print(list(sheet.iter_rows(values_only=True)))", "[('姓名',)]"),
    ),
    Attack(
        "formula-never-calculated",
        "a formula without value is a fault",
        workbook(data(text("合计"), "<c><f>SUM(B1:B9)</f></c>")),
        [["合计"], ["E514"]],
        Harm(BOOK + "print(sheet['A2'].value)", "None"),
    ),
    Attack(
        "chinese-date-format",
        "formats 27 to 36 and 50 to 58 are dates",
        file(
            "台账.xlsx",
            packed(parts(data('<c s="0"><v>46027</v></c>'), styles='<cellXfs><xf numFmtId="31"/></cellXfs>')),
        ),
        [["2026-01-05"]],
        Harm("import openpyxl.styles.numbers as n; print(n.BUILTIN_FORMATS.get(31))", "None"),
    ),
    Attack(
        "csv-with-nul",
        "hidden characters refused",
        file("台账.csv", "姓名\n张\0三\n"),
        [["姓名"], ["E516"]],
        Harm("import csv; print(ascii(list(csv.reader(open(path, encoding='utf-8')))))", "\\x00"),
    ),
    Attack(
        "csv-endless-quote",
        "a cell has a limit",
        file("台账.csv", '姓名\n"张三' + "\n甲" * 200_000),
        "E161",
        Harm("import csv; list(csv.reader(open(path, encoding='utf-8')))", RAISES + "_csv.Error"),
    ),
    Attack(
        "csv-gb18030",
        "encodings are tried strictly",
        file("台账.csv", "姓名\n张三\n".encode("gb18030")),
        [["姓名"], ["张三"]],
        Harm("open(path, encoding='utf-8').read()", RAISES + "UnicodeDecodeError"),
    ),
    Attack(
        "folder-for-file", "regular files only", directory, "E102", Harm("open(path)", RAISES + "IsADirectoryError")
    ),
    Attack(
        "pipe-for-file",
        "regular files only",
        fifo,
        "E102",
        Harm("import signal; signal.alarm(1); open(path).read()", DIES),
    ),
)


def twice() -> bytes:
    """A workbook whose sheet part stands in it two times with different content."""
    import warnings
    import zipfile
    from io import BytesIO

    out = BytesIO()
    out.write(packed(parts(ONE_ROW)))
    with warnings.catch_warnings(), zipfile.ZipFile(out, "a") as archive:
        warnings.simplefilter("ignore")
        archive.writestr(
            "xl/worksheets/sheet1.xml", str(parts(data(text("姓名"), text("李四")))["xl/worksheets/sheet1.xml"])
        )
    return out.getvalue()


def damaged() -> bytes:
    """A workbook with one byte of its workbook part flipped."""
    content = bytearray(packed(parts(ONE_ROW)))
    at = content.index(b"xl/workbook.xml") + len("xl/workbook.xml") + 20
    content[at] ^= 0xFF
    return bytes(content)
