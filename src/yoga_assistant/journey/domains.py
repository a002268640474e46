"""Is this dotted word the name of a site, or a file, an abbreviation, two sentences run together?

Nothing in `crow.it` tells a site in Italy from "I did crow.it hurt", so a name without a scheme
is judged by its top-level domain, and where that is also a word or a file ending, by what
stands beside it. No list knows every word that a sentence may end in (`asthma.is`), so in doubt
it is no site: a link left unread can be pasted with `https://`, a question robbed of its words
is answered wrong.
"""

import re

from .tlds import TLDS

_LONGEST, _LONGEST_LABEL = 253, 63  # characters of a host name and its parts, RFC 1035

# So well known that a capital does not make them a word: "Example.Org".
_PLAIN = frozenset(["com", "edu", "gov", "net", "org"])

# Also the ending of a file: `model.pt` is a model before it is a site in Portugal.
_FILES = "ai cc mk ml md mov pl pm ps pt py rs sh so zip"
_FILE_ENDINGS = frozenset(_FILES.split())
_REGISTRIES = frozenset(["ac", "co", "com", "edu", "gov", "net", "org"])  # com.pl, co.rs

# Also a word that opens a sentence: "I have asthma.is it safe", "did it.no pain".
_OPENING = """
am as at be best by care do er fit free fun health help here how in is it live love me men my new no
now om one open rest run to today us work you
"""
_OPENERS = frozenset(_OPENING.split())
_ALONE = frozenset(["help", "here", "how", "now", "om", "today", "you"])  # and ends it: "Help!"

_SHORTENED = "approx dr etc fig hr hrs max min mins mr mrs ms mt no sec st vs"
_ABBREVIATIONS = frozenset(_SHORTENED.split())

_CALLING = "domain homepage site strona via visit webpage webseite website"
_CALLS_IT_A_SITE = frozenset(_CALLING.split())
# No sentence ends two words after it began so: "Is amazon.in …"
_BEGINNINGS = frozenset(["are", "can", "check", "does", "is", "should", "was", "will"])
_WORD_FOLLOWS = re.compile(r"[ \t]*[\w·]")


def is_domain(host: str, has_path: bool, before: str, after: str) -> bool:
    """Whether `host`, written without `http://`, is the name of a site.

    Args:
        host: dotted labels as written, `happy.yoga`.
        has_path: a `/` or a port follows, which hardly anything but a link has.
        before: the text that leads up to it; two words are enough.
        after: the text that follows it; a word is enough.
    """
    *names, ending = host.split(".") if len(host) <= _LONGEST else [host]
    tld = _decoded(ending.lower())
    if not names or not _well_formed(names, tld):
        return False
    if names[0].lower() == "www" and len(names) > 1:
        return len(tld) > 1 and tld[0].isalpha()
    if tld not in TLDS or names[-1].lower() in _ABBREVIATIONS:
        return False
    if all(name.isdigit() for name in names):
        return tld in _PLAIN
    if has_path:
        return True
    if ending.istitle() and tld not in _PLAIN:
        return False
    if tld in _FILE_ENDINGS:
        registered = len(names) > 1 and names[-1].lower() in _REGISTRIES
        return registered or _is_called_a_site(before)
    return not _runs_on(names, tld, before, after)


def _well_formed(names: list[str], tld: str) -> bool:
    if "_" in names[-1] + tld or not all(_is_label(name) for name in [*names, tld]):
        return False
    initials = all(len(name) == 1 and name.isascii() for name in names)  # U.S., e.g., B.K.S.
    return not (initials and len(names) > 1)


def _is_label(name: str) -> bool:
    return 0 < len(name) <= _LONGEST_LABEL and "-" not in name[0] + name[-1]


def _runs_on(names: list[str], tld: str, before: str, after: str) -> bool:
    """Whether one sentence ends in the name and the next opens with the top-level domain."""
    if tld not in _OPENERS or len(names) > 1 or any(char.isdigit() for char in names[0]):
        return False
    if _is_called_a_site(before) or _has_just_begun(before):
        return False
    return tld in _ALONE or _WORD_FOLLOWS.match(after) is not None


def _is_called_a_site(before: str) -> bool:
    return any(word in _CALLS_IT_A_SITE for word in _words_of_line(before)[-1:])


def _has_just_begun(before: str) -> bool:
    *earlier, word = _words_of_line(before) or [""]
    return word in _BEGINNINGS and (not earlier or earlier[-1].endswith((".", "!", "?")))


def _words_of_line(before: str) -> list[str]:
    return before[before.rfind("\n") + 1 :].lower().split()


def _decoded(tld: str) -> str:
    """`xn--h2brj9c` as it is written where it is used: भारत."""
    if not tld.startswith("xn--"):
        return tld
    try:
        return tld[4:].encode("ascii").decode("punycode")
    except UnicodeError:
        return tld
