"""Names that nobody has: whoever meets one in a figure, a page or a file sees at once that it is invented."""

from __future__ import annotations

from typing import Final

FIRST: Final = (
    *("Ada", "Bram", "Cato", "Daan", "Eva", "Fatima", "Gijs", "Hanna", "Ilias", "Jans", "Kaya", "Lars", "Maya"),
    *("Noor", "Omar", "Puck", "Quint", "Rosa", "Sem", "Tara", "Umut", "Vera", "Wout", "Xena", "Yara", "Zoë"),
)
LAST: Final = (
    *("Voorbeeld", "Verzonnen", "Denkbeeld", "Proefmens", "van Papier", "Fictie", "de Verhaal", "Nepnaam"),
    *("Oefening", "van Nergens", "Schijnbaar", "Sprookje", "Zogenaamd"),
)
SITES: Final = ("Noord", "Zuid", "West", "Oost")
DEPARTMENTS: Final = ("Service", "Verkoop", "Techniek", "Schrift", "Facturen", "Bezorging")
FLOWERS: Final = (
    *("Krokus", "Narcis", "Tulp", "Hyacint", "Anemoon", "Viool", "Madelief", "Primula", "Vergeet-mij-niet"),
    *("Blauwdruif", "Sneeuwklok", "Speenkruid", "Boshyacint", "Kievitsbloem", "Sleutelbloem", "Dotterbloem"),
)


def name_of(number: int) -> str:
    """Return the name of the n-th person; the first 338 differ."""
    return f"{FIRST[number % len(FIRST)]} {LAST[(number // len(FIRST) + number) % len(LAST)]}"


def numbered(names: tuple[str, ...], place: int) -> str:
    """Return the name at this place; when they run out they come again with a number."""
    turn = place // len(names)
    return names[place % len(names)] + (f" {turn + 1}" if turn else "")
