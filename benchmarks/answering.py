"""How long `ask` takes with the shipped knowledge and the offline writer, once loaded.

Floor: the same question through the classifier and the retriever alone.
"""

from __future__ import annotations

import time

import numpy as np

from table import show
from yoga_assistant import YogaAssistant

QUESTIONS = (
    "How do I enter crow pose, and is it safe for my wrists?",
    "What are the benefits of tree pose?",
    "poses for tight hamstrings",
    "What is the difference between warrior one and warrior two?",
    "Build me a 20 minute practice for my lower back",
    "what is ahimsa?",
    "adhomukhasvanasana",
    "I am pregnant, which poses should I avoid?",
    "the one where you lie on your back and hold your feet",
    "What is the weather in Paris?",
)
ROUNDS = 50


def main() -> None:
    yoga = YogaAssistant()
    yoga.warm_up()
    rows = []
    for name, work in (
        ("classify", yoga.classify),
        ("search", yoga.search),
        ("ask", lambda question: yoga.ask(question, route="text")),
    ):
        taken = [_seconds(work, question) for _ in range(ROUNDS) for question in QUESTIONS]
        p50, p95, p99 = np.percentile(taken, (50, 95, 99)) * 1e3
        rows.append((name, f"{p50:.2f}", f"{p95:.2f}", f"{p99:.2f}"))
    n = ROUNDS * len(QUESTIONS)
    show(f"Answering, ms a question, n = {n} calls", ("call", "p50", "p95", "p99"), rows)


def _seconds(work: object, question: str) -> float:
    started = time.perf_counter()
    work(question)  # type: ignore[operator]
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
