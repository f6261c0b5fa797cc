"""What callers hear where the settings say nothing else, in the languages we speak."""

from collections.abc import Mapping

ENGLISH = {
    "closed": "You are calling outside our hours.",
    "again": "Sorry, I did not get that.",
    "next": "You are next.",
    "place": "You are number {place} in the queue.",
    "minutes": "The wait is about {minutes} minutes.",
    "offer": "Press 1 to hang up and be called back. You keep your place.",
    "promised": "Thank you. You keep your place, and we call you back.",
    "withheld": "Your number is withheld, so we cannot call you back.",
    "voicemail": "Please leave a message after the tone.",
    "thanks": "Thank you. Goodbye.",
    "goodbye": "Nobody can take your call right now. Goodbye.",
    "sorry": "We are sorry, something does not work right now. Please leave a message.",
    "ring": "A call for you. Press 1 to take it.",
    "gone": "This call has been taken already, or the caller has hung up. Goodbye.",
}
POLISH = {
    "closed": "Dzwonisz poza godzinami naszej pracy.",
    "again": "Przepraszam, nie zrozumiałem.",
    "next": "Jesteś następną osobą w kolejce.",
    "place": "Twoje miejsce w kolejce to {place}.",
    "minutes": "Czas oczekiwania to około {minutes} minut.",
    "offer": "Naciśnij 1, aby się rozłączyć. Zachowasz miejsce, a my oddzwonimy.",
    "promised": "Dziękujemy. Zachowujesz miejsce w kolejce, oddzwonimy.",
    "withheld": "Twój numer jest zastrzeżony, więc nie możemy oddzwonić.",
    "voicemail": "Po sygnale zostaw wiadomość.",
    "thanks": "Dziękujemy. Do usłyszenia.",
    "goodbye": "W tej chwili nikt nie może odebrać. Do usłyszenia.",
    "sorry": "Przepraszamy, coś teraz nie działa. Zostaw wiadomość.",
    "ring": "Połączenie dla Ciebie. Naciśnij 1, aby odebrać.",
    "gone": "To połączenie zostało już odebrane lub zakończone.",
}
GERMAN = {
    "closed": "Sie rufen außerhalb unserer Zeiten an.",
    "again": "Das habe ich leider nicht verstanden.",
    "next": "Sie sind als Nächstes an der Reihe.",
    "place": "Sie sind an Stelle {place} der Warteschlange.",
    "minutes": "Die Wartezeit beträgt etwa {minutes} Minuten.",
    "offer": "Drücken Sie die 1, um aufzulegen. Sie behalten Ihren Platz, und wir rufen zurück.",
    "promised": "Danke. Sie behalten Ihren Platz, und wir rufen Sie zurück.",
    "withheld": "Ihre Nummer ist unterdrückt, darum können wir nicht zurückrufen.",
    "voicemail": "Bitte sprechen Sie nach dem Ton.",
    "thanks": "Vielen Dank. Auf Wiederhören.",
    "goodbye": "Im Moment kann niemand Ihren Anruf annehmen. Auf Wiederhören.",
    "sorry": "Es tut uns leid, gerade geht etwas nicht. Bitte hinterlassen Sie eine Nachricht.",
    "ring": "Ein Anruf für Sie. Drücken Sie die 1, um ihn anzunehmen.",
    "gone": "Dieser Anruf wurde schon angenommen, oder der Anrufer hat aufgelegt.",
}
LANGUAGES: Mapping[str, Mapping[str, str]] = {"en": ENGLISH, "pl": POLISH, "de": GERMAN}


def phrase(name: str, language: str, **facts: object) -> str:
    """Return a sentence in *language*, or in English."""
    return LANGUAGES.get(language.partition("-")[0], ENGLISH)[name].format(**facts)


def understood(language: str) -> str:
    """Return the language in which `phrase` answers *language*."""
    return language if language.partition("-")[0] in LANGUAGES else "en-US"
