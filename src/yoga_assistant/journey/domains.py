"""Is this dotted word the name of a site, or a file, an abbreviation, two sentences run together?

Nothing in `crow.it` tells a site in Italy from "I did crow.it hurt", so a name without a scheme
is judged by its top-level domain, and where that is also a word or a file ending, by what
stands beside it. When in doubt it is no site: a link that is not read can be pasted again with
`https://`, a question that lost its words is answered wrong.
"""

import re

from .tlds import TLDS

_LAST_WORD = re.compile(r"([^\W\d_]+)[ \t]+\Z")
_FIRST_WORD = re.compile(r"[ \t]+([^\W\d_][\w'’]*)")
_SENTENCE_END = re.compile(r"\s*\Z|[ \t]*\n|[^\s\w]")
_LONGEST, _LONGEST_LABEL = 253, 63  # characters of a host name and its parts, RFC 1035

# So well known that a capital does not make them a word: "Example.Org".
_PLAIN = frozenset(["com", "edu", "gov", "net", "org"])

# Also the ending of a file: `model.pt` is a model before it is a site in Portugal.
_FILES = "ai cc mk ml md mov pl pm ps pt py rs sh so zip"
_FILE_ENDINGS = frozenset(_FILES.split())
_CUES = frozenset(
    ["domain", "homepage", "site", "strona", "visit", "webpage", "webseite", "website"]
)
_REGISTRIES = frozenset(["ac", "co", "com", "edu", "gov", "net", "org"])  # com.pl, co.rs

# Also a word that begins a sentence, with what then often follows it.
_CONTINUATIONS = """
am: i not too
as: a an for i if in it my part soon the usual well
at: a all first her his home least my night our the this times what your
be: a careful gentle honest it kind mindful my patient still the
best: for pose poses time way wishes
by: a doing my the then this way
care: about for of
do: a i it my not the they this we you your
er: i is no what
fit: for people
free: of your
health: comes first
help: me my please us with
here: i in is it my the we
how: about are can come could deep do does far is it long many much of often should to would
in: both case fact front general her his it my order our short that the these this what your
is: a an any he her his it my she that the there they this your
it: also can could did does doesn't feels felt gets got has helps hurt hurts is isn't just keeps
    made makes really seems should still takes was wasn't will works would
live: well
love: all how it my the this to
me: and either neither too
men: and are can do
my: ankle back balance body doctor elbow feet foot hand head hip hips knee knees leg legs lower neck
new: to
no: ache gain idea luck matter more one pain pressure problem slip strain thanks way worries
now: i it my the what when
om: chanting shanti
one: arm day foot hand leg more of side
open: your
rest: a if in now on the your
run: your
to: avoid be begin breathe come deepen do enter exit feel get go hold keep make my stop the warm
today: i it my the we
us: too
work: on
you: are can have know might must need see should will
"""

# What people write last in a sentence, so that the word after the dot begins the next one.
_LAST_WORDS = """
a about above ache aches afternoon again ago all already also always and ankle ankles anymore
arm armpits arms around asana asanas at away back backs backward backwards bad balance ball bed
before beginner beginners behind below bench bend better bit block blocks body bolster book both
breath breathe breathing bridge bug calf calves camel can cat ceiling chair chakra chakras chest
child class classes cobra cold core corpse correctly course cow crane crow crunch day days deep
deeply dizzy do dog dolphin done down downward dr eagle early easy eat elbow elbows etc even
evening ever everyday exercise exercises eye eyes face fall fast fatigue feel feet fell few fig
fine finger fingers first fish flat flexibility flow folded food foot for forearm forearms
forward forwards frog from front gain good great ground gym half hamstring hamstrings hand hands
hard have head headstand healing heart heavy heel heels help her here hero high him hip hips
hold home hour hours house how hurt hurting hurts i in injury inside instead is it jump knee
kneel knees kriya later least leg legs less level lie life little locust long longer lot lotus
low lower lunge lunges lying mat mats may me meditate meditating meditation min mins minute
minutes monday month months more morning most mountain mr mrs ms much muscle muscles my myself
namaste neck never new next nice night no nose not nothing now numb off often ok okay old on
once one only or ouch out outside over overhead pain painful pains palm palms partner pelvis
people pigeon pilates pillow plank plough plow pose poses position positions posture postures
practice pranayama pregnancy pregnant properly props quickly read really relax relaxed relaxing
rest right rolled room rope round routine run sad safe same savasana sciatica scoliosis seated
sequence session sessions shavasana she shin shins shoulder shoulders shoulderstand sick side
sides sit sitting sleep slow slowly so sore soreness spine squat stand standing standstill
steady stiff still stomach stop straight strap straps strength stress stretch stretches
stretching strong stuck student students surgery sweat tail teacher teachers tendon than thanks
that them then therapist therapy there these they thigh thighs thing things this those though
tight tightness time times tip tired to today toe toes together tomorrow tonight too top torso
towel tree triangle try tuck twist twisted twists unsafe up upward us vinyasa waist walk wall
warm warrior was water week weeks weight well wheel which will wind with work workout workouts
worse wrist wrists wrong yesterday yet yin yoga yogi you young yours yourself
"""

