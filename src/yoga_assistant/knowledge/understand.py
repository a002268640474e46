"""What a question is about: which entries, what of them, whose health, and is it a doctor's matter."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from ..types import Danger, Facet, Intent
from .library import Library, Mention
from .names import fold
from .schema import Asana, Practice, Topic

# Matched against the folded question (lower case, no accents or apostrophes, blanks for signs).
_FACETS: dict[Facet, str] = {
    "comparison": r"difference|differ|versus|\bvs\b|compare|comparison|better than|or rather",
    "sequence": r"sequence|routine|\bflow\b|class plan|lesson plan|plan a|plan for|program|series|"
    r"(?:build|design|create|make|give|put together) (?:me )?(?:a|an) .{0,30}(?:practice|session|class)"
    r"|\d+ ?(?:min|minute|minutes) ",
    "steps": r"how (?:do|does|to|can|should|would|might|could) (?!.{0,12}(?:long|often|many|help))"
    r"|\bhow is .{1,40} (?:done|performed|practi[sc]ed)|\bhow 2 |\bsteps?\b|step by step|instruct"
    r"|walk me through|talk me through|show me how|teach|guide me|\benter\b|get into|getting into"
    r"|come into|\bset up\b|explain how|tutorial|technique|perform|explain\b|come out of|get out of",
    "benefits": r"benefit|good for|why (?:do|should|would|practi[sc]e)|what does .{1,40} do\b|effect"
    r"|advantage|\bhelps?\b|what is .{1,40} for\b|the point of|worth|improve|useful|purpose",
    "safety": r"\bsafe|danger|\brisk|contra ?indicat|should (?:i|we|she|he|they|you) (?:do|avoid|skip|"
    r"practi[sc]e|try|not|be doing|still|stop)|who should not|who should avoid|(?:can|could|may) (?:i|we|she"
    r"|he|you|they|my|a|an|someone|people|pregnant|kids|children)\b.{0,60}(?:do|practi[sc]e|with|if|when|while|"
    r"during|try|still)|\bok\b|okay|alright|hurts?\b|\bpain|injur|bad for|harm|allowed|caution|precaution|"
    r"\bsore\b|ache|worr(?:y|ied)|afraid|\bwarn|forbidden|advisable|problem|careful|condition|damage",
    "meaning": r"\bmean|translat|etymolog|literal|what is .{1,40} in english|in sanskrit|sanskrit (?:name|word|"
    r"term)|stands? for|call(?:ed)? in|matlab|bedeutet|signifi",
    "names": r"other names?|also called|another name|known as|alternative names?|aka\b|different names?|"
    r"sanskrit (?:name|word|term)|in sanskrit|english (?:name|word)|in english|call(?:ed)? in",
    "story": r"\bstory|\bmyth|legend|named after|why is it (?:called|named)|why .{1,40} (?:called|named)|origin|"
    r"comes? from|history|who invented|sage",
    "anatomy": r"muscle|anatom|stretch|strengthen|\bworks?\b|target|body part|which parts|glute|quad|psoas",
    "mistakes": r"mistake|wrong|\berrors?\b|fault|misalign|incorrect|watch out|pitfall|look out for|correct",
    "breath": r"breath|inhal|exhal",
    "hold": r"how long|\bhold|duration|how many (?:breaths|minutes|seconds|rounds|times)|how often|\bstay\b",
    "props": r"\bprops?\b|\bblocks?\b|\bstraps?\b|bolster|blanket|equipment|\bbelt\b",
    "counterposes": r"counter ?pose|counter|what (?:comes|should i do|to do|do i do) after|afterwards|follow (?:it|up)",
    "preparation": r"prepar|warm ?up|before (?:i|doing|trying|attempting)|get ready|build up to|lead up|work "
    r"(?:towards|up to)",
    "beginner": r"beginner|easier|modif|variation|adapt|regression|\bcan ?not\b|\bcant\b|unable|struggl|new to"
    r"|first time|\bstiff|inflexible|too hard|simpler|gentler|make it eas|never done|tight|overweight|plus size",
    "deeper": r"deeper|advanc|harder|progress|next level|challeng|further|more difficult|intensify",
    "alternatives": r"alternative|instead|substitut|replac|swap|what else|other poses?",
    "level": r"\blevel|how (?:hard|difficult|advanced|easy)|is it (?:hard|difficult|advanced|easy)|difficulty",
    "shape": r"alignment|aligned|look like|where (?:should|do|does|are) (?:my|the|i)|position of|form\b|posture of"
    r"|should my|angle",
    "related": r"similar|related|kinds? of|types? of|variants?|like this|other asanas?",
    "overview": r"what is|whats|what are|tell me about|who is|define|definition|describe|information|\babout\b|overview",
}  # fmt: skip

_DANGERS: dict[Danger, str] = {
    "self-harm": r"suicid|kill myself|end my life|want to die|hurt myself|self ?harm|dont want to live",
    "emergency": r"chest (?:pain|tight|pressure|hurts)|pain in (?:my|the) chest|heart attack|(?:cant|cannot|can not)"
    r" (?:breathe|move|feel)|trouble breathing|coughing (?:up )?blood|passed out|lost consciousness|unconscious"
    r"|numb(?:ness)? (?:in|of|on) (?:one|my (?:left|right)) (?:side|arm|face)|face .{0,12}droop|slurred|worst headache"
    r"|sudden(?:ly)? (?:severe )?(?:headache|vision|blind|weakness)|(?:lost|losing|loss of) (?:control of )?(?:my )?"
    r"(?:bladder|bowel|vision|sight)|bleeding|waters? broke|seizure (?:now|right)|numb (?:groin|genitals|between)"
    r"|(?:heard|felt) a (?:pop|snap|crack)|shortness of breath|flashes of light",
    "medication": r"(?:stop|skip|quit|drop|replace|reduce|lower|come off|get off|go off|off|without|instead of|rather than"
    r"|throw away|give up|need) (?:\w+ ){0,4}(?:medication|medicines?|meds|pills?|tablets?|insulin|inhaler|antidepress\w+"
    r"|statins?|warfarin|blood thinners?|chemo\w*|radiation|dialysis|treatment|therapy|drugs?|prescri\w+|painkillers?"
    r"|metformin|lithium|ssris?|beta ?blockers?|steroids?|doctor|surgery|vaccin\w+)",
    "cure": r"(?:\bcures?\b|\bcured\b|\bheals? (?!with)|get rid of|revers(?:e|es|ing)|treats?\b|fix(?:es)?|eliminat\w+) "
    r"(?:\w+ ){0,4}(?:cancer|tumou?rs?|diabet\w+|asthma|depress\w+|anxiety|covid|thyroid|pcos|pcod|infertil\w+|epileps\w+|"
    r"arthritis|disease|illness|hernia|glaucoma|hypertension|blood pressure|heart|stroke|scoliosis|disc|sciatica|"
    r"migraine\w*|insomnia|adhd|autism|ptsd|bipolar|kidney|liver|alzheimer\w*|dementia|parkinson\w*|hiv|endometriosis|"
    r"ulcer\w*|ibs|crohns?|lupus|ms|fibromyalgia|osteoporosis|cataracts?|eyesight|condition|injur\w+|pain)"
    r"|(?:will|can|does|could|would) (?:it|this|that|yoga|\w+asana|\w+ pose|pranayama) (?:really )?(?:cure|heal)",
}  # fmt: skip

_YOGA = re.compile(
    r"yog|asan|\bpos(?:e|es|ture|tures|ing)\b|pranayam|medita|mindful|breath|stretch|flexib|chakra|mudra|mantra|"
    r"\bmats?\b|namaste|\bom\b|vinyasa|\bhatha|ashtanga|iyengar|kundalini|\byin\b|restorat|savasana|balanc|"
    r"invers|backbend|forward (?:bend|fold)|twist|hamstring|\bhips?\b|spine|shoulder|core\b|knees?\b|wrists?\b|\bback\b|"
    r"\bneck\b|postur|relax|stress|sleep|calm|sutra|patanjali|dharma|karma|samadhi|\byama|niyama|\bguna|prana|bandha|"
    r"sun salutation|surya|teacher|\bclass\b|practi[sc]e|warm ?up|muscle|strength|props?\b|bolster|tradition|guru|"
    r"hands?\b|\bfeet\b|\bfoot\b|\blegs?\b|\barms?\b|\bthigh|\bkneel|\bsquat|\blie\b|\blying|\bstand|\bsit",
)
_FOLLOW_UP = re.compile(
    r"^(?:and|but|so|what about|how about|also|ok|okay|then|now)\b|\b(?:it|its|this|that|them|they|these|those|"
    r"the pose|the asana|same|one|there)\b"
)
# "How long do I hold it" and "how do I breathe" ask for less than all the steps.
_NARROWER: frozenset[Facet] = frozenset(
    {"hold", "breath", "mistakes", "counterposes", "preparation", "meaning", "deeper", "sequence"}
)
_WHOLE_WAY = re.compile(r"\bsteps?\b|get into|enter|step by step")
_SHORT = 6  # words: a question this short, and without a name, goes on about what was spoken of


def understand(question: str, library: Library, previous: Intent | None = None) -> Intent:
    """The intent of `question`; `previous` is that of the turn before, for "and its benefits?"."""
    folded = fold(question)
    mentions = library.mentions(question)
    subjects = _subjects(mentions, library)
    facets = _facets(folded, len(subjects))
    asks_safety = "safety" in facets or "alternatives" in facets
    conditions = tuple(library.conditions(question, hints=asks_safety or not subjects))
    danger = next((name for name, form in _DANGERS.items() if re.search(form, folded)), None)
    if not subjects and previous and _goes_on(folded):
        subjects = previous.subjects
        conditions = tuple(library.conditions(question, hints=True))
    elif subjects and previous and not facets and _goes_on(folded):
        facets = previous.facets
    if conditions and subjects and "safety" not in facets:
        facets = (*facets, "safety")
    return Intent(
        subjects=subjects,
        facets=facets,
        conditions=conditions,
        danger=danger,
        alternatives=_alternatives(mentions, subjects, library),
        about_yoga=bool(subjects or conditions or danger or _YOGA.search(folded)),
    )


def _facets(folded: str, subjects: int) -> tuple[Facet, ...]:
    """What is asked, in the order in which it is asked."""
    places = {facet: re.search(form, folded) for facet, form in _FACETS.items()}
    found = {facet: match.start() for facet, match in places.items() if match}
    if subjects > 1 and re.search(r"\bor\b|\bthan\b|\bvs\b", folded):
        found["comparison"] = -1
    if "steps" in found and _NARROWER & found.keys() and not _WHOLE_WAY.search(folded):
        del found["steps"]
    if len(found) > 1:
        found.pop("overview", None)
    return tuple(sorted(found, key=lambda facet: found[facet]))


def _subjects(mentions: Sequence[Mention], library: Library) -> tuple[str, ...]:
    """What is spoken of: what can be done before what can be known, everyday words last."""
    strong = [mention for mention in mentions if not mention.weak]
    ids = _unique(mention.ids[0] for mention in strong or mentions)
    doable = [entry_id for entry_id in ids if isinstance(library[entry_id], Asana | Practice)]
    return tuple(doable or ids)


def _alternatives(
    mentions: Sequence[Mention], subjects: tuple[str, ...], library: Library
) -> tuple[str, ...]:
    """What an ambiguous name could have meant as well."""
    others = (other for mention in mentions if mention.ids[0] in subjects for other in mention.ids[1:])
    return tuple(
        entry_id
        for entry_id in _unique(others)
        if entry_id not in subjects and not isinstance(library[entry_id], Topic)
    )


def _goes_on(folded: str) -> bool:
    return len(folded.split()) <= _SHORT or bool(_FOLLOW_UP.search(folded))


def _unique(ids: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(ids))
