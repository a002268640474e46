"""OpenAILLM on the wire, where aimock shows too little: against a server that says what we like."""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import socketserver
import threading
import time
import traceback
import warnings
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from yoga_assistant.backends.openai import OpenAILLM
from yoga_assistant.errors import (
    AuthenticationError,
    ContextLengthError,
    LLMError,
    LLMUnavailableError,
    QuotaError,
    RateLimitError,
    YogaError,
)
from yoga_assistant.types import TextPrompt, Usage

KEY = "sk-proj-W1re-0nly-0a1b2c3d4e5f"
PROMPT = TextPrompt("What is tree pose?")
ENDLESS = b"endless"  # a stream that never ends
SILENCE = b""  # the request is read and never answered
HANG_UP = b"Connection: close\r\n"


class Server(socketserver.ThreadingTCPServer):
    """Answers with one script after the other, and notes who asked and who hung up."""

    daemon_threads = True

    def __init__(self, *scripts: bytes) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.scripts = list(scripts)
        self.requests: list[tuple[dict[str, str], dict[str, Any]]] = []
        self.connections = 0
        self.hung_up = threading.Event()

    def next_script(self) -> bytes:
        return self.scripts.pop(0) if len(self.scripts) > 1 else self.scripts[0]

    def llm(self, **options: Any) -> OpenAILLM:
        url = f"http://127.0.0.1:{self.server_address[1]}/v1"
        return OpenAILLM(**{"api_key": KEY, "base_url": url, "max_retries": 0, **options})


class Handler(socketserver.StreamRequestHandler):
    server: Server

    def handle(self) -> None:
        self.server.connections += 1
        while headers := self._headers():
            body = json.loads(self.rfile.read(int(headers["content-length"])))
            self.server.requests.append((headers, body))
            script = self.server.next_script()
            if script is ENDLESS:
                self._write_until_nobody_listens()
                break
            self.wfile.write(script)
            if b"Connection: close" in script:
                return
        self.server.hung_up.set()

    def _headers(self) -> dict[str, str]:
        lines: list[str] = []
        while (line := self.rfile.readline().strip()) or not lines:
            if not line:
                return {}
            lines.append(line.decode())
        pairs = (line.partition(": ") for line in lines[1:])
        return {name.lower(): value for name, _, value in pairs}

    def _write_until_nobody_listens(self) -> None:
        head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
        self.wfile.write(head.encode())
        try:
            while True:
                self.wfile.write(event(delta={"content": "breathe "}))
                time.sleep(0.005)
        except OSError:
            return


@contextmanager
def serving(*scripts: bytes) -> Iterator[Server]:
    with Server(*scripts) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def http(status: int, body: str | bytes, *headers: str, kind: str = "application/json") -> bytes:
    content = body if isinstance(body, bytes) else body.encode()
    lines = [f"HTTP/1.1 {status} So", f"Content-Type: {kind}", f"Content-Length: {len(content)}"]
    return "\r\n".join([*lines, *headers, "", ""]).encode() + content


def whole(reason: str | None = "stop", **message: Any) -> bytes:
    choice = {"index": 0, "message": {"role": "assistant", **message}, "finish_reason": reason}
    return http(200, json.dumps({"object": "chat.completion", "model": "m", "choices": [choice]}))


def event(reason: str | None = None, **choice: Any) -> bytes:
    chunk = {"choices": [{"index": 0, "finish_reason": reason, "delta": {}, **choice}]}
    return b"data: " + json.dumps(chunk).encode() + b"\n\n"


def events(*content: bytes, end: bytes = b"data: [DONE]\n\n") -> bytes:
    return http(200, b"".join([*content, end]), kind="text/event-stream")


def refusal(status: int, *headers: str, **error: Any) -> bytes:
    return http(status, json.dumps({"error": error}), *headers)


def read(llm: OpenAILLM) -> str:
    return "".join(piece for piece in llm.stream(PROMPT) if isinstance(piece, str))


# Stopping


def test_closing_a_stream_closes_the_connection() -> None:
    with serving(ENDLESS) as server:
        stream = server.llm().stream(PROMPT)
        assert next(stream) == "breathe "
        stream.close()
        assert server.hung_up.wait(1)


def test_leaving_the_loop_closes_the_connection() -> None:
    with serving(ENDLESS) as server:
        for _ in server.llm().stream(PROMPT):
            break
        assert server.hung_up.wait(1)


