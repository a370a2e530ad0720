"""What a person reads and presses while a check-in goes round, for tests that look at real screens."""

from __future__ import annotations

from typing import Any, Final

SENTENCES: Final[dict[str, dict[str, Any]]] = {
    "nl": {
        "first": "Hoe stressvol was je werk de afgelopen week?",
        "answer": ("Redelijk", "Eens"),
        "other": ("Extreem", "Helemaal oneens"),
        "second": "Vraag 2 van 2",
        "thanks": "Dank je wel",
        "change": "Mijn antwoord veranderen",
        "withdraw": "Intrekken",
        "withdrawn": "Ingetrokken",
        "break": "Een pauze voor nu",
        "nothing_kept": "Niets hiervan wordt bewaard.",
        "home": "Jouw overzicht",
        "settings": "Instellingen",
        "save": "Bewaren",
        "saved": "Je instellingen zijn bewaard",
        "chosen": "Moment: 10:30",
    },
    "en": {
        "first": "How stressful was your work this past week?",
        "answer": ("Moderately", "Agree"),
        "other": ("Extremely", "Strongly disagree"),
        "second": "Question 2 of 2",
        "thanks": "Thank you",
        "change": "Change my answer",
        "withdraw": "Withdraw",
        "withdrawn": "Withdrawn",
        "break": "A break for now",
        "nothing_kept": "None of this is kept.",
        "home": "Your overview",
        "settings": "Settings",
        "save": "Save",
        "saved": "Your settings are saved",
        "chosen": "Moment: 10:30",
    },
}
