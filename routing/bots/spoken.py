"""Short answers to a form, in many languages: yes, no, stop, skip, a person.

Only a sentence that is nothing else counts, so that a word inside an answer never ends a form.
"""

from typing import Literal

from routing.bots.picking import folded

Answer = Literal["yes", "no", "stop", "skip", "person"]
LONGEST = 6  #: words of a short answer

#: Without accents and signs, as `folded` leaves them; parted by commas.
ANSWERS: dict[Answer, str] = {
    "yes": "yes, y, yep, yeah, yup, ok, okay, sure, correct, right, that is right, that s right, "
    "it is right, yes it is, fine, da, da to je to, tako je, tocno, tocno tako, u redu, moze, ja, "
    "jep, genau, stimmt, richtig, passt, korrekt, in ordnung, ja das stimmt, oui, ouais, c est ca, "
    "c est correct, d accord, exact, si, claro, correcto, exacto, vale, "
    "de acuerdo, giusto, va bene, esatto, corretto, certo, "
    "sim, correto, esta certo, esta bem, klopt, dat klopt, juist, prima, goed, tak, zgadza sie, dobrze, jasne, "
    "ano, jo, spravne, souhlasi, ja tak, "
    "det er rigtigt, det passer, rigtigt, jamen ja, stammer, det stammer, javisst, ratt, да, "
    "верно, правильно, все верно, хорошо, так, вірно, правильно, добре, evet, tamam, dogru, نعم, "
    "صحيح, 是, 是的, 对, 好, 好的, はい, そうです, 正しい, 네, 예, 맞아요, 👍",
    "no": "no, n, nope, not quite, wrong, that is wrong, it is wrong, not right, no it is not, "
    "change, ne, nije, nije tocno, krivo, promijeni, nein, nee, falsch, stimmt nicht, nicht ganz, "
    "andern, non, faux, ce n est pas correct, pas tout a fait, modifier, incorrecto, mal, cambiar, "
    "sbagliato, errato, cambia, nao, errado, incorreto, mudar, nee, fout, klopt niet, wijzigen, "
    "nie, zle, nie zgadza sie, zmien, spatne, nej, forkert, det er forkert, ret, aendre, fel, "
    "det ar fel, andra, нет, неверно, неправильно, изменить, ні, невірно, змінити, hayir, yanlis, "
    "لا, خطا, 不, 不是, 不对, いいえ, 違います, 아니요, 아니오, 틀렸어요",
    "stop": "stop, cancel, quit, exit, abort, never mind, nevermind, forget it, forget about it, "
    "stop it, enough, leave it, prekini, odustani, odustajem, dosta, nema veze, zaboravi, "
    "ne treba, stopp, abbrechen, abbruch, aufhoren, vergiss es, lass es, schluss, arreter, arrete, "
    "annuler, annule, laisse tomber, laissez tomber, parar, para, cancelar, dejalo, olvidalo, "
    "basta, annulla, ferma, lascia stare, lasci stare, esquece, esqueca, deixa, pare, annuleren, "
    "laat maar, hou op, anuluj, przerwij, koniec, niewazne, zrusit, zrus, konec, nech to, afbryd, "
    "annuller, glem det, lad vaere, avbryt, sluta, glom det, стоп, отмена, хватит, отменить, "
    "неважно, забудь, прекратить, досить, скасувати, dur, iptal, vazgec, bosver, توقف, الغاء, "
    "停止, 取消, 算了, 停, 止めて, やめる, キャンセル, 그만, 취소",
    "skip": "skip, skip it, skip this, none, nothing, i have none, i do not have one, next, "
    "preskoci, nemam, nista, dalje, uberspringen, keine, keiner, keins, nichts, weiter, hab keine, "
    "passer, aucun, aucune, rien, suivant, omitir, ninguno, ninguna, nada, saltar, siguiente, "
    "salta, nessuno, nessuna, niente, avanti, saltar, nenhum, nenhuma, pular, overslaan, geen, "
    "niets, volgende, pomin, brak, nie mam, zadne, preskocit, nemam, nic, spring over, ingen, "
    "intet, naeste, hoppa over, inga, inget, nasta, пропустить, нет такого, ничего, дальше, "
    "пропустити, немає, нічого, gec, yok, atla, تخط, لا يوجد, 跳过, 没有, 無し, なし, スキップ, "
    "건너뛰기, 없음, 없어요",
    "person": "person, a person, human, a human, agent, somebody, a person please, human please, "
    "talk to a person, talk to a human, real person, operator, osoba, osobu, covjek, agent molim, "
    "zelim osobu, trebam osobu, djelatnik, mensch, ein mensch, mitarbeiter, person bitte, "
    "mit mensch sprechen, personne, une personne, humain, un humain, conseiller, "
    "parler a quelqu un, persona, una persona, humano, agente, hablar con alguien, operatore, "
    "parla con qualcuno, umano, pessoa, uma pessoa, atendente, falar com alguem, mens, een mens, "
    "medewerker, persoon, met iemand praten, czlowiek, czlowieka, konsultant, "
    "chce mowic z kims, clovek, cloveka, menneske, et menneske, en person, medarbejder, "
    "tal med et menneske, manniska, en manniska, prata med nagon, человек, человека, оператор, "
    "позвать человека, людина, людину, insan, temsilci, شخص, موظف, 人工, 人工客服, 真人, 担当者, "
    "オペレーター, 상담원, 사람",
}


def table() -> dict[str, set[Answer]]:
    found: dict[str, set[Answer]] = {}
    for answer, sentences in ANSWERS.items():
        for sentence in sentences.split(", "):
            found.setdefault(folded(sentence) or sentence, set()).add(answer)
    return found


TABLE = table()


def means(said: str, *answers: Answer) -> Answer | None:
    """Return which of *answers* a sentence is, and nothing else; the first of several.

    >>> means("Stop!", "stop"), means("Ne, hvala", "no"), means("do not stop it there", "stop")
    ('stop', None, None)
    """
    found = TABLE.get(folded(said) or said.strip()[:20], set())
    return next((one for one in answers if one in found), None)