_READS_ON = {
    tld: frozenset(words.split())
    for tld, _, words in (line.partition(":") for line in _CONTINUATIONS.strip().splitlines())
}
_SENTENCE_ENDS = frozenset(_LAST_WORDS.split())
_SELDOM_FIRST = "best care fit free health live love men new one open rest run today work"
_NOUNS = frozenset(_SELDOM_FIRST.split())  # few sentences begin with them, many sites end in them
_ENDERS = frozenset(["help", "here", "how", "me", "no", "now", "om", "today", "you"])  # "No."
_SANSKRIT = ("anga", "asana", "bandha", "mudra", "nidra", "yama")


def is_domain(host: str, has_path: bool, before: str, after: str) -> bool:
    """Whether `host`, written without `http://`, is the name of a site.

    Args:
        host: dotted labels as written, `happy.yoga`.
        has_path: a `/` or a port follows, which hardly anything but a link has.
        before: the text that leads up to it; two words are enough.
        after: the text that follows it; two words are enough.
    """
    *names, ending = host.split(".") if len(host) <= _LONGEST else [host]
    tld = _decoded(ending.lower())
    if not names or not _well_formed(names, tld):
        return False
    if names[0].lower() == "www" and len(names) > 1:
        return len(tld) > 1 and tld[0].isalpha()
    if tld not in TLDS:
        return False
    if all(name.isdigit() for name in names):
        return tld in _PLAIN
    if has_path:
        return True
    if ending.istitle() and tld not in _PLAIN:
        return False
    if tld in _FILE_ENDINGS:
        return _called_a_site(before) or (len(names) > 1 and names[-1].lower() in _REGISTRIES)
    return tld not in _READS_ON or not _runs_on(names, tld, after)


def _well_formed(names: list[str], tld: str) -> bool:
    if "_" in names[-1] + tld or not all(_is_label(name) for name in [*names, tld]):
        return False
    initials = all(len(name) == 1 and name.isascii() for name in names)  # U.S., e.g., B.K.S.
    return not (initials and len(names) > 1)


def _is_label(name: str) -> bool:
    return 0 < len(name) <= _LONGEST_LABEL and "-" not in name[0] + name[-1]


def _called_a_site(before: str) -> bool:
    word = _LAST_WORD.search(before)
    return word is not None and word[1].lower() in _CUES


def _runs_on(names: list[str], tld: str, after: str) -> bool:
    """Whether one sentence ends in the name and the next begins with the top-level domain."""
    name = names[-1].lower()
    if len(names) > 1 or not name.isalpha():
        return False
    ends = name in _SENTENCE_ENDS or len(name) == 1 or name.endswith(_SANSKRIT)
    if _SENTENCE_END.match(after):
        return ends and tld in _ENDERS
    word = _FIRST_WORD.match(after)
    continues = word is not None and word[1].lower() in _READS_ON[tld]
    return ends and continues if tld in _NOUNS else ends or continues


def _decoded(tld: str) -> str:
    """`xn--h2brj9c` as it is written where it is used: भारत."""
    if not tld.startswith("xn--"):
        return tld
    try:
        return tld[4:].encode("ascii").decode("punycode")
    except UnicodeError:
        return tld
