"""What the public help page says itself, in the languages that customers read."""

from typing import NamedTuple


class Words(NamedTuple):
    """The page's own words in one language."""

    title: str
    search: str
    placeholder: str
    results: str  #: of a search for {q}
    nothing: str  #: was found for {q}
    hint: str
    all: str  #: articles
    empty: str
    updated: str  #: on {date}
    files: str
    related: str
    missing: str
    elsewhere: str  #: it is not written in the page's language
    languages: str


FALLBACK = "en"
RIGHT_TO_LEFT = {"ar", "fa", "he", "ur"}
WORDS = {
    "en": Words(
        "Help",
        "Search",
        "What do you want to know?",
        "Found for “{q}”",
        "Nothing was found for “{q}”.",
        "Try other words, or fewer of them.",
        "All articles",
        "There is nothing here yet.",
        "Updated on {date}",
        "Files",
        "Related",
        "There is no such page.",
        "This article is not available in English yet.",
        "Languages",
    ),
    "hr": Words(
        "Pomoć",
        "Traži",
        "Što želite znati?",
        "Pronađeno za „{q}”",
        "Za „{q}” ništa nije pronađeno.",
        "Pokušajte s drugim riječima ili s manje njih.",
        "Svi članci",
        "Ovdje još nema ničega.",
        "Ažurirano {date}",
        "Datoteke",
        "Povezano",
        "Ta stranica ne postoji.",
        "Ovaj članak još nije dostupan na hrvatskom.",
        "Jezici",
    ),
    "de": Words(
        "Hilfe",
        "Suchen",
        "Was möchten Sie wissen?",
        "Gefunden für „{q}“",
        "Zu „{q}“ wurde nichts gefunden.",
        "Versuchen Sie es mit anderen oder weniger Wörtern.",
        "Alle Artikel",
        "Hier gibt es noch nichts.",
        "Aktualisiert am {date}",
        "Dateien",
        "Dazu passend",
        "Diese Seite gibt es nicht.",
        "Diesen Artikel gibt es noch nicht auf Deutsch.",
        "Sprachen",
    ),
    "fr": Words(
        "Aide",
        "Rechercher",
        "Que souhaitez-vous savoir ?",
        "Résultats pour « {q} »",
        "Aucun résultat pour « {q} ».",
        "Essayez d’autres mots, ou moins de mots.",
        "Tous les articles",
        "Il n’y a encore rien ici.",
        "Mis à jour le {date}",
        "Fichiers",
        "Voir aussi",
        "Cette page n’existe pas.",
        "Cet article n’est pas encore disponible en français.",
        "Langues",
    ),
    "es": Words(
        "Ayuda",
        "Buscar",
        "¿Qué quiere saber?",
        "Resultados para «{q}»",
        "No se ha encontrado nada para «{q}».",
        "Pruebe con otras palabras o con menos.",
        "Todos los artículos",
        "Aquí todavía no hay nada.",
        "Actualizado el {date}",
        "Archivos",
        "Relacionado",
        "Esta página no existe.",
        "Este artículo aún no está disponible en español.",
        "Idiomas",
    ),
    "it": Words(
        "Aiuto",
        "Cerca",
        "Che cosa vuole sapere?",
        "Risultati per «{q}»",
        "Nessun risultato per «{q}».",
        "Provi con altre parole, o con meno parole.",
        "Tutti gli articoli",
        "Qui non c’è ancora nulla.",
        "Aggiornato il {date}",
        "File",
        "Vedi anche",
        "Questa pagina non esiste.",
        "Questo articolo non è ancora disponibile in italiano.",
        "Lingue",
    ),
    "pt": Words(
        "Ajuda",
        "Procurar",
        "O que deseja saber?",
        "Resultados para «{q}»",
        "Nada encontrado para «{q}».",
        "Tente outras palavras, ou menos palavras.",
        "Todos os artigos",
        "Ainda não há nada aqui.",
        "Atualizado em {date}",
        "Ficheiros",
        "Relacionado",
        "Esta página não existe.",
        "Este artigo ainda não está disponível em português.",
        "Idiomas",
    ),
    "nl": Words(
        "Hulp",
        "Zoeken",
        "Wat wilt u weten?",
        "Gevonden voor ‘{q}’",
        "Niets gevonden voor ‘{q}’.",
        "Probeer andere of minder woorden.",
        "Alle artikelen",
        "Hier staat nog niets.",
        "Bijgewerkt op {date}",
        "Bestanden",
        "Zie ook",
        "Deze pagina bestaat niet.",
        "Dit artikel is nog niet beschikbaar in het Nederlands.",
        "Talen",
    ),
    "pl": Words(
        "Pomoc",
        "Szukaj",
        "Czego chcesz się dowiedzieć?",
        "Wyniki dla „{q}”",
        "Nic nie znaleziono dla „{q}”.",
        "Spróbuj innych słów lub mniejszej ich liczby.",
        "Wszystkie artykuły",
        "Nic tu jeszcze nie ma.",
        "Zaktualizowano {date}",
        "Pliki",
        "Zobacz też",
        "Nie ma takiej strony.",
        "Ten artykuł nie jest jeszcze dostępny po polsku.",
        "Języki",
    ),
    "da": Words(
        "Hjælp",
        "Søg",
        "Hvad vil du vide?",
        "Fundet for »{q}«",
        "Der blev ikke fundet noget for »{q}«.",
        "Prøv andre eller færre ord.",
        "Alle artikler",
        "Her er ikke noget endnu.",
        "Opdateret {date}",
        "Filer",
        "Se også",
        "Den side findes ikke.",
        "Denne artikel findes endnu ikke på dansk.",
        "Sprog",
    ),
    "sv": Words(
        "Hjälp",
        "Sök",
        "Vad vill du veta?",
        "Hittat för ”{q}”",
        "Inget hittades för ”{q}”.",
        "Försök med andra eller färre ord.",
        "Alla artiklar",
        "Här finns inget ännu.",
        "Uppdaterad {date}",
        "Filer",
        "Se även",
        "Sidan finns inte.",
        "Den här artikeln finns ännu inte på svenska.",
        "Språk",
    ),
    "ru": Words(
        "Помощь",
        "Найти",
        "Что вы хотите узнать?",
        "Найдено по запросу «{q}»",
        "По запросу «{q}» ничего не найдено.",
        "Попробуйте другие слова или меньше слов.",
        "Все статьи",
        "Здесь пока ничего нет.",
        "Обновлено {date}",
        "Файлы",
        "Смотрите также",
        "Такой страницы нет.",
        "Этой статьи пока нет на русском языке.",
        "Языки",
    ),
}


def words_of(language: str) -> Words:
    """Return the page's words in a language, or in the one that everybody gets else."""
    return WORDS.get(language) or WORDS.get(language.partition("-")[0]) or WORDS[FALLBACK]
