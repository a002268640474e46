"""Where links from strangers may lead: a table of attacks and of what must go on working.

Each link goes through a whole fetch, over a network that only writes down who is connected to.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any

import httpcore
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yoga_assistant.backends.guard import Guard
from yoga_assistant.backends.web import WebScraper
from yoga_assistant.errors import ScrapeError
from yoga_assistant.types import Page

PUBLIC = "93.184.215.14"

# Addresses that no link may lead to, as a URL writes them.
PRIVATE_V4 = """
0.0.0.0 0.0.0.1 0.255.255.255 10.0.0.0 10.0.0.1 10.255.255.255 100.64.0.1 100.100.100.200
100.127.255.255 127.0.0.1 127.0.0.2 127.1.1.1 127.255.255.254 168.63.129.16 169.254.0.1
169.254.169.254 169.254.170.2 172.16.0.1 172.17.0.1 172.31.255.255 192.0.0.1 192.0.0.8
192.0.0.192 192.0.2.1 192.88.99.1 192.168.0.1 192.168.1.1 192.168.255.255 198.18.0.1
198.19.255.255 198.51.100.7 203.0.113.9 224.0.0.1 224.0.0.251 239.255.255.250 240.0.0.1
254.1.2.3 255.255.255.255
""".split()
PRIVATE_V6 = """
:: ::1 ::2 ::7f00:1 ::127.0.0.1 ::a00:1 ::8.8.8.8 ::ffff:127.0.0.1 ::ffff:7f00:1 ::ffff:10.0.0.1
::ffff:169.254.169.254 ::ffff:0.0.0.0 ::ffff:192.168.1.1 ::ffff:0:127.0.0.1 ::ffff:0:8.8.8.8
64:ff9b::7f00:1 64:ff9b::127.0.0.1 64:ff9b::10.0.0.1 64:ff9b::a9fe:a9fe 64:ff9b:1::7f00:1
64:ff9b:1::10.0.0.1 64:ff9b:1::8.8.8.8 64:ff9b:1:7f00:0:100:: 100::1 100:0:0:1::1 2001::1
2001:0:4136:e378:8000:63bf:3fff:fdd2 2001:2::1 2001:10::1 2001:20::1 2001:30::1 2001:1ff::1
2001:db8::1 2001:db8:ffff::1 2002:7f00:1:: 2002:7f00:1::1 2002:a00:1:: 2002:a9fe:a9fe::
2002:808:808:: 3fff::1 3fff:fff::1 5f00::1 fc00::1 fd00::1 fd00:ec2::254 fd12:3456:789a::1 fe80::1
fe80::a9fe:a9fe fec0::1 feff::1 ff00::1 ff01::1 ff02::1 ff02::fb ff0e::1 4000::1 8000::1 1::1
2606:4700::5efe:7f00:1 2606:4700::200:5efe:10.0.0.1 2606:4700::5efe:8.8.8.8
""".split()
PUBLIC_ADDRESSES = """
1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.1 93.184.215.14 100.63.255.255 100.128.0.1 126.255.255.255
128.0.0.1 168.63.129.15 168.63.129.17 169.253.255.255 169.255.0.1 172.15.255.255 172.32.0.1
192.0.1.1 192.0.3.1 192.88.98.1 192.167.255.255 192.169.0.1 198.17.255.255 198.20.0.1
203.0.112.1 203.0.114.1 223.255.255.254 2001:200::1 2001:4860:4860::8888 2003::1 2400:cb00::1
2606:4700:4700::1111 2620:fe::fe 2800:3f0::1 2a00:1450:4001::1 2c0f:fb50::1 3ffe::1
::ffff:8.8.8.8 ::ffff:101:101 64:ff9b::8.8.8.8 64:ff9b::808:808
""".split()

MALFORMED = [
    # numbers that one reader takes for a name and another for an address
    "http://127.1/", "http://127.0.1/", "http://0/", "http://1/", "http://2130706433/",
    "http://3232235777/", "http://4294967295/", "http://4294967296/", "http://0x7f000001/",
    "http://0x7f.1/", "http://0x7f.0x0.0x0.0x1/", "http://0X7F.0.0.1/", "http://0177.0.0.1/",
    "http://017700000001/", "http://0177.0.0.0x1/", "http://127.0.0.01/", "http://127.0.0.001/",
    "http://127.0.0.1./", "http://8.8.8.8./", "http://8.8.8.8../", "http://010.8.8.8/",
    "http://8.8.8/", "http://8.8.8.8.8/", "http://256.1.1.1/", "http://1.2.3.256/",
    "http://0x/", "http://0x08080808/", "http://134744072/", "http://foo.0x1/", "http://foo.1/",
    "http://1.1.1.1.1/", "http://-1/", "http://+127.0.0.1/", "http://127.0.0.1,/",
    "http://１２７.０.０.１/", "http://８.８.８.８/", "http://127。0。0。1/", "http://8。8。8。8/",
    "http://①②⑦.⓪.⓪.①/", "http://127．0．0．1/", "http://127｡0｡0｡1/", "http://²130706433/",
    # hosts that are none
    "http://", "http:///", "http:///example.org/", "http://./", "http://../", "http://.org/",
    "http://example..org/", "http://example.org../", "http://-example.org/",
    "http://example-.org/", "http://exa$mple.org/", "http://exa,mple.org/", "http://exam!ple.org/",
    "http://" + "a" * 64 + ".org/", "http://" + "a." * 130 + "org/", "http://*.example.org/",
    "http://ex%61mple.org/", "http://127.0.0.1%2f.example.org/", "http://%31%32%37.0.0.1/",
    "http://example.org%00.evil.org/", "http://example.org%2f@127.0.0.1/",
    "http://ｅxample.org/", "http://ℯxample.org/", "http://example．org/x", "http://a\u00adb.org/",
    "http://exa\u200bmple.org/", "http://exa\u202emple.org/", "http://i❤.example.org/",
    # brackets
    "http://[]/", "http://[::1/", "http://::1]/", "http://::1/", "http://[::1]x/",
    "http://x[::1]/", "http://[[::1]]/", "http://[127.0.0.1]/", "http://[8.8.8.8]/",
    "http://[example.org]/", "http://[v1.fe80]/", "http://[fe80::1%eth0]/",
    "http://[fe80::1%25eth0]/", "http://[2606:4700::1%1]/", "http://[::ffff:127.1]/",
    "http://[02606:4700::1]/", "http://[2606:4700:::1]/", "http://[::ffff:0177.0.0.1]/",
    # user names and passwords
    "http://user@example.org/", "http://user:password@example.org/", "http://@example.org/",
    "http://:@example.org/", "http://example.org@127.0.0.1/", "http://127.0.0.1@example.org/",
    "http://example.org:80@127.0.0.1/", "user@example.org",
    "http://a@b@example.org/", "http://example.org＠127.0.0.1/",
    # signs that readers take in different ways
    "http:\\\\example.org\\", "http://example.org\\@127.0.0.1/", "http://example.org\\.evil.org/",
    "http://127.0.0.1\\@example.org/", "http://example.org/a\\b", "https:\\example.org",
    "http://exa mple.org/", "http://example.org /", "http:// example.org/", "http ://example.org/",
    "http://example.org/\ta", "http://exam\tple.org/",
    "http://example.org/\r\nHost: localhost", "http://example.org\r\n/", "\nhttp://example.org/",
    "http://example.org/\n", "http://example.org/\x00", "http://exam\x00ple.org/", "\x01http://a.org",
    "ht\ntp://example.org/", "http://example.org/\x7f", "http://example.org/\x85",
    "http://example.org/\u2028", "http://example.org/\u3000", "http://example.org/\ufeff",
    "http://example.org/\ud800", "http://example.org/\u202egpj.exe",
    # schemes
    "file:///etc/passwd", "FILE:///etc/passwd", "file://localhost/etc/passwd", "ftp://example.org/",
    "gopher://example.org:80/_x", "dict://example.org:80/", "ldap://example.org/",
    "javascript:alert(1)", "JavaScript:alert(1)", "data:text/html,<p>x", "mailto:a@example.org",
    "tel:123456", "blob:https://example.org/1", "about:blank", "view-source:http://example.org/",
    "jar:http://example.org!/x", "ws://example.org/", "wss://example.org/", "sftp://example.org/",
    "unix:/var/run/docker.sock", "http+unix://%2Fvar%2Frun/", "php://filter/x", "netdoc:///etc/x",
    "chrome://settings", "feed:http://example.org/", "urn:isbn:1", "://example.org", ":80",
    "http:example.org", "http:/example.org", "https:/example.org/", "http", "http:", "https://",
    "hxxp://example.org/", "httpx://example.org/", "http//example.org/", "h\u200bttp://example.org/",
    "", " ", "   ", "?", "#", "/", "/etc/passwd", "../x", "...", "@", "http://?", "http://#",
    # ports
    "http://example.org:0/", "http://example.org:21/", "http://example.org:22/",
    "http://example.org:25/", "http://example.org:6379/", "http://example.org:11211/",
    "http://example.org:2375/", "http://example.org:9200/", "http://example.org:65535/",
    "http://example.org:65536/", "http://example.org:99999999999999999999/",
    "http://example.org:-80/", "http://example.org:+80/", "http://example.org:8 0/",
    "http://example.org:80a/", "http://example.org:0x50/", "http://example.org:80:80/",
    "http://example.org:８０/", "http://[2606:4700::1]:22/", "http://example.org:٨٠/",
    # too long
    "http://example.org/" + "a" * 9000,
]  # fmt: skip
OWN_NAMES = """
localhost LOCALHOST LocalHost localhost. localhost:8080 app.localhost foo.bar.localhost
localhost.localdomain intranet wiki router printer metadata kubernetes kubernetes.default.svc.local
host.docker.internal metadata.google.internal gateway.docker.internal instance-data.ec2.internal
printer.local wiki.corp nas.lan router.home fritz.home server.private app.intranet box.home.arpa
1.0.0.127.in-addr.arpa hidden.onion hidden.i2p name.alt nothing.invalid com org a x
""".split()

ALLOWED = {
    "http://example.org": "http://example.org/",
    "https://example.org/poses": "https://example.org/poses",
    "HTTPS://EXAMPLE.ORG/Poses": "https://example.org/Poses",
    "  https://example.org/poses  ": "https://example.org/poses",
    "example.org": "https://example.org/",
    "example.org/poses": "https://example.org/poses",
    "www.example.org/a?b=c": "https://www.example.org/a?b=c",
    "example.org:8080/poses": "https://example.org:8080/poses",
    "//example.org/poses": "https://example.org/poses",
    "http://example.org:80/": "http://example.org/",
    "http://example.org:/": "http://example.org/",
    "https://example.org:443/": "https://example.org/",
    "http://example.org:443/": "http://example.org:443/",
    "http://example.org:8080/": "http://example.org:8080/",
    "https://example.org:8443/x": "https://example.org:8443/x",
    "http://example.org./": "http://example.org/",
    "http://example.org?q=1": "http://example.org/?q=1",
    "http://example.org/?q=http://127.0.0.1/": "http://example.org/?q=http://127.0.0.1/",
    "http://example.org/@user/post": "http://example.org/@user/post",
    "http://example.org/?to=a@b.org": "http://example.org/?to=a@b.org",
    "http://example.org/#localhost": "http://example.org/",
    "http://example.org#@127.0.0.1/": "http://example.org/",
    "http://example.org?@127.0.0.1/": "http://example.org/?@127.0.0.1/",
    "http://example.org/a#b?c": "http://example.org/a",
    "http://example.org/%41%2f%0d%0a": "http://example.org/%41%2f%0d%0a",
    "http://example.org/a b?c d#e f": "http://example.org/a%20b?c%20d",
    "http://example.org/\U0001fae9": "http://example.org/%F0%9F%AB%A9",
    "http://example.org/100%": "http://example.org/100%",
    "http://example.org/a:b/c;d,e": "http://example.org/a:b/c;d,e",
    "http://example.org/a..b/../c": "http://example.org/a..b/../c",
    'http://example.org/"<>': "http://example.org/%22%3C%3E",
    "http://example.org/?a[]=1": "http://example.org/?a%5B%5D=1",
    "http://example.org/vrksāsana": "http://example.org/vrks%C4%81sana",
    "http://example.org/योग‍/a": "http://example.org/%E0%A4%AF%E0%A5%8B%E0%A4%97%E2%80%8D/a",
    "http://example.org/🧘": "http://example.org/%F0%9F%A7%98",
    "http://bücher.example/ü": "http://xn--bcher-kva.example/%C3%BC",
    "http://BÜCHER.example/": "http://xn--bcher-kva.example/",
    "http://xn--bcher-kva.example/": "http://xn--bcher-kva.example/",
    "http://faß.de/": "http://xn--fa-hia.de/",
    "http://योग.भारत/": "http://xn--31b1c7d.xn--h2brj9c/",
    "http://例え.jp/": "http://xn--r8jz45g.jp/",
    "http://例え。jp/": "http://xn--r8jz45g.jp/",
    "http://my_site.example.org/": "http://my_site.example.org/",
    "http://a-b--c.example.org/": "http://a-b--c.example.org/",
    "http://123.example.org/": "http://123.example.org/",
    "http://127.0.0.1.example.org/": "http://127.0.0.1.example.org/",
    "http://0x7f.example.org/": "http://0x7f.example.org/",
    "http://localhost.example.org/": "http://localhost.example.org/",
    "http://local.example.org/": "http://local.example.org/",
    "http://internal.org/": "http://internal.org/",
    "http://notlocalhost.com/": "http://notlocalhost.com/",
    "http://" + "a" * 63 + ".org/": "http://" + "a" * 63 + ".org/",
    "http://8.8.8.8/": "http://8.8.8.8/",
    "8.8.8.8/x": "https://8.8.8.8/x",
    "http://8.8.8.8:8080/x": "http://8.8.8.8:8080/x",
    "http://[2606:4700:4700::1111]/x": "http://[2606:4700:4700::1111]/x",
    "http://[2606:4700:4700:0:0:0:0:1111]/": "http://[2606:4700:4700::1111]/",
    "https://[2606:4700:4700::1111]:8443/": "https://[2606:4700:4700::1111]:8443/",
    "http://[::ffff:8.8.8.8]/": "http://[::ffff:808:808]/",
    "http://example.org/" + "a" * 2000: "http://example.org/" + "a" * 2000,
}


class Notes(httpcore.NetworkBackend):
    """A network on which every server gives the same page; it notes who is connected to."""

    def __init__(self, answer: bytes = b"") -> None:
        self.connected: list[str] = []
        self.answer = answer or b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nSit tall."

    def connect_tcp(self, host: str, *args: Any, **options: Any) -> httpcore.NetworkStream:
        self.connected.append(host)
        return Answer(self.answer)


class Answer(httpcore.NetworkStream):
    def __init__(self, answer: bytes) -> None:
        self.rest = answer

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        chunk, self.rest = self.rest[:max_bytes], self.rest[max_bytes:]
        return chunk

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        pass

    def close(self) -> None:
        pass

    def start_tls(self, *args: Any, **options: Any) -> httpcore.NetworkStream:
        return self


def fetch(link: str, net: Notes, answers: Sequence[str] = (PUBLIC,), **options: Any) -> Page:
    options = {"respect_robots": False, "pace": 0, "tries": 1, **options}
    scraper = WebScraper(network=net, resolver=lambda host: answers, **options)
    try:
        return scraper.fetch(link)
    except ScrapeError as exc:
        if "fault of the library" in str(exc):
            raise AssertionError("it failed in a way that was not foreseen") from exc
        raise


def literal(address: str) -> str:
    return f"[{address}]" if ":" in address else address


@pytest.mark.parametrize("link", MALFORMED)
def test_a_link_that_readers_take_in_different_ways_is_refused(link: str) -> None:
    net = Notes()
    with pytest.raises(ScrapeError) as caught:
        fetch(link, net)
    assert not net.connected
    assert caught.value.url == link
    assert caught.value.hint


@pytest.mark.parametrize("address", [*PRIVATE_V4, *PRIVATE_V6])
def test_a_private_address_is_refused_in_a_link(address: str) -> None:
    net = Notes()
    for link in (f"http://{literal(address)}/", f"https://{literal(address)}:8443/x"):
        with pytest.raises(ScrapeError, match="not on the public internet"):
            fetch(link, net)
    assert not net.connected


@pytest.mark.parametrize("address", [*PRIVATE_V4, *PRIVATE_V6, "fe80::1%2", "", "x", "127.1"])
def test_a_private_address_is_refused_behind_a_name(address: str) -> None:
    net = Notes()
    for answers in ([address], [PUBLIC, address], [address, PUBLIC], [PUBLIC] * 9 + [address]):
        with pytest.raises(ScrapeError, match="not on the public internet"):
            fetch("http://example.org/", net, answers)
    assert not net.connected


@pytest.mark.parametrize("address", [*PRIVATE_V4, *PRIVATE_V6])
@pytest.mark.parametrize("location", ["http://{}/", "//{}/x", "https://{}/"])
def test_a_private_address_is_refused_in_a_redirect(address: str, location: str) -> None:
    where = location.format(literal(address)).encode()
    net = Notes(b"HTTP/1.1 302 Found\r\nLocation: " + where + b"\r\nContent-Length: 0\r\n\r\n")
    with pytest.raises(ScrapeError, match="not on the public internet"):
        fetch("http://example.org/", net)
    assert net.connected == [PUBLIC]


@pytest.mark.parametrize("link", [link for link in MALFORMED if link.isascii() and ":/" in link])
def test_a_malformed_redirect_is_not_followed(link: str) -> None:
    net = Notes(b"HTTP/1.1 302 Found\r\nLocation: " + link.encode() + b"\r\n\r\n")
    with pytest.raises(ScrapeError):
        fetch("http://example.net/", net)
    assert set(net.connected) == {PUBLIC}


@pytest.mark.parametrize("name", OWN_NAMES)
def test_a_name_that_a_network_gives_is_refused_wherever_it_leads(name: str) -> None:
    net = Notes()
    for link in (f"http://{name}/", f"https://{name}/x", name):
        with pytest.raises(ScrapeError, match="not on the public internet"):
            fetch(link, net)
    assert not net.connected


@pytest.mark.parametrize(("link", "url"), ALLOWED.items())
def test_an_ordinary_link_is_read(link: str, url: str) -> None:
    net = Notes()
    page = fetch(link, net)
    assert (page.url, page.text) == (url, "Sit tall.")
    assert len(net.connected) == 1


@pytest.mark.parametrize("address", PUBLIC_ADDRESSES)
def test_a_public_address_is_read(address: str) -> None:
    net = Notes()
    assert fetch(f"http://{literal(address)}/", net).text == "Sit tall."
    assert fetch("http://example.org/", net, [address]).text == "Sit tall."
    assert {ip_address(each) for each in net.connected} == {ip_address(address)}


def test_a_host_without_an_address_is_an_error() -> None:
    with pytest.raises(ScrapeError, match="no address"):
        fetch("http://example.org/", Notes(), [])


class TestAllowPrivate:
    @pytest.mark.parametrize(
        "link",
        ["http://10.1.2.3/", "http://wiki/", "http://wiki.corp/", "http://example.org/",
         "http://[::ffff:10.1.2.3]/", "http://LOCALHOST/"],
    )  # fmt: skip
    def test_it_opens_a_network_to_addresses_and_names(self, link: str) -> None:
        net = Notes()
        assert fetch(link, net, ["10.1.2.3"], allow_private=["10.0.0.0/8"]).text == "Sit tall."

    @pytest.mark.parametrize(
        ("link", "answer"),
        [("http://127.0.0.1/", ""), ("http://11.0.0.1.internal/", "192.168.1.1"),
         ("http://wiki/", "192.168.1.1"), ("http://wiki/", PUBLIC), ("http://10.1/", "10.0.0.1"),
         ("http://example.org/", "127.0.0.1"), ("http://167772161/", "10.0.0.1"),
         ("http://10.0.0.1:22/", ""), ("http://[fd00::1]/", "")],
    )  # fmt: skip
    def test_it_opens_nothing_else(self, link: str, answer: str) -> None:
        net = Notes()
        with pytest.raises(ScrapeError):
            fetch(link, net, [answer], allow_private=["10.0.0.0/8"])
        assert not net.connected

    def test_a_name_of_its_own_may_not_lead_outside(self) -> None:
        with pytest.raises(ScrapeError):
            fetch("http://wiki/", Notes(), ["10.0.0.1", PUBLIC], allow_private=["10.0.0.0/8"])

    def test_public_pages_are_read_as_before(self) -> None:
        assert fetch("http://example.org/", Notes(), allow_private=["10.0.0.0/8"]).text

    def test_an_address_with_a_zone_stays_refused(self) -> None:
        with pytest.raises(ScrapeError):
            fetch("http://example.org/", Notes(), ["fe80::1%2"], allow_private=["fe80::/10"])

    @pytest.mark.parametrize("wrong", [["10.0.0.1/8"], ["intranet"], "10.0.0.0/8", [""]])
    def test_what_is_no_list_of_networks_is_a_value_error(self, wrong: Any) -> None:
        with pytest.raises(ValueError, match=r"network|address|host bits"):
            WebScraper(allow_private=wrong)


# An own, coarser list than the guard's, to judge the guard by.
INSIDE: list[IPv4Network | IPv6Network] = [
    *map(IPv4Network, "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16".split()),
    *map(IPv4Network, "172.16.0.0/12 192.168.0.0/16 198.18.0.0/15 224.0.0.0/3".split()),
    *map(IPv6Network, "::/16 fc00::/7 fe80::/9 ff00::/8 2001::/32 2002::/16".split()),
]


def is_inside(text: str) -> bool:
    address = ip_address(text)
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return is_inside(str(address.ipv4_mapped))
    return any(address.version == each.version and address in each for each in INSIDE)


hosts = st.one_of(
    st.ip_addresses().map(str).map(literal),
    st.sampled_from([*PRIVATE_V4, *map(literal, PRIVATE_V6), *OWN_NAMES, "example.org"]),
    st.integers(0, 2**33).map(str),
    st.integers(0, 2**32).map(hex),
    st.text(st.sampled_from("0127.xX[]:@%#/\\?１。a-_ \t"), max_size=16),
    st.from_regex(re.compile(r"[a-z0-9.-]{1,20}"), fullmatch=True),
)
links = st.one_of(
    st.text(max_size=60),
    st.builds(
        "{}{}{}{}".format,
        st.sampled_from(
            ["http://", "https://", "//", "", "HTTP:/", "http:\\\\", "ftp://", "http:"]
        ),
        hosts,
        st.sampled_from(["", ":80", ":443", ":22", ":", ":8080x"]),
        st.text(max_size=20).map(lambda path: f"/{path}") | st.sampled_from(["", "?", "#@", "\\@"]),
    ),
)


@given(link=links, answers=st.lists(st.ip_addresses().map(str), max_size=3))
def test_no_link_whatever_it_holds_leads_inside(link: str, answers: list[str]) -> None:
    net = Notes()
    try:
        page = fetch(link, net, answers)
    except ScrapeError:
        pass
    else:
        assert page.url.startswith(("http://", "https://"))
        assert net.connected
    assert not any(map(is_inside, net.connected))


@given(location=links.map(lambda link: link.encode("utf-8", "replace")))
def test_no_redirect_whatever_it_holds_leads_inside(location: bytes) -> None:
    net = Notes(b"HTTP/1.1 301 Moved\r\nLocation: " + location + b"\r\nContent-Length: 0\r\n\r\n")
    with pytest.raises(ScrapeError):
        fetch("http://example.org/", net)
    assert not any(map(is_inside, net.connected))


@given(links)
def test_what_the_guard_lets_pass_it_takes_for_the_same_again(link: str) -> None:
    guard = Guard()
    try:
        targets = guard.targets(link)
    except ScrapeError:
        return
    for target in targets:
        assert guard.targets(target.url) == [target]
        assert target.url.isascii()
        assert target.url.isprintable()
