"""Chat models of OpenAI, or of any server that speaks its language: vLLM, llama.cpp, Ollama, ..."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Generator, Iterator
from typing import TYPE_CHECKING, Any, Final, NoReturn

from ..errors import LLMError, LLMUnavailableError
from ..types import Completion, Message, Usage
from .openai_connection import OPENAI_URL, Connection
from .openai_errors import withheld

if TYPE_CHECKING:
    import openai

    from ..settings import Settings
    from ..types import TextPrompt

DEFAULT_MODEL: Final = "gpt-4o-mini"


class OpenAILLM:
    """A chat model behind OpenAI's API, or behind another server's that is compatible with it.

    One object may serve many threads and event loops. It reads no variable of OpenAI's from the
    environment; proxies and certificates that the environment sets for every program hold here too.

    Args:
        api_key: needed for OpenAI itself; other servers may do without. It is never shown.
        base_url: where the server's API begins, often ending in `/v1`.
        timeout_s: how long the server may be silent, in each try.
        max_retries: further tries after a failure that may pass; none when the quota is used up or
            when the server asks for a longer wait than `timeout_s`.
        temperature: 0 to 2; by default the model's own, since some models accept no other.
        max_tokens: the longest answer; one that is cut off ends in "…".
        context_tokens: how much the model reads and writes at once; by default what is known of the
            model's name, else a cautious 4,096.

    Raises:
        SettingsError: OpenAI's key is missing, or the key or `base_url` cannot be used.
    """

    concurrency = 8  # requests at once that any account and most servers bear

    def __init__(
        self,
        model: str = DEFAULT_MODEL,
        *,
        api_key: str | None = None,
        base_url: str = OPENAI_URL,
        timeout_s: float = 60.0,
        max_retries: int = 2,
        temperature: float | None = None,
        max_tokens: int | None = None,
        context_tokens: int | None = None,
    ) -> None:
        self.model = model
        self.temperature, self.max_tokens = temperature, max_tokens
        self.context_tokens = context_tokens or _known_context_tokens(model)
        self._server = Connection(api_key, base_url, timeout_s, max_retries)
        self._name = f"{model} at {base_url}"
        self._usage_in_streams = True

    @classmethod
    def from_settings(cls, model: str | None, settings: Settings) -> OpenAILLM:
        return cls(
            model or DEFAULT_MODEL,
            api_key=settings.openai_api_key,
            base_url=settings.openai_base_url or OPENAI_URL,
        )

    def complete(self, prompt: TextPrompt) -> Completion:
        """What the model answers to `prompt.messages`, or to the question if there are none.

        Raises:
            LLMError: the model gave no answer; the kinds of it tell why.
        """
        client = self._server.blocking()
        with self._server.own_errors(self._name):
            return self._completion(client.chat.completions.create(**self._request(prompt)))

    async def acomplete(self, prompt: TextPrompt) -> Completion:
        client = await self._server.awaiting()
        with self._server.own_errors(self._name):
            return self._completion(await client.chat.completions.create(**self._request(prompt)))

    def stream(self, prompt: TextPrompt) -> Generator[str | Usage, None, None]:
        """The answer's pieces as they are written, then what they cost if the server tells.

        The first piece that is asked for sends the request; closing the generator, at any time,
        closes the connection.

        Raises:
            LLMError: the model gave no answer, or not to its end; in the middle of the pieces too.
        """
        client, reading = self._server.blocking(), _Reading(self._name)
        with self._server.own_errors(self._name):
            with self._begin(client, prompt) as chunks:
                for chunk in chunks:
                    yield from reading.pieces(chunk)
            yield from reading.end()

    async def astream(self, prompt: TextPrompt) -> AsyncGenerator[str | Usage, None]:
        client, reading = await self._server.awaiting(), _Reading(self._name)
        with self._server.own_errors(self._name):
            async with await self._abegin(client, prompt) as chunks:
                async for chunk in chunks:
                    for piece in reading.pieces(chunk):
                        yield piece
            for last in reading.end():
                yield last

    def warm_up(self) -> None:
        """Loads what the first request needs; asks nothing of the server."""
        self._server.blocking()

    def close(self) -> None:
        """Closes all connections; the next request opens new ones."""
        self._server.close()

    async def aclose(self) -> None:
        await self._server.aclose()

    def __repr__(self) -> str:
        return f"OpenAILLM({self.model!r}, base_url={self._server.base_url!r})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("an OpenAILLM holds a key and is never pickled; make it anew where needed")

    def _begin(self, client: openai.OpenAI, prompt: TextPrompt) -> Any:
        import openai

        try:
            return client.chat.completions.create(**self._stream_request(prompt))
        except openai.APIStatusError as exc:
            self._do_without_usage(exc)
            return client.chat.completions.create(**self._stream_request(prompt))

    async def _abegin(self, client: openai.AsyncOpenAI, prompt: TextPrompt) -> Any:
        import openai

        try:
            return await client.chat.completions.create(**self._stream_request(prompt))
        except openai.APIStatusError as exc:
            self._do_without_usage(exc)
            return await client.chat.completions.create(**self._stream_request(prompt))

    def _do_without_usage(self, refused: openai.APIStatusError) -> None:
        """Raises the refusal again, unless it is only of the wish to know what a stream costs."""
        if refused.status_code not in (400, 422) or "stream_options" not in str(refused.body):
            raise refused
        self._usage_in_streams = False

    def _stream_request(self, prompt: TextPrompt) -> dict[str, Any]:
        request = {**self._request(prompt), "stream": True}
        if self._usage_in_streams:
            request["stream_options"] = {"include_usage": True}
        return request

    def _request(self, prompt: TextPrompt) -> dict[str, Any]:
        messages = prompt.messages or (Message("user", prompt.question),)
        request: dict[str, Any] = {
            "model": self.model,
            "messages": [{"role": m.role, "content": _encodable(m.content)} for m in messages],
            "extra_headers": self._server.headers(),
        }
        if self.temperature is not None:
            request["temperature"] = self.temperature
        if self.max_tokens is not None:
            # OpenAI's newer models refuse the old name; many other servers know no other.
            name = "max_completion_tokens" if self._server.is_openai else "max_tokens"
            request[name] = self.max_tokens
        return request

    def _completion(self, reply: object) -> Completion:
        reading = _Reading(self._name, broken_off=False)
        pieces = [*reading.pieces(reply), *reading.end()]
        text = "".join(piece for piece in pieces if isinstance(piece, str))
        return Completion(text, getattr(reply, "model", None) or self.model, reading.usage)


class _Reading:
    """Reads an answer, whole or chunk by chunk, whatever a server leaves out of it.

    Args:
        broken_off: whether an answer that does not say why it ends was broken off; a whole one
            never was.
    """

    def __init__(self, name: str, *, broken_off: bool = True) -> None:
        self._name, self._broken_off = name, broken_off
        self._read, self._wrote = False, False
        self._reason: str | None = None
        self.usage = Usage()

    def pieces(self, reply: object) -> Iterator[str]:
        if usage := getattr(reply, "usage", None):
            self.usage = Usage(_count(usage, "prompt_tokens"), _count(usage, "completion_tokens"))
        choices = getattr(reply, "choices", None)
        for choice in choices[:1] if isinstance(choices, list) else ():
            self._read = True
            self._reason = getattr(choice, "finish_reason", None) or self._reason
            if words := _words(getattr(choice, "delta", None) or getattr(choice, "message", None)):
                self._wrote = self._wrote or not words.isspace()
                yield words

    def end(self) -> Iterator[str | Usage]:
        """What is left to say when the server has said all.

        Raises:
            LLMError: that was no answer, or not the whole of it.
        """
        if not self._read:
            raise LLMError(
                f"{self._name} sent no chat answer",
                hint="check that base_url is where the server's API begins; often it ends in /v1",
            )
        if self._reason is None and self._broken_off:
            raise LLMUnavailableError(f"{self._name} broke off its answer", hint="try again")
        if self._reason == "content_filter":
            raise withheld(self._name)
        if not self._wrote:
            hint = "raise max_tokens" if self._reason == "length" else "try again, or rephrase"
            raise LLMError(f"{self._name} wrote nothing", hint=hint)
        if self._reason == "length":
            yield "…"
        if self.usage.total_tokens:
            yield self.usage


def _words(message: object) -> str:
    """What the model wrote; a refusal in words is an answer too."""
    words = getattr(message, "content", None) or getattr(message, "refusal", None)
    return words if isinstance(words, str) else ""


def _count(usage: object, name: str) -> int:
    count = getattr(usage, name, None)
    return count if isinstance(count, int) else 0


def _encodable(text: str) -> str:
    """The text without lone surrogates, which no request can carry."""
    return text.encode(errors="replace").decode()


def _known_context_tokens(model: str) -> int:
    name = model.removeprefix("ft:").partition(":")[0]
    name = re.sub(r"-\d{4}-\d{2}-\d{2}$", "", name)
    return next((size for size, names in _CONTEXT_TOKENS.items() if name in names.split()), 4_096)


# Source: OpenAI's pages on the single models.
_CONTEXT_TOKENS: Final = {
    8_192: "gpt-4 gpt-4-0613",
    16_385: "gpt-3.5-turbo gpt-3.5-turbo-0125 gpt-3.5-turbo-1106",
    128_000: "gpt-4o gpt-4o-mini gpt-4-turbo",
    200_000: "o1 o1-pro o3 o3-mini o3-pro o4-mini",
    400_000: "gpt-5 gpt-5-mini gpt-5-nano",
    1_047_576: "gpt-4.1 gpt-4.1-mini gpt-4.1-nano",
}
