"""Everyday words that are names of postures, and whether a sentence means them so.

"Boat", "tree" and "cat" are postures in "how long do I hold boat?" and not in "my cat sits on my
mat". The words around the name decide, and `understand` asks for a sign of yoga beside it.
"""

from __future__ import annotations

from collections.abc import Sequence

# English words that name a posture when "pose" is left out.
EVERYDAY = frozenset({
    "airplane", "albatross", "archer", "banana", "beam", "boat", "bow", "bridge", "bridges",
    "butterfly", "camel", "candle", "cat", "caterpillar", "chair", "chicken", "child", "cobbler",
    "cobra", "cock", "cockerel", "compass", "corpse", "cow", "crab", "crane", "crescent",
    "crocodile", "crossbar", "crow", "crows", "dancer", "diamond", "dog", "dolphin", "dragonfly",
    "eagle", "embryo", "firefly", "fish", "frog", "garland", "gate", "goddess", "gorilla",
    "grasshopper", "hare", "hero", "heron", "hummingbird", "hurdler", "inchworm", "insect",
    "lion", "lizard", "locust", "lotus", "lunge", "lunges", "mermaid", "monkey", "moon",
    "mountain", "noose",
    "peacock", "pigeon", "plank", "planks", "plough", "plow", "puppy", "pyramid", "rabbit",
    "ragdoll", "rooster", "saddle", "scale", "scales", "scorpion", "serpent", "shoelace", "snail",
    "snare", "sphinx", "splits", "squat", "squats", "staff", "star", "swan", "tadpole",
    "thunderbolt", "tortoise", "tree", "triangle", "turtle", "twist", "volcano", "warrior",
    "warriors", "waterfall", "wheel",
})  # fmt: skip

# Words of a topic that are about yoga only where something else is.
ORDINARY = frozenset({
    "abdominals", "abs", "absorption", "belt", "blanket", "block", "blocks", "bolster",
    "bolsters", "brick", "bricks", "core", "hips", "locks", "mat", "mats", "props",
    "soreness", "spine", "strap", "straps", "truthfulness", "vertebra",
    "vertebrae",
})  # fmt: skip

# What stands before "Pose" in a name but is nobody's short name for it.
NEVER_ALONE = frozenset({
    "accomplished", "adamantine", "adept", "awkward", "balancing", "dangling", "easy",
    "equestrian", "fierce", "heros", "kneeling", "moon", "perfect", "pleasant", "powerful",
    "prayer", "rock", "rod", "shoulder", "square", "standing", "star", "stick", "temple",
    "throne", "uplifting", "wisdom", "womb", "big", "happy", "reclined", "resting", "tripod",
})  # fmt: skip

# Names that teachers use for more than one posture, the likeliest first.
SHARED: dict[str, tuple[str, ...]] = {
    "pigeon": ("pigeon-pose", "reclined-pigeon-pose", "king-pigeon-pose", "flying-pigeon-pose"),
    "warrior": ("warrior-ii", "warrior-i", "warrior-iii", "reverse-warrior", "humble-warrior"),
    "warrior pose": ("warrior-ii", "warrior-i", "warrior-iii"),
    "virabhadrasana": ("warrior-ii", "warrior-i", "warrior-iii"),
    "lotus": ("lotus-pose", "half-lotus-pose", "bound-lotus-pose"),
    "twist": ("half-lord-of-the-fishes-pose", "supine-spinal-twist", "bharadvajas-twist"),
    "spinal twist": ("half-lord-of-the-fishes-pose", "supine-spinal-twist", "bharadvajas-twist"),
    "seated twist": ("half-lord-of-the-fishes-pose", "bharadvajas-twist", "revolved-easy-pose"),
    "standing twist": ("revolved-triangle-pose", "revolved-chair-pose", "crescent-twist"),
    "dog": ("downward-facing-dog", "upward-facing-dog"),
    "dog pose": ("downward-facing-dog", "upward-facing-dog"),
    "svanasana": ("downward-facing-dog", "upward-facing-dog"),
    "lunge": ("low-lunge", "high-lunge", "side-lunge"),
    "crescent": ("high-lunge", "low-lunge", "standing-crescent-moon"),
    "side angle": ("extended-side-angle-pose", "revolved-side-angle-pose"),
    "side angle pose": ("extended-side-angle-pose", "revolved-side-angle-pose"),
    "parsvakonasana": ("extended-side-angle-pose", "revolved-side-angle-pose"),
    "forward fold": ("standing-forward-bend", "seated-forward-bend", "wide-legged-forward-bend"),
    "forward bend": ("standing-forward-bend", "seated-forward-bend", "wide-legged-forward-bend"),
    "splits": ("monkey-pose", "half-splits", "standing-split"),
    "lunges": ("low-lunge", "high-lunge", "side-lunge"),
    "squats": ("garland-pose", "goddess-pose", "chair-pose"),
    "squat": ("garland-pose", "goddess-pose", "chair-pose"),
    "moon pose": ("half-moon-pose", "standing-crescent-moon", "childs-pose"),
    "frog": ("wide-knee-frog-pose", "frog-pose", "half-frog-pose"),
    "frog pose": ("frog-pose", "wide-knee-frog-pose", "half-frog-pose"),
    "half bound lotus": (
        "half-bound-lotus-seated-forward-bend", "half-bound-lotus-standing-forward-bend",
    ),
    "dragonfly pose": ("wide-angle-seated-forward-bend", "hummingbird-pose"),
    "grasshopper pose": ("locust-pose", "hummingbird-pose"),
    "mandukasana": ("frog-pose", "wide-knee-frog-pose"),
    "sun salutation": ("sun-salutation-a", "sun-salutation-b"),
    "surya namaskar": ("sun-salutation-a", "sun-salutation-b"),
}  # fmt: skip

