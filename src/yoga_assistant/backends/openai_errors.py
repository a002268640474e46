"""What the errors of an OpenAI-compatible server mean, in our own terms."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from email.utils import parsedate_to_datetime
from importlib import import_module
from typing import TYPE_CHECKING, Final

from ..errors import (
    AuthenticationError,
    ContextLengthError,
    LLMError,
    LLMTimeoutError,
    LLMUnavailableError,
    QuotaError,
    RateLimitError,
)

if TYPE_CHECKING:
    import openai

_QUOTA: Final = {"insufficient_quota", "billing_hard_limit_reached", "billing_not_active"}
_CONTEXT: Final = {"context_length_exceeded", "exceed_context_size_error"}
_WITHHELD: Final = {"content_filter", "content_policy_violation"}


def own_error(error: Exception, name: str, timeout_s: float) -> LLMError | None:
    """Our error for one of the openai package, or for an answer that cannot be read."""
    import openai

    # In the middle of a stream, openai before its third version lets the errors of httpx pass;
    # since then it speaks through httpx2.
    http = import_module(openai.Timeout.__init__.__module__.partition(".")[0])
    if isinstance(error, openai.APITimeoutError | http.TimeoutException):
        hint = f"raise timeout_s, which is {timeout_s:g}, or try again later"
        return LLMTimeoutError(f"{name} did not answer in time", hint=hint)
    if isinstance(error, openai.APIConnectionError | http.RequestError):
        message = f"the connection to {name} failed: {_root(error)}"
        return LLMUnavailableError(message, hint="check the network and base_url, or try again")
    if isinstance(error, openai.APIError):
        return _refusal(error, name)
    if isinstance(error, ValueError):  # not JSON, or not UTF-8
        message = f"{name} sent an answer that cannot be read: {error}"
        return LLMUnavailableError(message, hint="try again, or check base_url")
    return None


def withheld(name: str) -> LLMError:
    return LLMError(
        f"the content filter of {name} withheld the answer", hint="rephrase the question"
    )


def is_vain(content: bytes, headers: Mapping[str, str], longest_s: float) -> bool:
    """Whether to try again cannot help, or not within `longest_s`, after such an error."""
    kinds: set[str] = set()
    with suppress(ValueError, TypeError, KeyError, AttributeError):
        error = json.loads(content)["error"]
        kinds = {str(error.get("code")), str(error.get("type"))}
    return bool(kinds & _QUOTA) or (_retry_after_s(headers) or 0) > longest_s


def _refusal(error: openai.APIError, name: str) -> LLMError:
    """For what a server sends instead of an answer, or in the middle of one."""
    status, said = _status(error), _said(error)
    kinds = {str(error.code), str(error.type)}
    message = f"{name} refused" + (f" ({status})" if status else "") + (f": {said}" if said else "")
    if status == 402 or kinds & _QUOTA:
        return QuotaError(message, hint="the account needs credit: see its plan and billing")
    if status == 429 or any("rate_limit" in kind for kind in kinds):
        return _rate_limit(error, message)
    if status == 413 or kinds & _CONTEXT or re.search("context (length|size)", said):
        return ContextLengthError(message, hint="ask less at once, or a model that reads more")
    if status == 401 or "invalid_api_key" in kinds:
        return AuthenticationError(message, hint="check the key, and that it is for this base_url")
    if status == 403:
        return AuthenticationError(message, hint="the key may not use this model or this server")
    if status == 408:
        return LLMTimeoutError(message, hint="try again later")
    if kinds & _WITHHELD:
        return withheld(name)
    if status is None or status >= 500 or status in (409, 425):
        return LLMUnavailableError(message.replace("refused", "failed", 1), hint="try again later")
    if status == 404:
        return LLMError(message, hint="check the model's name, and base_url, which may need a /v1")
    return LLMError(message, hint="the server does not take such a request")


def _rate_limit(error: openai.APIError, message: str) -> RateLimitError:
    response = getattr(error, "response", None)  # none in the middle of a stream
    wait_s = None if response is None else _retry_after_s(response.headers)
    hint = "try again later" if wait_s is None else f"try again in {wait_s:.0f} s"
    return RateLimitError(message, retry_after_s=wait_s, hint=hint)


def _status(error: openai.APIError) -> int | None:
    """The HTTP status; in the middle of a stream, what some servers give as `code`."""
    status = getattr(error, "status_code", None) or error.code or ""
    return int(status) if re.fullmatch(r"[345]\d\d", str(status)) else None


def _said(error: openai.APIError) -> str:
    """The server's own words on one line, but no HTML page."""
    said = error.body
    if isinstance(said, Mapping):
        said = said.get("message") or said.get("detail")
    if not isinstance(said, str) or said.lstrip().startswith("<"):
        return ""
    return " ".join(said.split())[:300]


def _retry_after_s(headers: Mapping[str, str]) -> float | None:
    """The wait that a server asks for; it may be a number of seconds or a date."""
    with suppress(KeyError, ValueError):
        return _wait_s(float(headers["retry-after-ms"]) / 1000)
    value = headers.get("retry-after", "")
    with suppress(ValueError):
        return _wait_s(float(value))
    with suppress(ValueError):
        date = parsedate_to_datetime(value)
        return _wait_s((date - datetime.now(date.tzinfo)).total_seconds())
    return None


def _wait_s(seconds: float) -> float | None:
    return max(0.0, seconds) if math.isfinite(seconds) else None


def _root(error: BaseException) -> BaseException:
    while cause := error.__cause__ or error.__context__:
        error = cause
    return error
