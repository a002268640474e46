"""What a question says of somebody's health: danger, and states that the knowledge does not hold.

The expressions are matched against the folded question: lower case, no accents or apostrophes, and
blanks for signs.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Mapping

from rapidfuzz import process
from rapidfuzz.distance import OSA

from ..types import Danger
from .names import fold
from .schema import Condition, Entry

OLD = 65  # years from which the advice for older people holds
SHORTEST_GUESS = 6  # letters of a misspelt condition
MOST_GUESSES = 12  # words of a question that are tried as misspelt conditions

_MEDICINE = (
    r"(?:medication|medicines?|meds|pills?|tablets?|insulin|inhalers?|antidepress\w+|statins?"
    r"|warfarin|blood thinners?|chemo\w*|radiation|radiotherapy|dialysis|painkillers?|metformin"
    r"|lithium|ssris?|beta ?blockers?|steroids?|vaccin\w+|drugs|prescri\w+|hormones|thyroxine)"
)
_CARE = r"(?:treatments?|therapy|surgery|operation|doctors?|physio\w*|hospital|check ?ups?)"
_GRAVE = (
    r"(?:cancer|tumou?rs?|diabet\w+|asthma|depress\w+|anxiety|covid|thyroid|pcos|pcod|infertil\w+"
    r"|epileps\w+|arthritis|diseases?|illness\w*|hernia|glaucoma|hypertension|blood pressure"
    r"|heart (?:disease|problem\w*|condition\w*)|strokes?|scoliosis|slipped disc|insomnia|adhd"
    r"|autism|ptsd|bipolar|kidney\w*|liver|alzheimer\w*|dementia|parkinson\w*|hiv|aids"
    r"|endometriosis|ulcers?|ibs|crohns?|lupus|multiple sclerosis|fibromyalgia|osteoporosis"
    r"|cataracts?|eyesight|schizophren\w+|migraines?|sciatica|tuberculosis|hepatitis|psoriasis)"
)
_LIMB = r"(?:legs?|arms?|feet|foot|toes|fingers?|hands?|face|groin|side|thighs?|tongue)"

# In the order of urgency: the first that fits is the danger of a question.
DANGERS: dict[Danger, re.Pattern[str]] = {
    "self-harm": re.compile(
        r"suicid(?!e squat)|kill(?:ing)? myself|end (?:my|it) (?:life|all)|want to die\b"
        r"|(?:hurt|harm|cut)(?:ting|ing)? myself (?:on purpose|again|because)|self ?harm"
        r"|(?:dont|do not) want to (?:live|be alive|exist)|no reason to live|better off dead"
        r"|want to (?:hurt|harm) myself"
    ),
    "emergency": re.compile(
        r"chest (?:pains?|tightness|pressure|hurts?|hurting)|(?:pain|pressure|tightness|hurts?)"
        r" (?:\w+ ){0,3}chest\b|heart attack"
        r"|(?:cant|cannot|can not|struggl\w+ to) breathe(?! (?:in\b|deep|proper|through|well|fully"
        r"|into|smooth|slow|even|comfort))|(?:trouble|difficulty) breathing(?! (?:deep|through"
        r"|in\b))"
        r"|(?:cant|cannot|can not) move (?:my|the|one|any) (?:\w+ )?(?:legs?|arms?|neck|hands?|side"
        r"|body|face)|coughing (?:up )?blood|passed out|lost consciousness|unconscious"
        r"|blacked out|numb\w* (?:\w+ ){0,3}(?:one|left|right) (?:side|arm)"
        r"|numb\w* (?:\w+ ){0,4}(?:groin|genitals|saddle|between (?:my|the) legs)"
        r"|face (?:is |has |was )?(?:\w+ )?droop|slurred|worst headache"
        r"|(?:sudden(?:ly)?|thunderclap) (?:\w+ ){0,2}(?:headache|vision|blind\w*|weak\w*)"
        r"|(?:now|suddenly) (?:i )?(?:have|get|got|having) (?:a |an )?(?:very )?"
        r"(?:severe|terrible|bad|awful) headache"
        r"|(?:lost|losing|loss of|lose) (?:control of )?(?:my )?(?:bladder|bowels?|vision|sight)"
        r"|(?:heavy|heavily|vaginal|wont stop|severe) (?:\w+ )?bleed"
        r"|(?:pregnan\w*|trimester|weeks?) .{0,100}(?:bleed|spotting)"
        r"|(?:bleed\w*|spotting) .{0,100}(?:pregnan|trimester|weeks)|waters? (?:has |have )?broke"
        r"|having a (?:seizure|stroke)|shortness of breath|flashes of light|coughing blood"
        r"|(?:fell|fallen|landed|fall) .{0,40}(?:on|out of) .{0,40}(?:neck|head|headstand)\b"
        r".{0,60}(?:pain|hurts?|headache|numb|dizzy|cant|tingl|stiff|vomit)"
    ),
    "symptom": re.compile(
        rf"\bnumb\w* |\bnumb(?:ness)?$|(?:cant|cannot|no longer|can not) feel (?:my|the) {_LIMB}"
        r"|(?:heard|felt|hear|feel|with) (?:a |something )?(?:loud |sudden )?(?:pop|snap|crack"
        r"|tear)"
        r"(?:ped|s)?\b|something (?:popped|snapped|tore)|went (?:pop|snap)"
        r"|(?:sharp|severe|stabbing|shooting|unbearable|excruciating|intense) pain"
        r"|pins and needles|(?:double|blurred|blurry) vision|fainted|i (?:faint|pass out)"
        r"|black spots|vomit\w*|blood in|swollen .{0,20}(?:calf|leg|knee)\b|palpitation"
        r"|heart (?:is )?(?:racing|pounding|skips?|flutter)"
    ),
    "medication": re.compile(
        r"(?:stop(?:ping)?|skip(?:ping)?|quit(?:ting)?|drop(?:ping)?|replac(?:e|es|ing)|throw away"
        r"|give up|giving up|(?:come|coming|get|getting|go|going|wean\w*|be|am|i m|im) off"
        r"|without|instead of|rather than|ditch|substitute for|alternative to|do i (?:still )?need"
        rf"|no (?:more|longer need)) (?:\w+ ){{0,4}}?{_MEDICINE}\b"
        r"|(?:reduce|lower|cut|halve|decrease|change|taper) (?:down |back )?(?:on )?"
        rf"(?:my|the|his|her|our|their|your|a) (?:\w+ ){{0,3}}?{_MEDICINE}\b"
        r"|(?:instead of|rather than|replac(?:e|es|ing)|skip(?:ping)?|refus(?:e|ing)|cancel"
        r"|avoid(?:ing)?|stop seeing|without seeing|without)"
        rf" (?:having |getting |my |the |a |any |going to |see(?:ing)? )*(?:\w+ )?{_CARE}\b"
    ),
    "against advice": re.compile(
        r"(?:doctor|physio\w*|surgeon|midwife|cardiologist|gp|therapist|consultant|ophthalmologist)"
        r" (?:\w+ )?(?:says?|said|told|tells|advis\w+|forbade|forbids|warned|banned|doesnt|does not"
        r"|didnt)\b.{0,80}(?:\bno\b|\bnot\b|never|avoid|stop|dont|cant|against|forb|rest|but\b)"
        r"|against (?:my )?(?:doctor|medical)\w* (?:s )?(?:advice|orders)|ignore my doctor"
    ),
    "cure": re.compile(
        rf"\b(?:cures?|cured|curing|heals?|healed|healing) (?:\w+ ){{0,4}}?{_GRAVE}"
        r"|(?:get rid of|revers(?:e|es|ing)|treats?|eliminat\w+|fix(?:es)?|beat) (?:my |the |a )?"
        rf"(?:\w+ )?{_GRAVE}|\bcures? for\b"
        r"|(?:will|can|does|could|would) (?:it|this|that|yoga|\w+asana|\w+ pose|pranayama"
        r"|meditation|breathing) (?:really |completely |ever )?(?:cure|heal)"
    ),
}

# States of health that come up and that the knowledge holds nothing certain about.
_UNKNOWN: dict[str, str] = {
    "cancer": r"cancers?|tumou?rs?|leuk\w+mia|lymphoma|chemo(?:therapy)?|melanoma",
    "elbow pain": r"(?:tennis|golfers?|sore|bad|painful|injured|broken) elbows?"
    r"|elbows? (?:\w+ )?(?:pain|hurts?"
    r"|hurting|aches?|injury|surgery|problems?)|(?:pain|hurts?) in (?:my|the|both|one) elbows?",
    "anxiety": r"anxiety|anxious|panic attacks?|panic disorder",
    "depression": r"depression|depressed|depressive",
    "trauma": r"ptsd|trauma",
    "a mental illness": r"bipolar|schizophreni\w+|psychosis|eating disorder|anorexia|bulimia|ocd",
    "multiple sclerosis": r"multiple sclerosis",
    "Parkinson's disease": r"parkinsons?",
    "dementia": r"dementia|alzheimers?",
    "thyroid trouble": r"thyroid|hypothyroid\w*|hyperthyroid\w*|graves disease|hashimotos?",
    "polycystic ovaries": r"pcos|pcod|polycystic\w*",
    "endometriosis": r"endometriosis|fibroids?",
    "trouble conceiving": r"infertility|ivf|trying to conceive",
    "menopause": r"menopaus\w+|hot flush\w*|hot flash\w*",
    "a bowel complaint": r"\bibs\b|irritable bowel|crohns?|colitis|diverticul\w+|constipat\w+"
    r"|bloat\w*|haemorrhoids?|hemorrhoids?",
    "kidney trouble": r"kidneys?|renal|dialysis",
    "liver trouble": r"liver|cirrhosis|hepatitis",
    "COPD": r"copd|emphysema",
    "an infection": r"covid|flu|fever|a cold(?! (?:room|floor|day|morning|shower|studio))"
    "|infection|pneumonia|tuberculosis|sinusitis|sinus",
    "anaemia": r"an?emia|an?aemic",
    "blood thinners": r"blood thinners?|anticoagula\w+|warfarin|blood clots?|thrombosis|dvt",
    "fibromyalgia": r"fibromyalgia|chronic fatigue|long covid",
    "varicose veins": r"varicose",
    "a disability": r"wheelchair|amputee|amputation|cerebral palsy|spina bifida|spinal cord",
    "a rib injury": r"ribs? (?:injury|pain|hurts?)|(?:broken|cracked|bruised) ribs?",
    "a finger or thumb injury": r"(?:broken|jammed|sore|sprained) (?:finger|thumb)s?",
    "tailbone pain": r"coccyx|tailbone (?:pain|hurts?|injury)|(?:sore|bruised|broken) tailbone",
    "jaw pain": r"\btmj\b|jaw pain",
    "a calf or shin injury": r"shin splints?|(?:torn|pulled|strained) calf",
    "obesity": r"obes\w+",
    "tinnitus": r"tinnitus",
    "pain": r"stomach ache|belly pain|abdominal pain|pelvic pain|side stitch",
}  # fmt: skip
_UNKNOWN_FORM = re.compile(
    r"\b(?:" + "|".join(f"(?P<u{n}>{form})" for n, form in enumerate(_UNKNOWN.values())) + r")\b"
)
_UNKNOWN_NAMES = {f"u{n}": name for n, name in enumerate(_UNKNOWN)}
# "Bursitis", "neuralgia", "Ehlers syndrome": whatever it is, it is not known here.
_ILLNESS = re.compile(
    r"\b(?!diagnosis|hypnosis|prognosis|empath|sympath|telepath|path)"
    r"(\w{3,}(?:itis|algia|opathy|ectomy|plasty|sclerosis|osis)\b"
    r"|\w{3,} (?:syndrome|disease|disorder))\b"
)

_AGE = re.compile(
    r"\b(\d{1,3}) ?(?:years?|yrs?|yr) ?old\b|\b(\d{1,3}) ?yo\b|\baged? (\d{1,3})\b"
    r"|\b(?:i am|im|i m|shes|hes|she is|he is) (\d{1,3})"
    r"\b(?! (?:weeks?|months?|days?|hours?|minutes?|min|kg|kilos?|cm|percent|times|pounds|lbs)\b)"
)

# How a state stands in a sentence; every other is "with" its name.
_WITHIN: Mapping[str, str] = {
    "pregnancy": "in pregnancy",
    "postpartum": "after childbirth",
    "menstruation": "during menstruation",
    "stroke": "after a stroke",
    "recent-surgery": "soon after surgery",
    "children": "for children",
    "older-people": "for older people",
    "herniated-disc": "with a herniated disc",
    "retinal-detachment": "with a detached retina",
    "hernia": "with a hernia",
    "hamstring-injury": "with a hamstring injury",
    "wrist-injury": "with a wrist injury or wrist pain",
    "shoulder-injury": "with a shoulder injury or shoulder pain",
    "neck-injury": "with a neck injury or neck pain",
    "knee-injury": "with a knee injury or knee pain",
    "hip-injury": "with a hip injury or hip pain",
    "ankle-injury": "with an ankle or foot injury",
}


_IN_PLACE_OF = re.compile(r"replaces|instead of|in place of|without|rather than")


def within(condition: str, name: str) -> str:
    """A state of health as a part of a sentence: "with glaucoma", "in pregnancy"."""
    plain = name if name[1:2].isupper() else name[:1].lower() + name[1:]
    return _WITHIN.get(condition, f"with {plain}")


def recommended(text: str) -> str:
    """The part of a sentence that says what to do: "X replaces Y", "X instead of Y"."""
    return _IN_PLACE_OF.split(text, maxsplit=1)[0]


def danger_of(folded: str) -> Danger | None:
    """The gravest danger that a question speaks of."""
    return next((name for name, form in DANGERS.items() if form.search(folded)), None)


def unknown_states(folded: str) -> tuple[str, ...]:
    """The states of health in a text from which those that are known were taken out."""
    named = (_UNKNOWN_NAMES[m.lastgroup] for m in _UNKNOWN_FORM.finditer(folded) if m.lastgroup)
    found = [*named, *(match[1] for match in _ILLNESS.finditer(_UNKNOWN_FORM.sub(" ", folded)))]
    return tuple(dict.fromkeys(found))


class States:
    """The conditions among some entries, and how to find them in a question.

    Args:
        knows: whether a folded word is spelt right, and so is no misspelt condition.
    """

    def __init__(self, entries: Mapping[str, Entry], knows: Callable[[str], bool]) -> None:
        self._knows = knows
        self._ids = {i for i, entry in entries.items() if isinstance(entry, Condition)}
        self._phrases = list(_phrases(entries))
        self._words = {
            phrase.strip(): entry_id
            for phrase, entry_id, is_hint in self._phrases
            if not is_hint and phrase.count(" ") == 2 and len(phrase) > SHORTEST_GUESS + 1
        }

    def find(self, folded: str, *, hints: bool = False) -> list[str]:
        """The ids of the conditions spoken of, in order; with `hints` parts of the body count."""
        words = f" {folded} "
        found: dict[str, int] = {}
        for phrase, entry_id, is_hint in self._phrases:
            if (hints or not is_hint) and phrase in words:
                found[entry_id] = min(words.index(phrase), found.get(entry_id, len(words)))
        for entry_id, place in (*self._by_age(folded), *self._misspelt(folded)):
            found.setdefault(entry_id, place)
        return sorted(found, key=lambda entry_id: found[entry_id])

    def without(self, folded: str, *, hints: bool = False) -> str:
        """The text less the words by which `find` finds something."""
        words = f" {folded} "
        for phrase, _, is_hint in self._phrases:
            if (hints or not is_hint) and phrase in words:
                words = words.replace(phrase, " ")
        return words.strip()

    def _by_age(self, folded: str) -> Iterator[tuple[str, int]]:
        for match in _AGE.finditer(folded):
            age = int(next(filter(None, match.groups())))
            entry_id = "children" if age < 18 else "older-people" if age >= OLD else ""
            if entry_id in self._ids:
                yield entry_id, match.start()

    def _misspelt(self, folded: str) -> Iterator[tuple[str, int]]:
        strange = (w for w in folded.split() if len(w) >= SHORTEST_GUESS and not self._knows(w))
        for word in itertools.islice(strange, MOST_GUESSES):
            match = process.extractOne(
                word, self._words.keys(), scorer=OSA.distance, score_cutoff=len(word) // 6
            )
            if match:
                yield self._words[match[0]], folded.index(word)


def _phrases(entries: Mapping[str, Entry]) -> Iterator[tuple[str, str, bool]]:
    """Each phrase that means a condition, between blanks, its id, and whether it is but a hint."""
    for entry_id, entry in entries.items():
        if isinstance(entry, Condition):
            for phrase in (entry.english, *entry.also):
                yield f" {fold(phrase)} ", entry_id, False
            for phrase in entry.hints:
                yield f" {fold(phrase)} ", entry_id, True