POSTURE_WORDS = frozenset(
    {"pose", "poses", "posture", "postures", "asana", "asanas", "asan", "asans", "position"}
)
# Words that are no misspelt "pose".
NEARLY_POSE = frozenset({
    "close", "dose", "hose", "lose", "nose", "poke", "pole", "pope", "pore", "posed", "post",
    "rose", "those",
})  # fmt: skip
_OWNERS = frozenset({"my", "your", "his", "her", "our", "their", "the"})
_BEFORE = frozenset({
    "about", "after", "against", "aka", "and", "are", "as", "attempt", "attempting", "before",
    "benefits", "between", "both", "called", "can", "compare", "correct", "deep", "deepen",
    "deeper", "do", "does", "doing", "draw", "during", "enter", "entering", "exit", "explain",
    "fix", "for", "from", "full", "get", "getting", "half", "hold", "holding", "how", "image",
    "improve", "improving", "in", "into", "is", "leaving", "like", "modify", "of", "or", "photo",
    "picture", "poses", "practice", "practicing", "practise", "practising", "prepare", "release",
    "show", "sketch", "steps", "supported", "teach", "than", "through", "to", "try", "trying",
    "vs", "versus", "what", "when", "while", "why", "with", "yoga",
})  # fmt: skip
# An owner stands between these and a posture: "in my crow", "into the splits".
_BEFORE_OWNER = _BEFORE - frozenset({
    "about", "draw", "fix", "for", "from", "how", "image", "like", "photo", "picture", "show", "to",
    "with",
})  # fmt: skip
_AFTER = frozenset({
    "a", "advanced", "advisable", "affect", "affects", "after", "again", "alignment", "allowed",
    "an", "and", "appropriate", "are", "arms", "as", "asana", "at", "bad", "because", "before",
    "beneficial", "benefits", "better", "breath", "breathing", "but", "called", "can", "cause",
    "causes", "come", "comfortably", "contraindicated", "contraindications", "correctly", "could",
    "count", "cues", "dangerous", "deeper", "difference", "difficult", "do", "does", "during",
    "each", "easier", "easy", "every", "feel", "feels", "fine", "first", "for", "from", "go",
    "good", "hard", "harmful", "has", "have", "help", "helps", "hold", "how", "hurt", "hurting",
    "hurts", "i", "if", "improve", "improves", "in", "instead", "instructions", "into", "is",
    "ka", "kaise", "karna", "karne", "ke", "ki", "kya", "legs", "longer", "look", "looks", "make",
    "makes", "may", "mean", "means", "might", "mistakes", "modification", "modifications",
    "modified", "muscles", "must", "my", "ok", "okay", "on", "open", "opens", "or", "please",
    "possible", "prep", "preparation", "properly", "put", "puts", "recommended", "require",
    "requires", "right", "risky", "safe", "safely", "should", "sit", "so", "steps", "strengthen",
    "strengthens", "stretch", "stretches", "suitable", "supposed", "target", "targets",
    "technique", "than", "the", "then", "tips", "to", "today", "too", "tutorial", "until",
    "useful", "variation", "variations", "versus", "vs", "what", "when", "while", "why", "will",
    "with", "without", "work", "works", "would", "wrong", "yoga",
})  # fmt: skip


def maybe_a_posture(before: Sequence[str], after: str) -> bool:
    """Whether an everyday word between these words may be a posture's name.

    Args:
        before: the words before it, the last of them nearest.
        after: the word after it, or "".
    """
    if after and after not in _AFTER:
        return False
    nearest = before[-1] if before else ""
    if nearest in _OWNERS:
        return before[-2] in _BEFORE_OWNER if len(before) > 1 else nearest == "the"
    return not nearest or nearest in _BEFORE
