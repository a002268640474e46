"""The words by which a question shows what it is about, as regular expressions.

They are matched against the folded question: lower case, no accents or apostrophes, and blanks for
signs. Names of asanas and practices stand in it as "xx", so that "standing" or "balance" in a name
is no cue.
"""

from __future__ import annotations

import re

from ..types import Facet, Remark
from .schema import Family

_FACETS: dict[Facet, str] = {
    "comparison": (
        r"difference(?! in (?!.*\b(?:between|and|or|vs)\b))"
        r"|differ\b|differs|different (?:in|about|between)|versus|\bvs\b"
        r"|compare|comparison|better than|or rather"
        r"|which (?:one )?is (?:\w+ )?(?:harder|easier|better|safer|stronger|gentler)|unterschied"
        r"|diferencia"
    ),
    "sequence": (
        r"(?<!breathing )(?<!meditation )\b(?:practice|session|workout) for\b"
        r"|\bsequences?\b|routines?\b|(?<!blood )\bflow\b|(?:class|lesson) plan|\bplan (?:a|me"
        r"|my)\b"
        r"|\bprogramme?\b|(?:build|design|create|make|give|put together|suggest|need|want|plan)"
        r" (?:me )?(?:a|an|some|my) (?:\w+ ){0,5}(?:practice|session|class|workout)"
        r"|what should i (?:do|practi[sc]e) (?:today|now|tonight|this)"
        r"|what (?:yoga )?(?:to|can i) do today"
    ),
    "steps": (
        r"how (?:do|does|to|can|should|would|might|could) (?!.{0,12}(?:long|often|many|help))"
        r"|\bhow$"
        r"|(?:right|correct|proper|best) (?:way|form|technique) (?:to|of|for|in)\b"
        r"|correctly|properly"
        r"|\bhow is .{1,40} (?:done|performed|practi[sc]ed)|\bhow 2 |\bsteps?\b|instruct"
        r"|(?:walk|talk) me through|show me how|teach me|guide me|\benter(?:ing)?\b|get into"
        r"|getting into|come into|\bset up\b|explain|tutorial|technique|perform\b"
        r"|(?:come|get|coming|getting) out of|\bkaise\b|कैसे|विधि|\bvidhi\b|como (?:se )?(?:hac"
        r"|pract)"
        r"|(?:order|names) of (?:the |its |all )?(?:\w+ )?(?:poses|postures|asanas|movements)"
        r"|comment (?:faire|on|je|entrer)|wie (?:geht|mache|macht|komme|ube)|anleitung"
    ),
    "benefits": (
        r"benefit|good for|\bpros\b|\bupsides?\b"
        r"|does .{1,60}\b(?:lower|reduce|relieve|ease|raise|increase)\b"
        r"|why (?:should|would|practi[sc]e|do (?:we|people|you|i) (?:do|need"
        r"|practi[sc]e|chant))|what does .{1,40} do\b|\beffects?\b"
        r"|\bdo(?:es)? .{1,40}\bdo (?:anything|something|much|any good)\b"
        r"|advantage|\bhelps?\b|what is (?!.{0,40}\b(?:name|word|term|sanskrit"
        r"|english)\b).{1,40} for\b|\bpoint (?:of|in)\b|\bworth\b|improve|useful"
        r"|purpose|\bfa[yi]de\b|\bfayda\b|\blabh\b|फायदे|फ़ायदे|लाभ|beneficio|para que sirve"
        r"|bienfait|a quoi sert|was bringt|wirkung|nutzen|vorteil|wofur"
    ),
    "avoid": (
        r"\bavoid|(?:should|must|can) (?:i |we |she |he |they )?not (?:to )?(?:do|practi[sc]e)"
        r"|shouldnt (?:i |we |she |he |they )?(?:do|practi[sc]e)|not (?:allowed|to do)|leave out"
        r"|\b(?:bad|worst|harmful|risky|wrong) (?:with|for)\b|worse\b|aggravat"
        r"|stay away|unsafe|off limits|steer clear|rule out|ruled out|not suitable|skip\b|"
        r"(?:dangerous|forbidden|contraindicated) (?:poses|asanas|postures)"
    ),
    "safety": (
        r"\bsafe\b|\bsafety|\bunsafe|(?:can|could|may) .{0,20}safely|danger|\brisk|contra ?indicat"
        r"|(?:^|and |but |or |so |whether |if )should (?:i|we|she|he"
        r"|they) (?:do|avoid|skip"
        r"|practi[sc]e|try|not|be doing|still|stop)|who (?:should|must|shouldnt|needs? to)"
        r" (?:not|avoid|skip|never|leave|stay|do|be|steer)"
        r"|who (?:cant|shouldnt|cannot|mustnt)|not for (?:whom|who)|suitable for everyone"
        r"|(?<!how )(?<!what )(?<!where )(?<!when )\b(?:can|could|may|is it possible for) (?:i|we"
        r"|she|he|they|my|a|an|someone|somebody|people|pregnant|kids|children|xx)\b.{0,60}(?:do\b"
        r"|practi[sc]e|with|if|when|while|during|try|still|harm|hurt|cause|damage)|\bok\b|okay"
        r"|alright|\bhurt|\bpain|injur|bad for|harm|allowed|caution|precaution|\bsore\b|\baches?\b"
        r"|aching|blood pressure|\bbp\b|\b(?:crack|click|pinch|grind|creak|tingl|swell|swollen"
        r"|cramp|discomfort|dizz|nause)\w*|worr(?:y|ied)|afraid|\bwarn|forbidden|advisable"
        r"|problem|careful|condition"
        r"|damage|surgery|operation\b|operated|(?:during|on|with) (?:my |a |the )?periods?\b"
        r"|\bnuks?ann?\b|नुकसान|सावधान"
        r"|सुरक्षित"
        r"|peligros|es segur|puedo\b|contraindicacion|gefahrlich|\bsicher\b|darf ich|dangereux"
        r"|sans danger|puis je"
    ),
    "meaning": (
        r"\bmean(?:s|ing)?\b|translat|etymolog|literal|what is .{1,40} in english|in sanskrit"
        r"|sanskrit (?:name|word|term)|stands? for|call(?:ed)? in|\bmatlab\b|bedeutet|signifi"
        r"|मतलब|अर्थ|\barth\b"
    ),
    "names": (
        r"other names?|\bname and\b|whats? (?:it|this|that) called|also called|another name"
        r"|known as|alternative names?|\baka\b"
        r"|different names?|sanskrit (?:name|word|term)|in sanskrit|english (?:name|word)"
        r"|in english|call(?:ed)? in|pronounc|\bspell|\bspelt\b|devanagari|\benglish\b"
        r"|\bsanskrit\b|in hindi|\bname and\b"
        r"|and (?:the )?name\b|whats? (?:it|this|that) called"
    ),
    "story": (
        r"\bstory|\bmyth|legend|named after|why is it (?:called|named)"
        r"|why .{1,40} (?:called|named)|\borigins?\b|comes? from|history|who invented|\bsage\b"
    ),
    "anatomy": (
        r"muscle|anatom|\bstretch|strengthen|\bworks?\b(?! (?:up|towards?|to|for|on|with|out)\b)"
        r"|\btargets?\b|body part|which parts|glute|\bquads?\b|psoas"
    ),
    "mistakes": (
        r"mistake|wrong|\berrors?\b|fault|misalign|incorrect|watch out|pitfall|look out for"
    ),
    "breath": r"(?<!many )breath|pranayama|inhal|exhal|\bsaans\b|सांस",
    "hold": (
        r"how long|\bhold\b|duration|how many (?:breaths|minutes|seconds|rounds|times)|how often"
        r"|\bstay\b(?! (?:away|off|clear|out))|wie lange|cuanto tiempo|combien de temps|kitni der"
    ),
    "props": r"\bprops?\b|\bblocks?\b|\bstraps?\b|bolster|blanket|equipment|\bbelt\b",
    "counterposes": (
        r"counter ?(?:pose|asana|posture|stretch)|(?:comes?|should i do|to do|do i do|pose|poses)"
        r" after|afterwards|follow (?:it|xx) (?:up )?with"
    ),
    "preparation": (
        r"\bprep|warm ?up|before (?:i|doing|trying|attempting)|get ready|build up to|lead up"
        r"|work(?:ing)? (?:towards|up to)"
    ),
    "beginner": (
        r"beginner|easier|modif|variation|adapt|regression|\bcan ?not (?:do|reach|get|touch|bend"
        r"|sit|straighten|lift|hold|balance)|\bcant (?:i |you )?(?:do|reach|get|touch|bend|sit"
        r"|straighten|lift"
        r"|hold|balance|quite)|unable|struggl|new to|first time|\bstiff|inflexible|too hard"
        r"|simpler|gentler|make it eas|never done|if (?:i|you) (?:cant|cannot)|\btight"
        r"|overweight|plus size|keep falling"
    ),
    "deeper": (
        r"deeper|advanc|progress|next level|challeng|further|more difficult|intensify"
        r"|make .{1,20} harder"
    ),
    "alternatives": (
        r"alternative|other than|\boptions?\b|besides\b|apart from|in place of|instead (?:of xx"
        r"|of it)?|substitut|replac|swap|what else|other poses?"
    ),
    "level": (
        r"\blevel|how (?:hard|difficult|advanced|easy)|is (?:it|xx) (?:too )?(?:hard|difficult"
        r"|advanced|easy|for (?:beginners|advanced))|difficulty|good for beginners"
    ),
    "shape": (
        r"alignment|aligned|look like|where (?:should|do|does|are) (?:my|the|i)|position of"
        r"|\bform\b|should my|\bangles?\b"
    ),
    "related": r"similar|related|kinds? of|types? of|variants?|like this|other asanas?",
    "find": (
        r"\b(?:poses?|asanas?|postures?|stretch(?:es)?|exercises?|yoga|something|anything"
        r"|practices?)"
        r" (?:for|against|good for|(?:to|that|which|who)(?: can| will)? (?:help|ease|relieve"
        r"|improve"
        r"|open|strengthen|stretch|release|calm|relax|sleep|reduce|loosen|build|tone|work)\w*)"
        r"|get better at|kaun ?s[aei]\b|कौन|(?:which|what|best) pranayama|(?:pranayama|breathing"
        r"|meditation) for|(?:which|what"
        r"|any|best|good|some|top|list|easy|gentle) (?:\w+ ){0,3}(?:poses|asanas"
        r"|postures|stretches|exercises)|which pose (?:help|is (?:good|best))|(?:hardest|easiest"
        r"|most \w+) (?:\w+ ){0,2}(?:poses?|asanas?|postures?)|what helps"
        r"|help(?:s|ing)? (?:me |with )|good for (?:my|the|a)|i feel|\bim feeling|cant sleep"
        r"|i (?:need|want) (?:to )?|i am (?:so |very |really )?(?:stress|tired|tense|stiff|anxious"
        r"|exhaust)|im (?:so |very |really )?(?:stress|tired|tense|stiff|anxious|exhaust)"
        r"|(?:improve|relieve|ease|release|loosen|strengthen"
        r"|stretch|open|tone|get rid of) (?:my|the|tight)"
        r"|yoga (?:can|may|could) i"
    ),
    "overview": (
        r"what is|whats|what are|tell me about|who (?:is|was)|define|definition|describe"
        r"|information|\babout\b|overview|kya hai|क्या है|que es|was ist|qu est ce|cest quoi"
    ),
}  # fmt: skip
FACETS = {facet: re.compile(form) for facet, form in _FACETS.items()}

