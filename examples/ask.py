"""One question, one answer: what it says, who should take care, and where it stands."""

from yoga_assistant import YogaAssistant

yoga = YogaAssistant()
answer = yoga.ask("Is headstand safe with glaucoma?", route="text")

print(answer.text)
for caution in answer.cautions:
    print(f"! {caution}")
for number, source in enumerate(answer.sources, start=1):
    print(f"[{number}] {source.title}: characters {source.start} to {source.end}")
print(f"answered by {answer.model} in {answer.timings['total'] * 1000:.1f} ms")
