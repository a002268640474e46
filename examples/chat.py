"""A conversation: "it" and "its" mean the asana spoken of before."""

from yoga_assistant import YogaAssistant

chat = YogaAssistant().chat()
for question in ("How do I do tree pose?", "And its benefits?", "How long should I hold it?"):
    print(f"> {question}\n")
    with chat.stream(question) as words:
        for word in words:
            print(word, end="", flush=True)
