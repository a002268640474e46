"""The words by which a question shows what it is about, as regular expressions.

They are matched against the folded question: lower case, no accents or apostrophes, and blanks for
signs.
"""

from __future__ import annotations

import re

from ..types import Danger, Facet

FACETS: dict[Facet, str] = {
    "comparison": (r"difference|differ|versus|\bvs\b|compare|comparison|better than|or rather"),
    "sequence": (
        r"sequence|routine|\bflow\b|class plan|lesson plan|plan a|plan for|program|series"
        r"|(?:build|design|create|make|give|put together) (?:me )?(?:a|an) .{0,30}(?:practice"
        r"|session|class)|\d+ ?(?:min|minute|minutes) "
    ),
    "steps": (
        r"how (?:do|does|to|can|should|would|might|could) (?!.{0,12}(?:long|often|many|help))"
        r"|\bhow is .{1,40} (?:done|performed|practi[sc]ed)|\bhow 2 |\bsteps?\b|step by step"
        r"|instruct|walk me through|talk me through|show me how|teach|guide me|\benter\b"
        r"|get into|getting into|come into|\bset up\b|explain how|tutorial|technique|perform"
        r"|explain\b|come out of|get out of"
    ),
    "benefits": (
        r"benefit|good for|why (?:do|should|would|practi[sc]e)|what does .{1,40} do\b|effect"
        r"|advantage|\bhelps?\b|what is .{1,40} for\b|the point of|worth|improve|useful"
        r"|purpose"
    ),
    "safety": (
        r"\bsafe|danger|\brisk|contra ?indicat"
        r"|should (?:i|we|she|he|they|you) (?:do|avoid|skip|practi[sc]e|try|not|be doing"
        r"|still|stop)|who should not|who should avoid"
        r"|(?:can|could|may) (?:i|we|she|he|you|they|my|a|an|someone|people|pregnant|kids"
        r"|children)\b.{0,60}(?:do|practi[sc]e|with|if|when|while|during|try|still)|\bok\b"
        r"|okay|alright|hurts?\b|\bpain|injur|bad for|harm|allowed|caution|precaution|\bsore\b"
        r"|ache|worr(?:y|ied)|afraid|\bwarn|forbidden|advisable|problem|careful|condition"
        r"|damage"
    ),
    "meaning": (
        r"\bmean|translat|etymolog|literal|what is .{1,40} in english|in sanskrit"
        r"|sanskrit (?:name|word|term)|stands? for|call(?:ed)? in|matlab|bedeutet|signifi"
    ),
    "names": (
        r"other names?|also called|another name|known as|alternative names?|aka\b"
        r"|different names?|sanskrit (?:name|word|term)|in sanskrit|english (?:name|word)"
        r"|in english|call(?:ed)? in"
    ),
    "story": (
        r"\bstory|\bmyth|legend|named after|why is it (?:called|named)"
        r"|why .{1,40} (?:called|named)|origin|comes? from|history|who invented|sage"
    ),
    "anatomy": (
        r"muscle|anatom|stretch|strengthen|\bworks?\b|target|body part|which parts|glute|quad"
        r"|psoas"
    ),
    "mistakes": (
        r"mistake|wrong|\berrors?\b|fault|misalign|incorrect|watch out|pitfall|look out for"
        r"|correct"
    ),
    "breath": (r"breath|inhal|exhal"),
    "hold": (
        r"how long|\bhold|duration|how many (?:breaths|minutes|seconds|rounds|times)|how often"
        r"|\bstay\b"
    ),
    "props": (r"\bprops?\b|\bblocks?\b|\bstraps?\b|bolster|blanket|equipment|\bbelt\b"),
    "counterposes": (
        r"counter ?pose|counter|what (?:comes|should i do|to do|do i do) after|afterwards"
        r"|follow (?:it|up)"
    ),
    "preparation": (
        r"prepar|warm ?up|before (?:i|doing|trying|attempting)|get ready|build up to|lead up"
        r"|work (?:towards|up to)"
    ),
    "beginner": (
        r"beginner|easier|modif|variation|adapt|regression|\bcan ?not\b|\bcant\b|unable"
        r"|struggl|new to|first time|\bstiff|inflexible|too hard|simpler|gentler|make it eas"
        r"|never done|tight|overweight|plus size"
    ),
    "deeper": (
        r"deeper|advanc|harder|progress|next level|challeng|further|more difficult|intensify"
    ),
    "alternatives": (r"alternative|instead|substitut|replac|swap|what else|other poses?"),
    "level": (
        r"\blevel|how (?:hard|difficult|advanced|easy)|is it (?:hard|difficult|advanced|easy)"
        r"|difficulty"
    ),
    "shape": (
        r"alignment|aligned|look like|where (?:should|do|does|are) (?:my|the|i)|position of"
        r"|form\b|posture of|should my|angle"
    ),
    "related": (r"similar|related|kinds? of|types? of|variants?|like this|other asanas?"),
    "find": (
        r"(?:poses?|asanas?|postures?|stretch(?:es)?|exercises?|yoga) (?:for|to|that|which"
        r"|with|when|where|against)"
        r"|(?:which|what|any|name|some|good|best) (?:\w+ ){0,2}(?:poses?|asanas?|postures?"
        r"|stretch(?:es)?)|the one (?:where|with)"
    ),
    "overview": (
        r"what is|whats|what are|tell me about|who is|define|definition|describe|information"
        r"|\babout\b|overview"
    ),
}

