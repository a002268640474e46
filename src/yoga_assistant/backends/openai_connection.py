"""The way to an OpenAI-compatible server: clients for threads and event loops, and the key."""

from __future__ import annotations

import asyncio
import re
import threading
import weakref
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from ..errors import SettingsError, YogaError
from .openai_errors import is_vain, own_error

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop

    import openai

OPENAI_URL: Final = "https://api.openai.com/v1"
_Lifetime = AsyncGenerator[None, None]


class Connection:
    """One blocking client for all threads, and an awaiting one for each event loop.

    Raises:
        SettingsError: OpenAI's key is missing, or the key or `base_url` cannot be used.
    """

    def __init__(
        self, api_key: str | None, base_url: str, timeout_s: float, max_retries: int
    ) -> None:
        self.base_url, self.is_openai = base_url, _is_openai(base_url)
        self._key = _Key(api_key)
        if self.is_openai and not self._key.value:
            raise SettingsError(
                "OpenAI needs a key and none was given",
                hint="pass api_key=..., or set OPENAI_API_KEY and use YogaAssistant.from_env()",
            )
        self._timeout_s, self._max_retries = timeout_s, max_retries
        self._lock = threading.Lock()
        self._blocking: openai.OpenAI | None = None
        self._awaiting: dict[AbstractEventLoop, tuple[openai.AsyncOpenAI, _Lifetime]] = {}

    def blocking(self) -> openai.OpenAI:
        import openai

        with self._lock:
            if self._blocking is None:
                hook = partial(_spare_vain_retries, self._timeout_s)
                http = openai.DefaultHttpxClient(event_hooks={"response": [hook]})
                weakref.finalize(self, http.close)
                self._blocking = openai.OpenAI(http_client=http, **self._options())
                _forget_environment(self._blocking)
            return self._blocking

    async def awaiting(self) -> openai.AsyncOpenAI:
        import openai

        loop = asyncio.get_running_loop()
        with self._lock:
            if loop in self._awaiting:
                return self._awaiting[loop][0]
            hook = partial(_aspare_vain_retries, self._timeout_s)
            http = openai.DefaultAsyncHttpxClient(event_hooks={"response": [hook]})
            client = openai.AsyncOpenAI(http_client=http, **self._options())
            _forget_environment(client)
            lifetime = self._lifetime(loop, client)
            self._awaiting[loop] = client, lifetime
        await anext(lifetime)
        return client

    def headers(self) -> dict[str, Any]:
        """What a request must carry besides: without a key, no word of one."""
        import openai

        return {} if self._key.value else {"Authorization": openai.Omit()}

    @contextmanager
    def own_errors(self, name: str) -> Iterator[None]:
        """Turns what goes wrong inside into our errors, the key taken out of them."""
        try:
            yield
        except YogaError:
            raise
        except Exception as exc:
            self._key.scrub(exc)
            if (own := own_error(exc, name, self._timeout_s)) is None:
                raise
            raise own from exc

    def close(self) -> None:
        with self._lock:
            blocking, self._blocking = self._blocking, None
            awaiting, self._awaiting = self._awaiting, {}
        if blocking is not None:
            blocking.close()
        for loop, (_, lifetime) in awaiting.items():
            _end(lifetime, loop)

    async def aclose(self) -> None:
        with self._lock:
            own = self._awaiting.pop(asyncio.get_running_loop(), None)
        if own is not None:
            await own[1].aclose()
        self.close()

    def _options(self) -> dict[str, Any]:
        import openai

        # To take a connection needs no thought: a host that does not is soon given up.
        connect_s = min(self._timeout_s, 10.0)
        return {
            "api_key": self._key.value or "none",
            "base_url": self.base_url,
            "timeout": openai.Timeout(self._timeout_s, connect=connect_s),
            "max_retries": self._max_retries,
        }

    async def _lifetime(self, loop: AbstractEventLoop, client: openai.AsyncOpenAI) -> _Lifetime:
        """Closes the client when its event loop ends, since that ends its generators first."""
        try:
            yield
        finally:
            with self._lock:
                if self._awaiting.get(loop, (None,))[0] is client:  # else it has a successor
                    del self._awaiting[loop]
            await client.close()


def _end(lifetime: _Lifetime, loop: AbstractEventLoop) -> None:
    async def end() -> None:
        await lifetime.aclose()

    if loop.is_running():
        asyncio.run_coroutine_threadsafe(end(), loop)
    elif not loop.is_closed() and not _in_event_loop():
        loop.run_until_complete(end())


def _in_event_loop() -> bool:
    with suppress(RuntimeError):
        return asyncio.get_running_loop() is not None
    return False


def _forget_environment(client: openai.OpenAI | openai.AsyncOpenAI) -> None:
    """Undoes what openai takes from OPENAI_… variables where it is told nothing."""
    client.organization = client.project = client.admin_api_key = client.webhook_secret = None
    client._custom_headers = {}


def _spare_vain_retries(longest_s: float, response: Any) -> None:
    if response.is_error:
        response.read()
        _mark_if_vain(response, longest_s)


async def _aspare_vain_retries(longest_s: float, response: Any) -> None:
    if response.is_error:
        await response.aread()
        _mark_if_vain(response, longest_s)


def _mark_if_vain(response: Any, longest_s: float) -> None:
    if is_vain(response.content, response.headers, longest_s):
        response.headers["x-should-retry"] = "false"  # which openai heeds


def _is_openai(base_url: str) -> bool:
    url = urlsplit(base_url)
    if url.scheme not in ("http", "https") or not url.hostname:
        raise SettingsError(
            f"base_url {base_url!r} is no web address", hint="as in https://host/v1"
        )
    if url.username or url.password or url.query:
        raise SettingsError("base_url holds a password or a query", hint="pass the key as api_key")
    return url.hostname == "api.openai.com" or url.hostname.endswith(".api.openai.com")


class _Key:
    """A key that shows itself to nobody but the server."""

    def __init__(self, value: str | None) -> None:
        self.value = (value or "").strip()
        if not re.fullmatch(r"[!-~]*", self.value):
            raise SettingsError(
                "the key holds a blank, a line break or a sign that no key has",
                hint="copy it again, nothing but the key",
            )

    def __repr__(self) -> str:
        return "<key>"

    def scrub(self, error: BaseException) -> None:
        """Takes the key out of an error and its causes: servers may echo it, requests hold it."""
        if len(self.value) < 6:  # "EMPTY" and the like, for servers that take any: no secret
            return
        if (request := getattr(error, "request", None)) is not None:
            request.headers["Authorization"] = repr(self)
        link: BaseException | None = error
        while link is not None:
            link.args = self._scrubbed(link.args)
            vars(link).update(self._scrubbed(vars(link)))
            link = link.__cause__ or link.__context__

    def _scrubbed(self, value: Any) -> Any:
        match value:
            case str():
                return value.replace(self.value, repr(self))
            case bytes():
                return value.replace(self.value.encode(), repr(self).encode())
            case dict():
                return {name: self._scrubbed(item) for name, item in value.items()}
            case list() | tuple():
                return type(value)(map(self._scrubbed, value))
        return value
