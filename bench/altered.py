"""Every visible text, picture and property of one letter of each kind altered, one at a time: found, and named?

python -m bench.altered [--form pdf] [--form docx] [--form svg] [--kind 不予认定告知书]
"""

from __future__ import annotations

import argparse
from collections import Counter
from time import process_time

from engine.documents.embedded import read_letter
from tests.documents.samples import drafts, written
from tests.visible.test_tampering import ALTERATIONS, forms


def tried(name: str, form: str) -> tuple[int, list[str], list[str]]:
    """How many alterations of a kind in a form; which of them were not found, and which were found but not named."""
    missed, unnamed, count = [], [], 0
    for one in ALTERATIONS[form](written(name, form)):
        count += 1
        said = " ".join(map(str, read_letter(one.made(), f"{name}.{form}").altered))
        if not said:
            missed.append(one.what)
        elif not any(word in said for word in one.names):
            unnamed.append(f"{one.what}: {said}")
    return count, missed, unnamed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--form", action="append", choices=list(ALTERATIONS))
    parser.add_argument("--kind", action="append")
    asked = parser.parse_args()
    total = Counter[tuple[str, str]]()
    for name in asked.kind or drafts():
        for form in forms(name):
            if form not in (asked.form or ALTERATIONS):
                continue
            begun = process_time()
            count, missed, unnamed = tried(name, form)
            total.update({(form, "letters"): 1, (form, "alterations"): count})
            total.update({(form, "not found"): len(missed), (form, "not named"): len(unnamed)})
            print(f"{name}.{form}: {count} alterations, {process_time() - begun:.0f} s", flush=True)
            print("".join(f"  not found: {one}\n" for one in missed), end="")
            print("".join(f"  not named: {one}\n" for one in unnamed), end="", flush=True)
    print("; ".join(f"{form} {count} {what}" for (form, what), count in sorted(total.items())))
    return sum(count for (_, what), count in total.items() if what.startswith("not"))


if __name__ == "__main__":
    raise SystemExit(min(1, main()))