DANGERS: dict[Danger, str] = {
    "self-harm": (
        r"suicid|kill myself|end my life|want to die|hurt myself|self ?harm|dont want to live"
    ),
    "emergency": (
        r"chest (?:pain|tight|pressure|hurts)|pain in (?:my|the) chest|heart attack"
        r"|(?:cant|cannot|can not) (?:breathe|move|feel)|trouble breathing"
        r"|coughing (?:up )?blood|passed out|lost consciousness|unconscious"
        r"|numb(?:ness)? (?:in|of|on) (?:one|my (?:left|right)) (?:side|arm|face)"
        r"|face .{0,12}droop|slurred|worst headache"
        r"|sudden(?:ly)? (?:severe )?(?:headache|vision|blind|weakness)"
        r"|(?:lost|losing|loss of) (?:control of )?(?:my )?(?:bladder|bowel|vision|sight)"
        r"|bleeding|waters? broke|seizure (?:now|right)|numb (?:groin|genitals|between)"
        r"|(?:heard|felt) a (?:pop|snap|crack)|shortness of breath|flashes of light"
    ),
    "medication": (
        r"(?:stop|skip|quit|drop|replace|reduce|lower|come off|get off|go off|off|without"
        r"|instead of|rather than|throw away|give up|need) (?:\w+ ){0,4}(?:medication"
        r"|medicines?|meds|pills?|tablets?|insulin|inhaler|antidepress\w+|statins?|warfarin"
        r"|blood thinners?|chemo\w*|radiation|dialysis|treatment|therapy|drugs?|prescri\w+"
        r"|painkillers?|metformin|lithium|ssris?|beta ?blockers?|steroids?|doctor|surgery"
        r"|vaccin\w+)"
    ),
    "cure": (
        r"(?:\bcures?\b|\bcured\b|\bheals? (?!with)|get rid of|revers(?:e|es|ing)|treats?\b"
        r"|fix(?:es)?|eliminat\w+) (?:\w+ ){0,4}(?:cancer|tumou?rs?|diabet\w+|asthma"
        r"|depress\w+|anxiety|covid|thyroid|pcos|pcod|infertil\w+|epileps\w+|arthritis"
        r"|disease|illness|hernia|glaucoma|hypertension|blood pressure|heart|stroke|scoliosis"
        r"|disc|sciatica|migraine\w*|insomnia|adhd|autism|ptsd|bipolar|kidney|liver"
        r"|alzheimer\w*|dementia|parkinson\w*|hiv|endometriosis|ulcer\w*|ibs|crohns?|lupus|ms"
        r"|fibromyalgia|osteoporosis|cataracts?|eyesight|condition|injur\w+|pain)"
        r"|(?:will|can|does|could|would) (?:it|this|that|yoga|\w+asana|\w+ pose"
        r"|pranayama) (?:really )?(?:cure|heal)"
    ),
}

# What a practice is wanted for; the keys are those of `sequence.AIMS`.
AIMS: dict[str, str] = {
    "sleep": (
        r"sleep|\bbed|insomnia|evening|night|wind(?:ing)? down|relax|calm|stress|anxi|restorat"
    ),
    "morning": (r"morning|wak(?:e|ing)|energ|breakfast"),
    "desk": (r"desk|office|sitting all day|computer|laptop|shoulders?|upper back|\bneck"),
    "legs": (r"\brun|cycl|hamstring|calf|calves|\blegs?\b|football|hik(?:e|ing)|quads?\b|thighs?"),
    "hips": (r"\bhips?\b|groin"),
    "back": (r"\bback\b|\bspine"),
    "core": (r"\bcore\b|\babs\b|abdom|belly|stomach"),
    "balance": (r"\bbalanc"),
}

YOGA = re.compile(
    r"yog|asan|\bpos(?:e|es|ture|tures|ing)\b|pranayam|medita|mindful|breath|stretch|flexib"
    r"|chakra|mudra|mantra|\bmats?\b|namaste|\bom\b|vinyasa|\bhatha|ashtanga|iyengar|kundalini"
    r"|\byin\b|restorat|savasana|bedtime|balanc|invers|backbend|forward (?:bend|fold)|twist"
    r"|hamstring|\bhips?\b|spine|shoulder|core\b|knees?\b|wrists?\b|\bback\b|\bneck\b|postur"
    r"|relax|stress|sleep|calm|sutra|patanjali|dharma|karma|samadhi|\byama|niyama|\bguna|prana"
    r"|bandha|sun salutation|surya|teacher|\bclass\b|practi[sc]e|warm ?up|muscle|strength"
    r"|props?\b|bolster|tradition|guru|hands?\b|\bfeet\b|\bfoot\b|\blegs?\b|\barms?\b|\bthigh"
    r"|\bkneel|\bsquat|\blie\b|\blying|\bstand|\bsit"
)
MINUTES = re.compile(
    r"(\d{1,3}) ?(?:min|mins|minutes?)\b|\b(half an hour|half hour)|\b(?:an|one|1) hour\b"
)
FOLLOW_UP = re.compile(
    r"^(?:and|but|so|what about|how about|also|ok|okay|then|now)\b"
    r"|\b(?:it|its|this|that|them|they|these|those|the pose|the asana|same|one|there)\b"
)