# What a practice is wanted for; the keys are those of `sequence.AIMS`.
_AIMS: dict[str, str] = {
    "sleep": (
        r"sleep|\bbed(?:time)?\b|insomnia|\bevening|\bnight|wind(?:ing)? down|relax|\bcalm|stress"
        r"|anxi|restorat|unwind|overwhelm|nervous|panic|\btense\b|tension|burn(?:ed|t)? ?out|angry"
    ),
    "morning": (
        r"\bmornings?\b|wak(?:e|ing)\b|energ|breakfast|\btired\b|fatigue|sluggish|exhaust|letharg"
    ),
    "desk": (
        r"\bdesk|\boffice|sitting all day|computer|laptop|\bshoulders?\b|upper back|\bneck\b|hunch"
        r"|\bscreen|slouch|typing"
    ),
    "legs": (
        r"\brun(?:ner|ners|ning|s)?\b|cycl(?:e|ing|ists?)\b|hamstrings?\b|\bcalf\b|calves|\blegs?\b"
        r"|football|hik(?:e|ing|ers?)\b|\bquads?\b|\bthighs?\b"
    ),
    "hips": r"\bhips?\b|\bgroin\b",
    "back": (
        r"(?:my|low|lower|stiff|sore|tight|bad|the|for|aching) back\b|back ?(?:ache|pain)|\bspine\b"
    ),
    "core": r"\bcore\b|\babs\b|abdomin|\bbelly\b|\bstomach\b|tummy",
    "balance": r"\bbalanc(?:e|ing)\b",
}
AIMS = {aim: re.compile(form) for aim, form in _AIMS.items()}

