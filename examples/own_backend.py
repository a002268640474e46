"""A language model of your own: one method, nothing inherited.

Cautions and sources come with its answers as with any other's: they are none of the model's doing.
"""

from yoga_assistant import TextPrompt, YogaAssistant


class Headlines:
    """Answers with the first sentence of each of the best sources."""

    def complete(self, prompt: TextPrompt) -> str:
        best = list(enumerate(prompt.sources, start=1))[:3]
        lines = [f"{_first_sentence(source.quote)} [{number}]" for number, source in best]
        return "\n".join(lines) or "I do not know."


def _first_sentence(quote: str) -> str:
    return " ".join(quote.split()).partition(". ")[0]


print(YogaAssistant(llm=Headlines()).ask("What does camel pose do for a stiff back?", route="text"))