def test_a_stream_that_nobody_reads_asks_nothing() -> None:
    async def never_read(llm: OpenAILLM) -> None:
        await llm.astream(PROMPT).aclose()

    with serving(ENDLESS) as server:
        server.llm().stream(PROMPT).close()
        asyncio.run(never_read(server.llm()))
        assert server.requests == []


async def close_it(stream: AsyncIterator[Any]) -> None:
    await anext(stream)
    await stream.aclose()  # type: ignore[attr-defined]


async def leave_the_loop(stream: AsyncIterator[Any]) -> None:
    async for _ in stream:
        break


async def cancel_the_task(stream: AsyncIterator[Any]) -> None:
    async def read() -> None:
        async for _ in stream:
            reading.set()

    reading = asyncio.Event()
    task = asyncio.create_task(read())
    await reading.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def run_out_of_time(stream: AsyncIterator[Any]) -> None:
    async def read() -> None:
        async for _ in stream:
            pass

    with pytest.raises(TimeoutError):
        await asyncio.wait_for(read(), 0.2)


@pytest.mark.parametrize("stop", [close_it, leave_the_loop, cancel_the_task, run_out_of_time])
def test_stopping_an_async_stream_closes_the_connection(stop: Callable[..., Any]) -> None:
    async def ask(server: Server, llm: OpenAILLM) -> bool:
        await stop(llm.astream(PROMPT))
        return await asyncio.to_thread(server.hung_up.wait, 1)

    with serving(ENDLESS) as server:
        assert asyncio.run(ask(server, server.llm()))


def test_cancelling_a_task_that_waits_for_an_answer_closes_the_connection() -> None:
    async def ask(server: Server, llm: OpenAILLM) -> bool:
        task = asyncio.create_task(llm.acomplete(PROMPT))
        while not server.requests:
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return await asyncio.to_thread(server.hung_up.wait, 1)

    with serving(SILENCE) as server:
        assert asyncio.run(ask(server, server.llm()))


# Connections


def test_an_event_loop_closes_its_connections_when_it_ends() -> None:
    with serving(whole(content="A balance.")) as server:
        llm = server.llm()
        for _ in range(3):
            assert asyncio.run(llm.acomplete(PROMPT)).text == "A balance."
            assert server.hung_up.wait(1)
            server.hung_up.clear()


def test_requests_one_after_the_other_share_a_connection() -> None:
    async def ask_thrice(llm: OpenAILLM) -> None:
        for _ in range(3):
            await llm.acomplete(PROMPT)

    with serving(whole(content="A balance.")) as server:
        llm = server.llm()
        for _ in range(3):
            llm.complete(PROMPT)
        assert server.connections == 1
        asyncio.run(ask_thrice(llm))
        assert server.connections == 2


def test_close_reaches_the_connections_of_an_event_loop_in_another_thread() -> None:
    with serving(whole(content="A balance.")) as server, running_loop() as loop:
        llm = server.llm()
        asyncio.run_coroutine_threadsafe(llm.acomplete(PROMPT), loop).result(5)
        llm.close()
        assert server.hung_up.wait(1)


def test_close_reaches_the_connections_of_an_event_loop_that_rests() -> None:
    with serving(whole(content="A balance.")) as server:
        llm, loop = server.llm(), asyncio.new_event_loop()
        loop.run_until_complete(llm.acomplete(PROMPT))
        llm.close()
        assert server.hung_up.wait(1)
        loop.close()


def test_aclose_reaches_all_connections() -> None:
    async def ask(server: Server, llm: OpenAILLM) -> bool:
        await llm.acomplete(PROMPT)
        await llm.aclose()
        return server.hung_up.wait(1)  # in the event loop's way, so that nothing is left to it

    with serving(whole(content="A balance.")) as server:
        assert asyncio.run(ask(server, server.llm()))


def test_what_is_asked_right_after_close_is_not_closed_with_it() -> None:
    async def ask(llm: OpenAILLM) -> list[str]:
        before = await llm.acomplete(PROMPT)
        llm.close()
        after = [await llm.acomplete(PROMPT) for _ in range(5)]
        return [completion.text for completion in (before, *after)]

    with serving(whole(content="A balance.")) as server:
        assert asyncio.run(ask(server.llm())) == ["A balance."] * 6
        assert server.connections == 2


def test_an_object_that_is_forgotten_leaves_no_connection_open() -> None:
    with serving(whole(content="A balance.")) as server, warnings.catch_warnings():
        warnings.simplefilter("error", ResourceWarning)
        llm = server.llm()
        llm.complete(PROMPT)
        del llm
        gc.collect()
        assert server.hung_up.wait(1)


@contextmanager
def running_loop() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield loop
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()


# The key and the environment


