"""Judges links before anything is done with them, and addresses before anything connects to them.

Links come from strangers and are fetched from inside somebody's network, so a link must not lead
to what only that network can reach. What is read here is all that is used afterwards: no other
reader sees the link, and two readers cannot differ on where it points.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from typing import Final
from urllib.parse import quote, urljoin

import idna

from ..errors import ScrapeError
from .addresses import Reach, parse
from .scrape_errors import NoHostError

PORTS: Final = (80, 443, 8080, 8443)
LINK_MOST: Final = 8192  # characters
_DEFAULT: Final = {"http": 80, "https": 443}

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_PARTS = re.compile(r"//([^/?#]*)([^?#]*)(\?[^#]*)?(?:#.*)?", re.DOTALL)
_AUTHORITY = re.compile(r"(\[[^\[\]]*\]|[^:\[\]]*)(?::([0-9]*))?")
_HOST_PORT = re.compile(r"[^/?#:]+:[0-9]+(?:[/?#]|$)")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_UNSEEN = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp", "Zs"))
# Blanks and joiners (scripts of India and Persia need those) stand in paths, but in no host.
_HARMLESS = " \u200c\u200d"
_KEPT = "/%:@!$&'()*+,;=~-._"  # what RFC 3986 lets stand in a path

# Names that mean something else in every network, or nothing at all. `.test` and `.example` are
# not among them: no public server answers for them, and what a network's own server says of them
# is judged by the addresses.
_OWN_NAMES: Final = frozenset(
    "localhost localdomain local internal intranet private corp home lan onion i2p alt arpa"
    " invalid".split()
)


@dataclass(frozen=True, slots=True)
class Target:
    """A link that may be asked for, taken apart for good."""

    scheme: str  # "http" or "https"
    host: str  # ASCII; an IPv6 address without brackets
    port: int
    path: str  # with the query, ASCII, as it goes to the server

    @property
    def origin(self) -> str:
        port = "" if self.port == _DEFAULT[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{self._bracketed}{port}"

    @property
    def authority(self) -> str:
        """The value of the Host header."""
        return self.origin.partition("//")[2]

    @property
    def url(self) -> str:
        return self.origin + self.path

    @property
    def _bracketed(self) -> str:
        return f"[{self.host}]" if ":" in self.host else self.host


class Guard:
    """Says where a link may lead: public hosts and usual ports, and what is opened on purpose.

    Args:
        allow_private: networks such as "10.0.0.0/8" that links may lead into after all; with one,
            names that only a network itself knows ("wiki", "wiki.local") may be used for it.
    """

    def __init__(self, allow_private: Sequence[str] = (), ports: Iterable[int] = PORTS) -> None:
        self._reach, self._ports = Reach(allow_private), frozenset(ports)

    def targets(self, link: str) -> list[Target]:
        """What a link as people write it may mean, most likely first; one, if it has a scheme.

        Raises:
            ScrapeError: it may not be read, or is no link.
        """
        link = _clean(link)
        scheme = _SCHEME.match(link)
        if scheme and not _HOST_PORT.match(link):
            return [self.target(link)]
        rest = link if link.startswith("//") else f"//{link}"
        return [self.target(f"{scheme}:{rest}") for scheme in ("https", "http")]

    def redirect(self, origin: Target, location: str) -> Target:
        """Where an answer from `origin` sends us.

        Raises:
            ScrapeError: it sends us where we must not go.
        """
        location = _clean(location)
        if _SCHEME.match(location):
            return self.target(location)
        try:
            return self.target(urljoin(origin.url, location))
        except ValueError as exc:
            raise _malformed("its host or port cannot be read") from exc

    def target(self, link: str) -> Target:
        """A whole link, judged as far as it can be without looking its host up.

        Raises:
            ScrapeError: it may not be read, or is no link.
        """
        link = _clean(link)
        scheme, _, rest = link.partition(":")
        if (scheme := scheme.lower()) not in _DEFAULT:
            raise ScrapeError(
                f"only http and https links are read, not {scheme[:20]!r}",
                hint="give the address of a page, as in https://example.org/poses",
            )
        if (parts := _PARTS.fullmatch(rest)) is None:
            raise _malformed("it lacks the // after its scheme")
        authority, path, query = parts.groups(default="")
        host, port = self._authority(authority, _DEFAULT[scheme])
        return Target(scheme, host, port, _ascii(path or "/", _KEPT) + _ascii(query, _KEPT + "?"))

    def check_port(self, port: int) -> None:
        """Raises a ScrapeError unless the port may be connected to."""
        if port not in self._ports:
            allowed = ", ".join(map(str, sorted(self._ports)))
            raise ScrapeError(f"port {port} is not read", hint=f"the ports allowed are {allowed}")

    def addresses(self, host: str, answers: Iterable[str]) -> list[str]:
        """The addresses of a host that may be connected to: all that were found, or it is refused.

        One private address among public ones refuses them all: nobody has both by accident.

        Raises:
            ScrapeError: one of them is not public, or there is none.
        """
        found = list(dict.fromkeys(answers))
        if not found:
            raise NoHostError(host, f"{host} has no address", hint="check the spelling of the link")
        covers = self._reach.opens if _is_own_name(host) else self._reach.covers
        for answer in found:
            if (address := parse(answer)) is None or not covers(address):
                raise _private(host)
        return found

    def _authority(self, authority: str, default: int) -> tuple[str, int]:
        if "@" in authority:
            raise _malformed("it holds a user name or password", "leave out what is before the @")
        if (match := _AUTHORITY.fullmatch(authority)) is None:
            raise _malformed("its host or port cannot be read")
        host, number = self._host(match[1]), match[2] or ""
        port = int(number) if 0 < len(number) < 6 else default
        if len(number) > 5:
            raise _malformed("its port is no number that a port can have")
        self.check_port(port)
        return host, port

    def _host(self, host: str) -> str:
        if host.startswith("["):
            return self._literal(host[1:-1], IPv6Address)
        name = _named(host).removesuffix(".")
        if _NUMBER.fullmatch(name.rpartition(".")[2]):
            return self._literal(host, IPv4Address)
        if len(name) > 253 or not all(_LABEL.fullmatch(label) for label in name.split(".")):
            raise _malformed("its host is no name that a host can have")
        if _is_own_name(name) and not self._reach.opened:
            raise _private(name)
        return name

    def _literal(self, text: str, kind: type[IPv4Address] | type[IPv6Address]) -> str:
        address = parse(text)
        if not isinstance(address, kind) or "%" in text:
            raise _malformed(
                "its host is a number that can be read in several ways",
                "write an address as four numbers from 0 to 255",
            )
        if not self._reach.covers(address):
            raise _private(text)
        return str(address)


def _clean(link: str) -> str:
    """The link without blanks around it.

    Raises:
        ScrapeError: it holds what readers of links take in different ways, or hide.
    """
    link = link.strip(" ")
    if not link or len(link) > LINK_MOST:
        raise _malformed("it is empty" if not link else f"it has over {LINK_MOST} characters")
    if "\\" in link:
        raise _malformed("it holds a backslash", "write / instead")
    for sign in link:
        if unicodedata.category(sign) in _UNSEEN and sign not in _HARMLESS:
            raise _malformed("it holds a control or an invisible character")
    return link


def _named(host: str) -> str:
    """A host name in ASCII and lower case."""
    if "%" in host:
        raise _malformed("its host holds a %")
    name = unicodedata.normalize("NFC", host.lower())
    if name.isascii():
        return name
    # 127.0.0.1 in full-width digits, or with 。 for a dot, is a name to one reader and an
    # address to the next.
    if unicodedata.normalize("NFKC", name) != name:
        raise _malformed("its host holds letters that stand for others")
    try:
        return idna.encode(name).decode()
    except (idna.IDNAError, UnicodeError) as exc:
        raise _malformed("its host holds letters that no name may hold") from exc


def _is_own_name(host: str) -> bool:
    """Whether a host's name is one that a network gives, not the world."""
    if parse(host) is not None:
        return False
    return "." not in host or host.rpartition(".")[2] in _OWN_NAMES


def _ascii(part: str, safe: str) -> str:
    return quote(part, safe=safe, errors="replace")


def _malformed(why: str, hint: str = "check the spelling of the link") -> ScrapeError:
    return ScrapeError(f"the link is malformed: {why}", hint=hint)


def _private(host: str) -> ScrapeError:
    return NoHostError(
        host,
        f"{host} is not on the public internet",
        hint="if you mean to read from your own network, open it with allow_private=[...]",
    )
