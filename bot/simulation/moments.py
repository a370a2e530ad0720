"""What invented colleagues thank each other for: sentences of ours, in both languages, each with its tag."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happens in a contact centre. `several` says that it was done by more than one."""

    tag: str
    nl: str
    en: str
    several: bool = False

    @property
    def words(self) -> Mapping[str, str]:
        """By language."""
        return {"nl": self.nl, "en": self.en}


MOMENTS: Final = (
    Moment(
        "calm",
        "Je bleef zo rustig bij die klant die maar bleef roepen. Ik zat ernaast en heb er iets van geleerd.",
        "You stayed so calm with the caller who kept shouting. I sat next to you and learned from it.",
    ),
    Moment(
        "calm",
        "Dank dat je even meeluisterde toen het gesprek ging schuiven. Eén briefje van jou en ik wist het weer.",
        "Thank you for listening in when the call began to slide. One note from you and I knew how to go on.",
    ),
    Moment(
        "calm",
        "Hoe jij die storing aan de lijn uitlegde, zonder zuchten, wel twintig keer achter elkaar. Knap.",
        "The way you explained that outage, without a sigh, some twenty times in a row. Well done.",
    ),
    Moment(
        "cover",
        "Dank je dat je mijn late dienst overnam. Ik kon bij het optreden van mijn dochter zijn.",
        "Thank you for taking my evening shift. I could be at my daughter's concert.",
    ),
    Moment(
        "cover",
        "Jij nam mijn pauze over zodat ik even naar buiten kon na dat gesprek. Dat had ik nodig.",
        "You swapped breaks so that I could go outside after that call. I needed it.",
    ),
    Moment(
        "cover",
        "Fijn dat je zaterdag insprong. Met jou erbij kwam iedereen gewoon aan de lunch toe.",
        "Good that you stepped in on Saturday. With you there everybody simply got their lunch.",
    ),
    Moment(
        "fix",
        "Je uitleg over het nieuwe retourscherm scheelt mij elke dag een kwartier.",
        "Your explanation of the new returns screen saves me a quarter of an hour every day.",
    ),
    Moment(
        "fix",
        "Dank voor je stappenplan voor dubbele facturen. Ik hoef het niet meer na te vragen.",
        "Thank you for your steps for double invoices. I do not need to ask any more.",
    ),
    Moment(
        "fix",
        "Jij vond waarom het systeem steeds vastliep en schreef het op voor ons allemaal.",
        "You worked out what the system was waiting for, and wrote it up for all of us.",
    ),
    Moment(
        "newcomer",
        "Mijn eerste week was een stuk lichter omdat ik jou alles mocht vragen, ook twee keer.",
        "My first week was a lot lighter because I could ask you everything, even twice.",
    ),
    Moment(
        "newcomer",
        "Dank dat je met onze nieuwe collega ging zitten. Ze belt nu al zelf terug.",
        "Thank you for sitting down with our new colleague. She calls back by herself now.",
    ),
    Moment(
        "newcomer",
        "Jij dacht eraan dat ik nog geen koptelefoon had. Klein, maar ik voelde me welkom.",
        "You remembered that I had no headset yet. A small thing, but I felt welcome.",
    ),
    Moment(
        "mistake",
        "Knap dat je in het overleg vertelde wat er misging bij die terugbetaling. Nu weten wij het ook.",
        "Good of you to tell the meeting what went wrong with that refund. Now we know as well.",
    ),
    Moment(
        "mistake",
        "Jij zei meteen dat het jouw vergissing was. Daardoor was het in tien minuten opgelost.",
        "You said at once that it was your slip. That is why it was solved in ten minutes.",
    ),
    Moment(
        "patience",
        "Dank voor je geduld met mijn vragen over het rooster. Bij de derde keer snapte ik het.",
        "Thank you for your patience with my questions about the roster. The third time I got it.",
    ),
    Moment(
        "patience",
        "Een uur lang hielp je die meneer met inloggen. Hij bedankte jou en ik doe dat ook even.",
        "For an hour you helped that gentleman to sign in. He thanked you, and so do I.",
    ),
    Moment(
        "takeover",
        "Dank dat je dat gesprek overnam toen ik even niet meer uit mijn woorden kwam.",
        "Thank you for taking over that call when I was lost for words.",
    ),
    Moment(
        "takeover",
        "Jij pakte de klachten over de bezorging op, zodat wij de rest konden wegwerken.",
        "You took the complaints about delivery, so that the rest of us could clear the queue.",
        several=True,
    ),
    Moment(
        "mood",
        "Maandag om acht uur al iemand aan het lachen krijgen met volle wachtrijen. Dank jullie wel.",
        "Making somebody laugh on Monday at eight, with full queues. Thank you both.",
        several=True,
    ),
    Moment(
        "mood",
        "Je koekjes op de drukste dag van de maand. Iedereen kwam even van zijn plek.",
        "Your biscuits on the busiest day of the month. Everybody left their desk for a moment.",
    ),
    Moment(
        "mood",
        "Dank dat jullie bleven tot de laatste beller geholpen was. Samen naar buiten lopen deed me goed.",
        "Thank you for staying until the last caller was helped. Walking out together did me good.",
        several=True,
    ),
    Moment(
        "idea",
        "Je idee om eerst naar de bezorgstatus te kijken haalt de kou uit het gesprek.",
        "Your idea to look at the delivery first takes the chill out of the call.",
    ),
    Moment(
        "idea",
        "Dank voor je voorstel om de wachttekst in te korten. Klanten beginnen rustiger.",
        "Thank you for proposing a shorter waiting message. Customers begin more calmly.",
    ),
    Moment(
        "thanks",
        "Gewoon dank je wel voor deze week. Met jou tegenover me werkt het prettig.",
        "Simply thank you for this week. It is good to work across from you.",
    ),
    Moment(
        "thanks",
        "Fijn dat je vroeg hoe het met me ging, en ook op het antwoord wachtte.",
        "Kind that you asked how I was, and waited for the answer too.",
    ),
    Moment(
        "thanks",
        "Een klant zei dat niemand het ooit zo duidelijk aan haar had uitgelegd.",
        "A customer said that nobody had ever explained it to her so clearly.",
    ),
    Moment(
        "patience",
        "Een klant zei dat je haar de tijd gaf om het zelf te vinden.",
        "A customer said that you gave her the time to find it herself.",
    ),
    Moment(
        "fix",
        "Een klant zei dat het na jouw uitleg in één keer werkte.",
        "A customer said that after your explanation it worked at once.",
    ),
)