def test_nothing_of_the_environment_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("API_KEY", "ADMIN_KEY", "ORG_ID", "PROJECT_ID", "WEBHOOK_SECRET"):
        monkeypatch.setenv(f"OPENAI_{name}", "from-outside")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/from-outside")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-More: from-outside\nAuthorization: from-outside")
    with serving(whole(content="A balance.")) as server:
        llm = server.llm()
        llm.complete(PROMPT)
        asyncio.run(llm.acomplete(PROMPT))
        server.llm(api_key=None).complete(PROMPT)
    assert "from-outside" not in str(server.requests)
    assert [headers.get("authorization") for headers, _ in server.requests] == [
        f"Bearer {KEY}",
        f"Bearer {KEY}",
        None,
    ]


def test_a_server_of_ones_own_needs_no_key() -> None:
    with serving(whole(content="A balance.")) as server:
        llm = server.llm(api_key=None)
        assert llm.complete(PROMPT).text == "A balance."
        assert asyncio.run(llm.acomplete(PROMPT)).text == "A balance."


ECHOES = [
    refusal(401, message=f"Incorrect API key provided: {KEY}", code="invalid_api_key"),
    refusal(429, message=f"{KEY} asks too often", type=KEY),
    http(500, f"<html>{KEY}</html>", kind="text/html"),
    http(400, json.dumps({"detail": f"what is {KEY}?"})),
    http(200, f"{KEY}, that is not JSON"),
    events(b'data: {"error": {"message": "bad key ' + KEY.encode() + b'"}}\n\n'),
    events(b"data: {" + KEY.encode() + b"\n\n"),
    b"HTTP/1.1 200 " + KEY.encode() + b"\r\nNot a header\r\n\r\n",
    KEY.encode() + b" is no status line\r\n\r\n",
    HANG_UP,
]


@pytest.mark.parametrize("echo", ECHOES)
def test_the_key_is_in_no_error(echo: bytes) -> None:
    with serving(echo) as server:
        llm = server.llm()
        for ask in (llm.complete, lambda prompt: list(llm.stream(prompt))):
            with pytest.raises(LLMError) as caught:
                ask(PROMPT)
            assert KEY not in everything_said(caught.value)
    assert server.requests[0][0]["authorization"] == f"Bearer {KEY}"