_POSES = r"(?:poses?|asanas?|postures?|exercises?)"
_ANY = r"(?:an?|any|another|gentle|easy|good|simple)"
_FAMILIES: dict[Family, str] = {
    "standing balance": (
        rf"standing balances?\b|balanc(?:e|es|ing) {_POSES}|one legged (?:{_POSES}|balances?)"
    ),
    "standing": rf"\bstanding {_POSES}",
    "forward fold": (
        r"forward (?:folds|bends)|\b(?:fold|bend)(?:ing)? forward\b"
        rf"|forward (?:fold|bend)(?:ing)? {_POSES}"
    ),
    "backbend": (
        rf"\b{_ANY} backbend\b|"
        rf"\bback ?bends\b|\bback ?bend(?:ing)? {_POSES}|back ?bending|(?:heart|chest) openers?"
    ),
    "twist": rf"\b{_ANY} twist\b|\btwists\b|\btwist(?:ing|ed)? {_POSES}",
    "seated": rf"\b(?:seated|sitting) {_POSES}",
    "hip opener": r"\bhip (?:openers?|opening)",
    "arm balance": rf"\b{_ANY} arm balance\b|\b(?:arm|hand) balanc(?:es?|ing)\b",
    "inversion": rf"\b{_ANY} inversion\b|\binversions?\b|upside down {_POSES}|inverted",
    "core": rf"\bcore {_POSES}|\bab {_POSES}|core strengthening",
    "kneeling": rf"\bkneeling {_POSES}",
    "supine": rf"\b(?:supine|reclin(?:ed|ing)|lying(?: down)?) {_POSES}",
    "prone": rf"\bprone {_POSES}",
    "restorative": rf"\b(?:restorative|restful|resting) {_POSES}",
}
FAMILIES = {family: re.compile(form) for family, form in _FAMILIES.items()}

