"""Is this dotted word the name of a site, or a file, an abbreviation, two sentences run together?

Nothing in `crow.it` tells a site in Italy from "I did crow.it hurt", so a name without a scheme
is judged by its top-level domain, and where that is also a word or a file ending, by what
stands beside it. When in doubt it is no site: a link that is not read can be pasted again with
`https://`, a question that lost its words is answered wrong.
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

# Also a word that opens a sentence: "I have asthma.is it safe".
_OPENING = "am as at be by do er help here how in is it me my no now om to today us you"
_OPENERS = frozenset(_OPENING.split())
_ALONE = frozenset(["help", "here", "how", "me", "no", "now", "om", "today", "you"])  # "No."
# Also a word that may open one: "I skipped the class.work was hard".
_SELDOM = "best care fit free health live love men new one open rest run work"
_SELDOM_OPENERS = frozenset(_SELDOM.split())

# What people write last in a sentence, so that the word after the dot opens the next one.
_LAST_WORDS = """
a about above ache aches adults afternoon again ago all already also always and ankle ankles
anymore arm armpits arms around asana asanas at away baby back backs backward backwards bad
balance ball bed before beginner beginners behind below bench bend better bit block blocks body
bolster book both breath breathe breathing bridge bug calf calves camel can cat ceiling chair
chakra chakras chest child class classes cobra cold core corpse correctly course cow crane crow
crunch day days deep deeply dizzy do doctor dog dolphin done down downward eagle early easy eat
elbow elbows even evening ever everyday exercise exercises eye eyes face fall fast fatigue feel
feet fell few fine finger fingers first fish flat flexibility flow folded food foot for forearm
forearms forward forwards frog from front gain good great ground gym half hamstring hamstrings
hand hands hard have head headstand healing heart heavy heel heels hello help her here hero hey
hi high him hip hips hold home hour hours house how hurt hurting hurts husband i in injury
inside instead is it jump kids knee kneel knees kriya later least leg legs less level lie life
little locust long longer lot lotus low lower lunge lunges lying mat mats may me meditate
meditating meditation men minute minutes mom monday month months more morning most mountain much
mum muscle muscles my myself namaste neck never new next nice night no nose not nothing now numb
off often ok okay old on once one only or ouch out outside over overhead pain painful pains palm
palms partner pelvis people physio pigeon pilates pillow plank please plough plow pose poses
position positions posture postures practice pranayama pregnancy pregnant properly props quickly
read really relax relaxed relaxing rest right rolled room rope round routine run sad safe same
savasana sciatica scoliosis seated sequence session sessions shavasana she shin shins shoulder
shoulders shoulderstand sick side sides sit sitting sleep slow slowly so sore soreness sorry
spine squat stand standing standstill steady stiff still stomach stop straight strap straps
strength stress stretch stretches stretching strong stuck student students surgery sweat tail
teacher teachers tendon than thanks that them then therapist therapy there these they thigh
thighs thing things this those though tight tightness time times tip tired to today toe toes
together tomorrow tonight too top torso towel tree triangle try tuck twist twisted twists unsafe
up upward us vinyasa waist walk wall warm warrior was water week weeks weight well wheel which
wife will wind with women work workout workouts worse wow wrist wrists wrong yesterday yet yin
yoga yogi you young yours yourself
"""
_SENTENCE_ENDS = frozenset(_LAST_WORDS.split())
_SHORTENED = "approx dr etc fig hr hrs max min mins mr mrs ms mt no sec st vs"
_ABBREVIATIONS = frozenset(_SHORTENED.split())

_CALLED_A_SITE = re.compile(
    r"(?i:\b(?:domain|homepage|site|strona|via|visit|webpage|webseite|website))[ \t]+\Z"
)
# No sentence ends two words after it began so: "Is amazon.in …"
_JUST_BEGUN = re.compile(r"(?:\A|[.!?\n]\s*)(?i:are|can|does|is|should|was|will)[ \t]+\Z")
_WORD_FOLLOWS = re.compile(r"[ \t]+[\w'’]++(?![^\s\w,;!?)]\S)")
_LINK_FOLLOWS = re.compile(r"[ \t]*[\w·]")


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
        return registered or _CALLED_A_SITE.search(before) is not None
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
    _, hyphen, name = names[-1].lower().rpartition("-")  # warm-up.is that bad
    ends = name in _SENTENCE_ENDS or len(name) == 1
    if len(names) > 1 or not name.isalpha() or (hyphen and not ends):
        return False
    if tld not in _OPENERS | _SELDOM_OPENERS:
        return False
    unlikely = not (_CALLED_A_SITE.search(before) or _JUST_BEGUN.search(before))
    if tld in _OPENERS and _WORD_FOLLOWS.match(after):
        return unlikely
    if tld in _SELDOM_OPENERS or _LINK_FOLLOWS.match(after):
        return ends and unlikely
    return ends and tld in _ALONE


def _decoded(tld: str) -> str:
    """`xn--h2brj9c` as it is written where it is used: भारत."""
    if not tld.startswith("xn--"):
        return tld
    try:
        return tld[4:].encode("ascii").decode("punycode")
    except UnicodeError:
        return tld