def test_the_key_is_in_no_log_and_no_description(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with serving(*ECHOES[:7], whole(content="A balance.")) as server:
        llm = server.llm()
        for _ in ECHOES[:7]:
            with pytest.raises(LLMError):
                llm.complete(PROMPT)
        asyncio.run(llm.acomplete(PROMPT))
    assert "127.0.0.1" in caplog.text  # something was logged
    assert KEY not in caplog.text
    assert KEY not in repr(llm) + str(llm) + str(vars(llm)) + str(vars(llm._server))


def test_a_key_that_is_no_secret_spoils_no_error() -> None:
    refused = refusal(400, message="e is no key", code="context_length_exceeded")
    with serving(refused) as server, pytest.raises(ContextLengthError, match="e is no key"):
        server.llm(api_key="e").complete(PROMPT)


def everything_said(error: BaseException | None) -> str:
    """All text of an error and of those behind it, with their fields and tracebacks."""
    said = ""
    while error is not None:
        trace = traceback.TracebackException.from_exception(error)
        fields = {name: value for name, value in vars(error).items() if name != "response"}
        said += f"{error} {error!r} {error.args} {fields}" + "".join(trace.format())
        if (request := getattr(error, "request", None)) is not None:
            said += str(request.headers.raw)
        error = error.__cause__ or error.__context__
    return said


# Refusals and retries


def seconds(headers: Callable[[], str]) -> float | None:
    with serving(refusal(429, headers(), message="slow down")) as server:
        with pytest.raises(RateLimitError) as caught:
            server.llm().complete(PROMPT)
        return caught.value.retry_after_s


@pytest.mark.parametrize(
    ("header", "wait_s"),
    [
        ("Retry-After: 12", 12),
        ("Retry-After: 1.5", 1.5),
        ("retry-after-ms: 250", 0.25),
        ("Retry-After: -3", 0),
        ("Retry-After: Wed, 21 Oct 2015 07:28:00 GMT", 0),
        ("Retry-After: soon", None),
        ("Retry-After: nan", None),
        ("X-Nothing: 1", None),
    ],
)
def test_the_wait_that_a_server_asks_for_is_told(header: str, wait_s: float | None) -> None:
    assert seconds(lambda: header) == wait_s


def test_the_wait_may_be_a_date() -> None:
    date = datetime.now(UTC) + timedelta(seconds=100)
    wait_s = seconds(lambda: "Retry-After: " + format_datetime(date, usegmt=True))
    assert wait_s == pytest.approx(100, abs=3)


def test_a_short_wait_is_waited_and_then_asked_again() -> None:
    once = refusal(429, "retry-after-ms: 20", message="slow down")
    with serving(once, once, whole(content="A balance.")) as server:
        assert server.llm(max_retries=2).complete(PROMPT).text == "A balance."
        assert len(server.requests) == 3


@pytest.mark.parametrize(
    "ask", [lambda llm: llm.complete(PROMPT), lambda llm: asyncio.run(llm.acomplete(PROMPT)), read]
)
def test_a_wait_beyond_the_timeout_is_left_to_the_caller(ask: Callable[..., Any]) -> None:
    with serving(refusal(429, "Retry-After: 30", message="slow down")) as server:
        with pytest.raises(RateLimitError) as caught:
            ask(server.llm(max_retries=3, timeout_s=2))
        assert caught.value.retry_after_s == 30
        assert len(server.requests) == 1


REFUSALS: list[tuple[bytes, type[YogaError]]] = [
    (refusal(402, message="Insufficient balance"), QuotaError),
    (
        refusal(400, message="maximum context length is 4096", type="BadRequestError"),
        ContextLengthError,
    ),
    (refusal(400, type="exceed_context_size_error", code=400), ContextLengthError),
    (refusal(413, message="too large"), ContextLengthError),
    (refusal(400, message="...", code="content_filter"), LLMError),
    (refusal(400, message="temperature is unsupported", code="unsupported_value"), LLMError),
    (refusal(400, message=["odd"], code={"odd": 1}, type=[1]), LLMError),
    (refusal(429, message="odd", code=["odd"], type={"odd": 1}), RateLimitError),
    (http(400, '{"error": "a plain string"}'), LLMError),
    (http(429, "[]"), RateLimitError),
    (http(502, "<html>Bad gateway</html>", kind="text/html"), LLMUnavailableError),
    (http(403, ""), AuthenticationError),
    (http(301, "", "Location: http://127.0.0.1:9/"), LLMUnavailableError),
    (http(304, ""), LLMError),
    (b"SSH-2.0-OpenSSH\r\n\r\n", LLMUnavailableError),
]


@pytest.mark.parametrize(("script", "kind"), REFUSALS)
def test_every_refusal_is_one_of_ours(script: bytes, kind: type[YogaError]) -> None:
    with serving(script) as server:
        for ask in (lambda llm: llm.complete(PROMPT), read):
            with pytest.raises(LLMError) as caught:
                ask(server.llm())
            assert type(caught.value) is kind
            assert caught.value.hint
            assert "<html>" not in str(caught.value)


def test_a_server_that_cannot_count_as_it_streams_is_asked_without() -> None:
    no = refusal(400, message="Unknown parameter: 'stream_options'.", param="stream_options")
    yes = events(event(delta={"content": "A balance."}), event("stop"))
    with serving(no, yes, yes) as server:
        llm = server.llm()
        assert [*llm.stream(PROMPT), *llm.stream(PROMPT)] == ["A balance."] * 2
        options = ["stream_options" in body for _, body in server.requests]
        assert options == [True, False, False]


def test_an_async_stream_does_without_the_count_as_well() -> None:
    async def ask(llm: OpenAILLM) -> list[str | Usage]:
        return [piece async for piece in llm.astream(PROMPT)]

    no = refusal(422, message="Extra inputs are not permitted: stream_options")
    yes = events(event(delta={"content": "A balance."}), event("stop"))
    with serving(no, yes) as server:
        assert asyncio.run(ask(server.llm())) == ["A balance."]


@pytest.mark.parametrize("body", [{"error": {"message": "no\n" * 5000}}, {"detail": "no " * 5000}])
def test_the_servers_words_are_passed_on_but_not_without_end(body: dict[str, Any]) -> None:
    with serving(http(400, json.dumps(body))) as server, pytest.raises(LLMError) as caught:
        server.llm().complete(PROMPT)
    assert "(400): no no no" in str(caught.value)
    assert len(str(caught.value)) < 500


# Odd answers


ODD_REPLIES = [
    http(200, "<html>Welcome</html>", kind="text/html"),
    http(200, "null"),
    http(200, "[]"),
    http(200, '"words"'),
    http(200, "{}"),
    http(200, '{"choices": null}'),
    http(200, '{"choices": []}'),
    http(200, '{"choices": "words"}'),
    http(200, '{"choices": [null], "usage": 7}'),
    http(200, '{"choices": [{"message": null, "finish_reason": "stop"}]}'),
    http(200, '{"choices": [{"message": {"content": 7}, "finish_reason": "stop"}]}'),
    http(200, b'{"choices": "\xff\xfe"}'),
    whole(content=None),
    whole(content=""),
    whole(content=" \n"),
    whole("length", content=""),
    whole("content_filter", content="Stand on"),
]


@pytest.mark.parametrize("script", ODD_REPLIES)
def test_an_odd_reply_is_an_error_never_an_empty_answer(script: bytes) -> None:
    with serving(script) as server:
        with pytest.raises(LLMError) as caught:
            server.llm().complete(PROMPT)
        assert caught.value.hint


ODD_STREAMS = [
    events(),
    events(end=b""),
    events(b": nothing but a comment\n\n"),
    events(b"data: null\n\n"),
    events(b'data: {"choices": null}\n\n'),
    events(b'data: {"choices": [{"delta": null}]}\n\n'),
    events(b"data: {not json}\n\n"),
    events(b"data: \xff\xfe\n\n"),
    events(event(delta={"content": "Stand on"})),
    events(event(delta={"content": "Stand on"}), end=b""),
    events(event(delta={"content": "Stand on"}), event("content_filter")),
    events(event(delta={"role": "assistant"}), event("stop")),
    events(event(delta={"content": "\n"}), event("length")),
]


@pytest.mark.parametrize("script", ODD_STREAMS)
def test_an_odd_stream_is_an_error_never_half_an_answer(script: bytes) -> None:
    with serving(script) as server:
        with pytest.raises(LLMError) as caught:
            read(server.llm())
        assert caught.value.hint


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ('{"message": "slow down", "code": "rate_limit_exceeded"}', RateLimitError),
        ('{"message": "no credit", "type": "insufficient_quota"}', QuotaError),
        ('{"message": "too long", "code": "context_length_exceeded"}', ContextLengthError),
        ('{"message": "The server had an error", "type": "server_error"}', LLMUnavailableError),
        ('{"message": "Provider gone", "code": 502}', LLMUnavailableError),
        ('{"message": "Bad request", "code": 400}', LLMError),
        ('"a plain string"', LLMUnavailableError),
    ],
)
def test_an_error_in_the_middle_of_a_stream_is_told_by_its_kind(
    error: str, kind: type[LLMError]
) -> None:
    broken = events(
        event(delta={"content": "Stand on"}), f'data: {{"error": {error}}}\n\n'.encode()
    )
    with serving(broken) as server:
        stream = server.llm().stream(PROMPT)
        assert next(stream) == "Stand on"
        with pytest.raises(LLMError) as caught:
            next(stream)
        assert type(caught.value) is kind


