"""What in a question belongs to a doctor before it belongs to a yoga teacher.

The expressions are matched against the folded question: lower case, no accents or apostrophes, and
blanks for signs.
"""

from __future__ import annotations

import re

from ..types import Danger

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
_NUMB = r"\bnumb(?:ness|ed|ing|s)?\b"
# "Passed out" and "unconscious" are words of other things as well: exams, the unconscious mind.
_FAINTED = (
    r"(?:i|she|he|they|who|just|student|mum|mom|dad|wife|husband|friend|somebody|someone)"
    r" (?:\w+ )?passed out|lost consciousness|black(?:ed|ing) out"
    r"|(?:am|is|was|are|were|fell|went|knocked|found \w+) unconscious|unconscious (?:for|after)"
)

# In the order of urgency: the first that fits is the danger of a question.
_DANGERS: dict[Danger, str] = {
    "self-harm": (
        r"suicid(?!e squat)|kill(?:ing)? myself|end (?:my|it) (?:life|all)|want to die\b"
        r"|(?:hurt|harm|cut)(?:ting|ing)? myself (?:on purpose|again|because)|self ?harm"
        r"|(?:dont|do not) want to (?:live|be alive|exist)|no reason to live|better off dead"
        r"|want to (?:hurt|harm) myself"
    ),
    "emergency": (
        r"chest (?:pains?|tightness|pressure|hurts?|hurting)|(?:pain|pressure|tightness|hurts?)"
        r" (?:\w+ ){0,3}chest\b|heart attack"
        r"|(?:cant|cannot|can not|struggl\w+ to) breathe(?! (?:in\b|deep|proper|through|well|fully"
        r"|into|smooth|slow|even|comfort))|(?:trouble|difficulty) breathing(?! (?:deep|through"
        r"|in\b))"
        r"|(?:cant|cannot|can not) move (?:my|the|one|any) (?:\w+ )?(?:legs?|arms?|neck|hands?|side"
        r"|body|face)(?! (?:behind|over|up|past|closer|further|that|as))"
        rf"|{_FAINTED}"
        rf"|{_NUMB} (?:\w+ ){{0,3}}(?:one|left|right) (?:side|arm)"
        rf"|{_NUMB} (?:\w+ ){{0,4}}(?:groin|genitals|saddle|between (?:my|the) legs)"
        r"|(?:one|left|right) side (?:of my (?:body|face) )?(?:is|has gone|went|feels|goes) "
        r"(?:\w+ )?(?:numb|weak)"
        r"|face (?:is |has |was )?(?:\w+ )?droop|slurr(?:ed|ing)|worst headache"
        r"|(?:sudden(?:ly)?|thunderclap) (?:\w+ ){0,2}(?:headache|vision|blind\w*|weakness)"
        r"|(?:now|suddenly) (?:i )?(?:have|get|got|having) (?:a |an )?(?:very )?"
        r"(?:severe|terrible|bad|awful) headache"
        r"|(?:lost|losing|loss of|lose|lost all) (?:control of )?(?:my )?(?:bladder|bowels?|vision"
        r"|eyesight|my sight)"
        r"|(?:vaginal|severe) (?:\w+ )?bleed|(?:bleeding|bleed) (?:heavily|that wont stop)"
        r"|(?:pregnan\w*|trimester|\d weeks) .{0,100}(?:bleed|\bspotting\b)"
        r"|(?:bleed\w*|spotting) .{0,100}(?:pregnan|trimester)|waters? (?:has |have )?broke"
        r"|(?:having|had|have) a (?:seizure|fit|stroke)\b|flashes of light"
        r"|cough\w* (?:up )?blood|\bcollapsed\b|not responding"
        r"|(?:is not|isnt|was not|wasnt|stopped) breathing"
        r"(?! (?:in\b|through|right|deep|proper|correct|enough|exercise))"
        r"|(?:fell|fallen|landed|fall) .{0,40}(?:on|out of) .{0,40}(?:neck|head|headstand)\b"
        r".{0,60}(?:pain|hurts?|headache|numb|dizzy|cant|tingl|stiff|vomit)"
    ),
    "symptom": (
        rf"{_NUMB}|(?:cant|cannot|no longer|can not) feel (?:my|the) {_LIMB}(?! (?:engag|work))"
        r"|(?:heard|felt|hear|feel|with) (?:a |something )?(?:loud |sudden )?(?:pop|snap"
        r"|tear)"
        r"(?:ped|s)?\b|something (?:popped|snapped|tore)|went (?:pop|snap)"
        r"|(?:sharp|severe|stabbing|shooting|unbearable|excruciating|intense) pain"
        r"|pins and needles|(?:double|blurred|blurry) vision|fainted|i (?:keep )?faint(?:ing)?\b"
        r"|i pass out|shortness of breath|short of breath"
        r"|(?:see|seeing|saw|have) (?:\w+ )?black spots|black spots (?:before|in front of|in)"
        r"|vomit\w*|blood in (?:my |the )?(?:urine|stools?|poo|pee|spit|phlegm|vomit|semen)"
        r"|swollen .{0,20}(?:calf|leg|knee)\b|palpitation"
        r"|heart (?:is )?(?:racing|pounding|skips?|flutter)"
    ),
    "medication": (
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
    "against advice": (
        r"(?:doctor|physio\w*|surgeon|midwife|cardiologist|gp|therapist|consultant|ophthalmologist)"
        r" (?:\w+ )?(?:says?|said|told|tells|advis\w+|forbade|forbids|warned|banned|doesnt|does not"
        r"|didnt)\b.{0,80}(?:\bno\b|\bnot\b(?! to worry)|never|avoid|stop|dont|cant|against|forb"
        r"|\bto rest\b)"
        r"|against (?:my )?(?:doctor|medical)\w* (?:s )?(?:advice|orders)|ignore my doctor"
    ),
    "cure": (
        rf"\b(?:cures?|cured|curing|heals?|healed|healing) (?:\w+ ){{0,4}}?{_GRAVE}"
        r"|(?:get rid of|revers(?:e|es|ing)|treats?|eliminat\w+|fix(?:es)?|beat) (?:my |the |a )?"
        rf"(?:\w+ )?{_GRAVE}|\bcures? for\b(?! (?:boredom|laziness))"
        r"|(?:will|can|does|could|would) (?:it|this|that|yoga|\w+asana|\w+ pose|pranayama"
        r"|meditation|breathing) (?:really |completely |ever )?(?:cure|heal)"
        r"(?! (?:the |my |your |a )?(?:soul|spirit|world|broken heart))"
    ),
}
DANGERS = {danger: re.compile(form) for danger, form in _DANGERS.items()}

# What happened once is no emergency now: a condition, or something that a doctor should know of.
_PAST = re.compile(
    r"\b(?:\w+ )?(?:days?|weeks?|months?|years?) ago\b|\blast (?:\w+day|week|month|year|spring"
    r"|summer|autumn|fall|winter|class|session|time)\b|\byesterday\b|\bin (?:19|20)\d\d\b|\bonce\b"
    r"|\b(?:previous|past|recover\w*|history of|survivors?|survived|used to|in the past|rehab\w*)\b"
    r"|\bever had\b"
)
_NOW = re.compile(
    r"\b(?:now|still|right now|at the moment|today|tonight|this (?:morning|evening|afternoon)"
    r"|just|keeps?|getting worse|suddenly|again|having|i have|have got|ive got|every time)\b"
)
# What the knowledge has an entry for; each is spoken of without being there now.
_STATES = re.compile(r"heart attack|\bhad a (?:seizure|fit|stroke)\b|\bhad one\b")
_ABOUT = re.compile(
    r"\b(?:after|since|prevent\w*|risk of|cause[sd]?|causing|lead to|family|avoid|lower|reduce"
    r"|previous|history|survivors?|recover\w*|from|give me|trigger)\b"
    r".{0,30}heart attack"
    r"|\bhad (?:a|my|two|three|an?other) (?:\w+ )?(?:heart attack|seizure|fit|stroke)"
)
_CLEANSING = re.compile(r"dhauti|kunjal|vaman|shatkarma|\bkriyas?\b")


def danger_of(folded: str) -> Danger | None:
    """The gravest danger that a question speaks of."""
    if _CLEANSING.search(folded):
        folded = re.sub(r"vomit\w*", " ", folded)
    past = bool(_PAST.search(folded)) and not _NOW.search(folded)
    return next((grade for name in DANGERS if (grade := _grade(name, folded, past))), None)


def _grade(danger: Danger, folded: str, past: bool) -> Danger | None:
    """The danger as it stands today: what is long over is a doctor's matter, or none."""
    form = DANGERS[danger]
    if not form.search(folded):
        return None
    if danger != "emergency":
        return danger
    if past or (_ABOUT.search(folded) and not _NOW.search(folded)):
        rest = _STATES.sub(" ", folded)
        return "symptom" if form.search(rest) else None
    return danger
