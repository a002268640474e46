"""Notes of your own become what it answers from, and stay in a file."""

from pathlib import Path

from yoga_assistant import YogaAssistant

notes = Path("notes")
notes.mkdir(exist_ok=True)
(notes / "class.md").write_text(
    "# Thursday's class\n\nWe end every Thursday's class with nine minutes of legs up the wall.",
    encoding="utf-8",
)

with YogaAssistant(store="yoga.db") as yoga:
    print(yoga.read(notes))
    print(yoga.ask("How does Thursday's class end?", route="text"))