# Muscles as questions name them, by a piece of the names that the entries use.
_MUSCLES: dict[str, str] = {
    "hamstring": r"hamstrings?",
    "quadriceps": r"quads?|quadriceps|front of (?:my |the )?thighs?",
    "gluteal": r"glutes?|gluteals?|buttocks?|bum",
    "calves": r"calf|calves",
    "hip flexor": r"hip flexors?|psoas",
    "inner thigh": r"inner thighs?|adductors?",
    "outer hip": r"outer hips?|piriformis",
    "shoulder": r"shoulders?|deltoids?",
    "chest": r"chest|pecs|pectorals?",
    "upper back": r"upper back",
    "abdominal": r"core|abs|abdominals?|stomach muscles|belly muscles",
    "oblique": r"obliques?|waist",
    "triceps": r"triceps",
    "biceps": r"biceps",
    "forearm": r"forearms?",
    "wrist": r"wrists?",
    "ankle": r"ankles?",
    "foot": r"feet|foot|arches",
    "spinal": r"back muscles|spinal erectors?",
    "neck": r"neck",
}
MUSCLES = {muscle: re.compile(rf"\b(?:{form})\b") for muscle, form in _MUSCLES.items()}
# How an answer names them.
MUSCLE_NAMES: dict[str, str] = {
    "hamstring": "hamstrings", "quadriceps": "quadriceps", "gluteal": "gluteal muscles",
    "calves": "calves", "hip flexor": "hip flexors", "inner thigh": "inner thighs",
    "outer hip": "outer hips", "shoulder": "shoulders", "chest": "chest",
    "upper back": "upper back", "abdominal": "abdominal muscles", "oblique": "obliques",
    "triceps": "triceps", "biceps": "biceps", "forearm": "forearms", "wrist": "wrists",
    "ankle": "ankles", "foot": "feet", "spinal": "back muscles", "neck": "neck",
}  # fmt: skip
STRETCH = re.compile(r"stretch|tight|\bopen|loosen|lengthen|flexib|release|stiff|supple")
STRENGTHEN = re.compile(r"strengthen|strong|build|\btone|weak|strength")
TODAY = re.compile(r"\b(?:today|tonight|now|this (?:morning|evening|week))\b")
EASY = re.compile(r"beginner|\beasy\b|easiest|simple|gentle|new to|never done|first")
HARD = re.compile(r"hardest|most (?:difficult|challenging|advanced)|advanced|toughest")

YES_OR_NO = re.compile(r"(?:why|can|could|does|do|did|is|are|will|would|should|may)\b")

