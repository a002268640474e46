"""How often split_links does what a person expects: accuracy by category, and every miss.

    python benchmarks/links.py [--half tune|held-out]

The list was written before the code. Which half a case belongs to is decided by a hash of its
question; the code was tuned on one half only.
"""

import argparse
import hashlib
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

from yoga_assistant.journey.links import split_links

LIST = Path(__file__).parent / "data" / "links.tsv"


class Case(NamedTuple):
    question: str
    rest: str
    links: list[str]
    category: str

    @property
    def half(self) -> str:
        held_out = hashlib.sha256(self.question.encode()).digest()[0] % 2
        return "held-out" if held_out else "tune"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--half", choices=["tune", "held-out"])
    half = parser.parse_args().half
    verdicts: dict[str, list[bool]] = defaultdict(list)
    for case in read(LIST):
        if half in (None, case.half):
            got = split_links(case.question)
            verdicts[case.category].append(got == (case.rest, case.links))
            if got != (case.rest, case.links):
                print(f"MISS {case.question!r}\n  want {(case.rest, case.links)}\n  got  {got}")
    for category, right in verdicts.items():
        print(f"{category:24} {sum(right):4} of {len(right):4}  {sum(right) / len(right):6.1%}")
    every = [verdict for right in verdicts.values() for verdict in right]
    print(f"{'all':24} {sum(every):4} of {len(every):4}  {sum(every) / len(every):6.1%}")


def read(path: Path) -> list[Case]:
    """The cases of a list; in it a line break is written `\\n`, a backslash `\\\\`."""
    rows = path.read_text(encoding="utf-8").splitlines()[1:]
    cells = [[_unescaped(cell) for cell in row.split("\t")] for row in rows]
    return [Case(question, rest, links.split(), category) for question, rest, links, category in cells]


def _unescaped(cell: str) -> str:
    parts = cell.split("\\\\")
    return "\\".join(part.replace("\\n", "\n").replace("\\t", "\t") for part in parts)


if __name__ == "__main__":
    main()
