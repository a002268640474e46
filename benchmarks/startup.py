"""How long it takes to import the library, and to answer from the command line.

Floors: bare Python for the import, Python with numpy for the command.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
from functools import partial

from table import ms, seconds, show

QUESTION = "How do I enter crow pose, and is it safe for my wrists?"
RUNS = 15


def main() -> None:
    commands = {
        "python -c pass": ["-c", "pass"],
        "import yoga_assistant": ["-c", "import yoga_assistant"],
        "import numpy": ["-c", "import numpy"],
        "import openai": ["-c", "import openai"],
        "yoga-assistant ask, a whole process": ["-m", "yoga_assistant", "ask", QUESTION],
    }
    taken = {name: seconds(partial(_run, args), RUNS) for name, args in commands.items()}
    floor = statistics.median(taken["python -c pass"])
    rows = [
        (name, ms(times, 0), f"{(statistics.median(times) - floor) * 1e3:.0f}")
        for name, times in taken.items()
    ]
    show(
        f"Start-up, n = {RUNS} processes each",
        ("command", "ms, median [min, max]", "ms over bare Python"),
        rows,
    )


def _run(arguments: list[str]) -> None:
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
