"""How often split_links does what a person expects: accuracy by category, and every miss.

    python benchmarks/links.py [--part tune|held-out|second|third|fourth|fifth]

The first batch was written before the code; a hash of the question decides whether a case was
there to tune on (`tune`) or kept back (`held-out`). Each later batch was written when
all before it had been seen, and before the code had been run on any of it.
"""

import argparse
import hashlib
import re
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
    batch: str

    @property
    def part(self) -> str:
        if self.batch != "first":
            return self.batch
        held_out = hashlib.sha256(self.question.encode()).digest()[0] % 2
        return "held-out" if held_out else "tune"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--part", choices=["tune", "held-out", "second", "third", "fourth", "fifth"]
    )
    part = parser.parse_args().part
    verdicts: dict[str, list[bool]] = defaultdict(list)
    for case in read(LIST):
        if part in (None, case.part):
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
    return [Case(question, rest, links.split(), *where) for question, rest, links, *where in cells]


def _unescaped(cell: str) -> str:
    parts = cell.split("\\\\")
    breaks = {"\\n": "\n", "\\r": "\r", "\\t": "\t"}
    return "\\".join(re.sub(r"\\[nrt]", lambda found: breaks[found[0]], part) for part in parts)


if __name__ == "__main__":
    main()