def test_a_refusal_in_words_is_an_answer() -> None:
    with serving(whole(refusal="I cannot help with that.", content=None)) as server:
        assert server.llm().complete(PROMPT).text == "I cannot help with that."
    with serving(events(event(delta={"refusal": "I cannot."}), event("stop"))) as server:
        assert read(server.llm()) == "I cannot."


@pytest.mark.parametrize("usage", [7, {}, {"prompt_tokens": None, "completion_tokens": "many"}])
def test_a_cost_that_cannot_be_read_is_unknown(usage: object) -> None:
    reply = {"choices": [{"message": {"content": "A balance."}}], "usage": usage}
    with serving(http(200, json.dumps(reply))) as server:
        completion = server.llm().complete(PROMPT)
    assert (completion.text, completion.usage) == ("A balance.", Usage())


def test_a_whole_answer_that_gives_no_reason_for_its_end_is_taken() -> None:
    with serving(whole(None, content="A balance.")) as server:
        assert server.llm().complete(PROMPT).text == "A balance."


def test_a_server_that_keeps_a_connection_silent_in_mid_stream_is_given_up() -> None:
    head = (
        b"HTTP/1.1 200 So\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    first = event(delta={"content": "Stand on"})
    with serving(head + b"%x\r\n%b\r\n" % (len(first), first)) as server:
        stream = server.llm(timeout_s=0.2).stream(PROMPT)
        assert next(stream) == "Stand on"
        with pytest.raises(LLMError, match="in time"):
            next(stream)
        assert server.hung_up.wait(1)


def test_nobody_at_home_is_told_with_the_reason() -> None:
    with serving(SILENCE) as server:
        llm = server.llm()
    with pytest.raises(LLMUnavailableError, match="refused"):
        llm.complete(PROMPT)
