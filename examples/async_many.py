"""Many questions in one event loop, and one streamed while it is written."""

import asyncio

from yoga_assistant import YogaAssistant

QUESTIONS = (
    "Which muscles does downward-facing dog stretch?",
    "Is cobra pose safe in pregnancy?",
    "What are the yamas?",
)


async def main() -> None:
    yoga = YogaAssistant()
    answers = await asyncio.gather(*(yoga.aask(question, route="text") for question in QUESTIONS))
    for answer in answers:
        print(f"{answer.question}\n{answer.text}\n")
    async with yoga.astream("How do I practise ujjayi?") as words:
        async for word in words:
            print(word, end="", flush=True)


if __name__ == "__main__":
    asyncio.run(main())
