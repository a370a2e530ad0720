"""Words that make thanks read otherwise than they may be meant, in Dutch and English. Data, and no judgement of people.

Own lists, written with the labelled texts of the project in view (`tests/data/kudos.tsv`): they find what they know.
"""

from __future__ import annotations

import re
from typing import Final


def _any_of(*forms: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(forms)})(?!\w)", re.IGNORECASE)


BACKHANDED: Final = _any_of(
    *(r"eindelijk(?: eens)?", "voor jouw doen", r"(?:bedankt|dank(?:je| je)?(?: wel)?) voor niks", "zelfs jij"),
    r"minder \w+ dan (?:gisteren|anders|normaal)",
    r"voor een (?:\w+ )?(?:buitenlander|vrouw|man|meisje|jongen|moeder)",
    *(r"wat een wonder", r"ook al ben je", r"verpest\w*", r"\w*pauze van een uur", r"(?:weer|altijd) ziek"),
    *(r"finally", r"thanks for nothing", r"even you", r"for (?:someone|somebody) (?:so|as)\b.*"),
    r"for a (?:girl|woman|man|guy)",
    *(r"actually (?:showed up|did|managed)", r"useless again", r"sick day", r"took you \w+ tries", r"dumping \w+"),
)
"""Thanks with a sting: a comparison, a reproach, a surprise that it went well."""
LOOKS: Final = _any_of(
    *("sexy", r"kontje", r"lekker(?:e)? ding", r"benen", r"borsten", r"billen", r"mooi(?:e)? jurkje", r"geil\w*"),
    *("legs", "hot", "cute butt", "gorgeous body", "boobs", "ass"),
)
"""How somebody looks is no reason for thanks at work."""
BELITTLING: Final = _any_of(
    *("dom", "domme", "traag", "trage", "lui", "luie", "sukkel", "irritant", "waardeloos", "nutteloos", "idioot"),
    *("stupid", "slow", "lazy", "useless", "dumb", "idiot", "loser", "annoying", "worthless"),
)
"""Words that make somebody small."""
SLURS: Final = _any_of(
    *(r"kanker\w+", r"tering\w+", r"tyfus\w+", r"mongool\w*", r"kut(?:wijf|marokkaan|turk)\w*", r"hoer\w*"),
    *(r"flikker\w*", r"oprot\w*", r"rot op"),
    *(r"nikker\w*", r"faggot\w*", r"retard\w*", r"cunt\w*", r"whore\w*", r"bitch\w*", r"nigg\w+"),
)
"""What never goes out, whoever says it to whom."""

DUTCH: Final[dict[str, float]] = {
    **dict.fromkeys(("dank", "dankjewel", "bedankt", "top", "fijn", "lief", "knap", "geweldig", "super", "mooi"), 0.6),
    **dict.fromkeys(("respect", "kanjer", "blij", "trots", "goed", "goede", "geduld", "rustig", "netjes", "tof"), 0.5),
    **dict.fromkeys(("slecht", "slechte", "dom", "domme", "traag", "trage", "lui", "irritant", "waardeloos"), -0.7),
    **dict.fromkeys(("verpest", "verpesten", "fout", "jammer", "vervelend", "stom", "stomme", "ruzie", "boos"), -0.4),
}
"""A word and how it sounds, from -1 to 1; words in between are left out."""
TURNING: Final = frozenset({"niet", "geen", "nooit", "zonder", "minder"})
"""After these a word sounds the other way round."""
