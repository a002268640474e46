"""Which internet addresses are public: the only ones that a link from a stranger may lead to.

`ipaddress.is_global` does not settle it: Python 3.11 calls ::127.0.0.1, 2002:7f00:1::, multicast
and the metadata servers of some clouds global. So IPv4 has a list of what is denied; of IPv6 only
2000::/3 counts, less its special ranges, and where an address carries an IPv4 address inside, that
one is judged as well.

Sources: IANA IPv4 and IPv6 Special-Purpose Address Registries; RFC 6052 and 8215 (NAT64), 4291
(mapped), 5214 (ISATAP).
"""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import Final

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_DENIED: Final = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this network; 0.0.0.0 reaches this very machine
        "10.0.0.0/8",
        "100.64.0.0/10",  # behind a provider's NAT; clouds keep services here
        "127.0.0.0/8",
        "168.63.129.16/32",  # the host of an Azure machine
        "169.254.0.0/16",  # link-local, and what most clouds tell about a machine
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",  # relays of 6to4
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
    )
)
_UNICAST: Final = IPv6Network("2000::/3")
_SPECIAL: Final = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # Teredo, ORCHID, benchmarks and other protocols
        "2001:db8::/32",
        "2002::/16",  # 6to4: any IPv4 address, private ones included
        "3fff::/20",
    )
)
_NAT64: Final = IPv6Network("64:ff9b::/96")
_ISATAP: Final = 0x5EFE  # the upper half of an interface id; the lower is an IPv4 address
_GLOBAL_BIT: Final = 0x02000000


class Reach:
    """The addresses that may be connected to: public ones, and networks opened on purpose.

    Raises:
        ValueError: one of `allow_private` is no network.
    """

    def __init__(self, allow_private: Sequence[str] = ()) -> None:
        if isinstance(allow_private, str):
            raise ValueError(f"allow_private takes a list of networks, as in [{allow_private!r}]")
        self.opened = tuple(ip_network(network) for network in allow_private)

    def covers(self, address: Address) -> bool:
        return is_public(address) or self.opens(address)

    def opens(self, address: Address) -> bool:
        """Whether the address lies in a network of `allow_private`."""
        bare = carried(address) or address
        return _scope(address) is None and any(
            one.version == network.version and one in network
            for one in (address, bare)
            for network in self.opened
        )


def is_public(address: Address) -> bool:
    """Whether anybody on the internet could reach the address."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _DENIED)
    if _scope(address) is not None:
        return False
    if (inner := carried(address)) is not None:
        return is_public(inner)
    if address not in _UNICAST or any(address in network for network in _SPECIAL):
        return False
    return _tunnel(address) is None


def carried(address: Address) -> IPv4Address | None:
    """The IPv4 address that packets to an IPv6 address end at: mapped, or through NAT64.

    64:ff9b:1::/48 is left out: its owner chooses where in it the IPv4 address stands.
    """
    if isinstance(address, IPv4Address):
        return None
    if address.ipv4_mapped is not None or address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return None


def parse(text: str) -> Address | None:
    """The address that `text` is, in the one spelling that every reader understands alike."""
    try:
        return ip_address(text)
    except ValueError:
        return None


def _scope(address: Address) -> str | None:
    return address.scope_id if isinstance(address, IPv6Address) else None


def _tunnel(address: IPv6Address) -> IPv4Address | None:
    """The end of an ISATAP tunnel: only hosts of one company's network have such addresses."""
    if (int(address) >> 32) & 0xFFFFFFFF & ~_GLOBAL_BIT == _ISATAP:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return None