# How questions begin, and words of somebody who asks; what has none of them may be a description.
ASKS = re.compile(
    rf"^(?:(?:and|so|but|ok|okay|hi|hello|hey|well) )*"
    rf"(?:{YES_OR_NO.pattern.removesuffix(chr(92) + 'b')}|what|whats|which|how|who|when|where|tell"
    r"|explain|describe|show|give|list|name|compare|benefits?|steps?|poses?|yoga)\b"
    r"|\bwhat (?:do|does|is|are)\b"
    r"|\b(?:i|im|ive|me|my|we|please|explain|define|difference|meaning|compare|mujhe|kaun|kaunsa"
    r"|hai|kaise|kya|como|wie|comment)\b"
)

# A question about practice in general rather than a wish for one.
GENERALLY = re.compile(
    r"\benough\b|how (?:long|often|many|much|soon|do (?:i|you) (?:build|plan|design|structure"
    r"|sequence"
    r"|order))|worth|does it matter|is it (?:ok|bad|better|good)|per week|a day\b|every day"
    r"|right order"
    r"|what order"
)
# Somebody who sits on a chair or in one, and cannot come to the floor.
CHAIR = re.compile(
    r"wheelchair|chair ?bound|(?:cant|cannot|not able to|unable to) (?:stand|get (?:down|up)"
    r"|(?:sit|lie|kneel) on the floor|get (?:on|onto|to) the floor|walk)\b|while seated on a chair"
    r"|sitting (?:in|on) a chair|at (?:my|the|a) desk|(?:in|at) (?:the|my) office|at work\b"
    r"|paraplegi\w*"
)
# Somebody who never stands up or comes to the floor, whatever posture is spoken of.
WHEELCHAIR = re.compile(r"wheelchair|chair ?bound|paraplegi\w*")
# When yoga as a whole had better wait.
WHEN_NOT = re.compile(
    r"when (?:should|must|is it|shouldnt|not|do|would).{0,25}\b(?:not|never|avoid|skip|bad"
    r"|unsafe)?\b"
    r".{0,12}\b(?:not (?:to )?(?:practi[sc]e|do yoga)|avoid (?:yoga|practi[sc]\w+)"
    r"|skip (?:yoga|practice|class|my practice)|unsafe to (?:practi[sc]e|do yoga))"
    r"|when not to (?:practi[sc]e|do yoga)|(?:shouldnt|should not) (?:\w+ ){0,2}(?:practi[sc]e"
    r"|do) yoga"
    r"|who should(?: not|nt) (?:do|practi[sc]e) yoga|reasons not to (?:practi[sc]e|do yoga)"
)
WITHOUT = re.compile(r"\b(?:without|no|skipping|avoiding|except|excluding) (.{1,40})")
MEDITATION = re.compile(r"\bmeditat\w+|mindfulness")
FOLLOW_UP = re.compile(
    r"^(?:and|but|so|what about|how about|also|ok|okay|then|now)\b"
    r"|\b(?:it|its|this|that|them|they|these|those|the pose|the asana|same|one|there)\b"
)
POINTS_BACK = re.compile(r"\b(?:it|its|this|that|them|the pose|the asana)\b")

_REMARKS: dict[Remark, str] = {
    "greeting": (
        r"(?:hi|hiya|hello|hey|namaste|namaskar|good (?:morning|afternoon|evening|day)|greetings"
        r"|hallo|hola|bonjour|servus|salut)(?: there| all| everyone| yoga assistant)*"
        r"(?: how are you(?: today| doing)?)?|how are you(?: today| doing)?"
    ),
    "thanks": (
        r"(?:ok |okay |great |perfect )?(?:thanks?|thank you|thx|cheers|ty|many thanks|danke"
        r"|gracias|merci|dhanyavad)(?: you)?(?: so much| very much| a lot| for .{1,40}"
        r"| that .{1,40})?"
        r"|(?:great|perfect|ok|okay|cool|nice|awesome)(?: thanks?| thank you)?"
    ),
    "farewell": r"(?:good ?)?bye(?: bye)?|good ?night|see you(?: later)?|ciao|tschuss|adios",
    "who": (
        r"who (?:are|r) (?:you|u)|what are you|what(?: can| do) you (?:do|know)"
        r"(?: for me)?|help(?: me)?|(?:what is|whats) your name|are you (?:a )?(?:real |human"
        r"|bot|ai"
        r"|robot|person|machine)\w*(?: .{0,20})?|how do you work|what can i ask(?: you)?"
        r"|who (?:made|built|wrote|created) you"
    ),
}  # fmt: skip
REMARKS = {remark: re.compile(form) for remark, form in _REMARKS.items()}

# What is about yoga in any case, and what is where something else speaks for it.
YOGA = re.compile(
    r"yog|\basan|\bposes?\b|posture|pranayam|meditat|mindful|\bstretch|flexib|chakra|mudra|mantra"
    r"|namaste|\bom\b|vinyasa|\bhatha|ashtanga|iyengar|kundalini|\byin\b|restorat|s(?:h)?avasana"
    r"|backbend|forward (?:bend|fold)|inversion|sutra|patanjali|samadhi|\byamas?\b|niyama"
    r"|\bgunas?\b"
    r"|\bprana\b|bandha|sun salutation|surya|dharma|karma|breathing (?:exercise|technique|practice)"
    r"|breath ?work|use (?:a |the |my )?(?:blocks?|straps?|bolsters?)|योग|आसन|ासन|प्राणायाम"
    r"|ध्यान|\bhip opener|arm balance"
)
BODY = re.compile(
    r"breath|exhal|inhal|\bpain|\bhurt|\bsore\b|injur|\b(?:that|the) one (?:where|with|when)"
    r"|(?:which|what"
    r"|new|clean|thick\w*|buy|wash"
    r"|choose) (?:\w+ ){0,3}mats?\b|balanc"
    r"|\btwist|hamstring|\bhips?\b|\bspine|shoulder|\bcore\b|\bknees?\b"
    r"|\bwrists?\b|\bback\b|\bneck\b|relax|stress|sleep|\bcalm|tradition|guru|\bhands?\b|\bfeet\b"
    r"|\bfoot\b|\blegs?\b|\barms?\b|\bthigh|\bkneel|\bsquat|\blie\b|\blying|\bstand"
    r"|\bsit(?:ting)?\b|muscle"
    r"|strength|warm ?up|practi[sc]e|\bteacher|\bclass(?:es)?\b|\bprops?\b|bolster|\btired\b"
    r"|\bstiff"
    r"|elbow|ankle|\btoes?\b|\bheels?\b|forehead|\bpalms?\b|\bbelly\b|\bchest\b|upside|routine"
)
# What speaks of a posture, if only by the body.
POSTURE = re.compile(rf"{BODY.pattern}|\b(?:poses?|postures?|asanas?|stretch\w*)\b|bend|fold")
# Asked of a machine of any kind, but not of a yoga teacher.
_NOT_YOGA = (
    r"\bweather|forecast|\bpython\b|javascript|\bcode\b|coding|programming|\bsql\b|\bhtml\b"
    r"|election|president|prime minister|politic|parliament|\btrump\b|\bbiden\b|\bputin\b|recipe"
    r"|\bcook|\bbak(?:e|ing)\b|bitcoin|crypto|stock (?:market|price)|\bshares\b|football score"
    r"|world cup|champions league|movie|netflix|\bfilm\b|capital (?:of|city)|population of"
    r"|\bmath|equation|calculate|square root|\d ?(?:plus|minus|times|divided by) ?\d"
    r"|^what is \d+ \d+$|mortgage|\btax(?:es)?\b|insurance|\bflights?\b|\bhotels?\b|windows (?:1"
    r"|p|u)"
    r"|iphone|android|printer|\bwifi\b|tie a tie|necktie|car (?:engine|tyre|tire)|gravity"
    r"|quantum|who won|homework|laptop (?:to )?buy|best laptop"
)
# A wish for a text or for obedience, whatever it is about.
_NOT_OURS = (
    r"\b(?:write|compose|sing|rap|make up) (?:me |us )?(?:a|an|some|the) (?:\w+ ){0,3}(?:poem|song"
    r"|joke|essay|haiku|limerick|rap|novel|rhyme|lyrics|ballad|email|code|script|program)"
    r"|tell (?:me |us )?(?:a |an |another )?(?:\w+ )?(?:joke|riddle)"
    r"|(?:ignore|forget|disregard) (?:all |your |the |any |my )+(?:\w+ )?(?:instructions?|rules"
    r"|prompt)|system prompt|\bpoem about|jailbreak|pretend (?:to be|you are)"
)
NOT_YOGA = re.compile(_NOT_YOGA)
NOT_OURS = re.compile(_NOT_OURS)
