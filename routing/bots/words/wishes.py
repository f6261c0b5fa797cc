"""What customers wish of whoever answers: a person, an end, yes, no; and what needs no answer.

A wish is a whole sentence, never a word inside a question: each of its words is either one that
makes the wish or one that goes with it. "Can I talk to a real person, please?" is one, "Can a
person under 18 order?" is none. It is told by this table, in whichever language, and never by what
was learned alone. Nothing of it needs a model.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

LONGEST = 80  #: words of a sentence, or signs where no spaces part them
MOST = 4000  #: characters that are looked at
LOOKED_AT = 8  #: sentences at the beginning and at the end
SENTENCE = re.compile(r"[.!?;:\n\u3002\uff01\uff1f\u061f\u2026]+")
WORD = re.compile(r"\w+")
CROWDED = re.compile("[\u1100-\u11ff\u3040-\u30ff\u3130-\u318f\u3400-\u9fff]")
SPECIAL = str.maketrans({"đ": "d", "ł": "l", "ø": "o", "æ": "ae", "œ": "oe", "ı": "i", "ß": "ss"})


class Wish(StrEnum):
    """What a customer wishes."""

    PERSON = "person"
    STOP = "stop"
    YES = "yes"
    NO = "no"
    WHO = "who"  #: whether they talk with a machine
    THANKS = "thanks"
    GREETING = "greeting"
    GOODBYE = "goodbye"


class Table(NamedTuple):
    """How wishes are said in a language: phrases, parted by commas."""

    person: str
    stop: str
    yes: str
    no: str
    who: str
    thanks: str
    greeting: str
    goodbye: str
    beside: str  #: words that go with any of them, and change nothing


TABLES: Mapping[str, Table] = {
    "en": Table(
        person="person, persons, people, human, humans, human being, agent, agents, operator, "
        "representative, rep, somebody, someone, staff, employee, staff member, colleague, "
        "advisor, adviser, support agent, customer service, customer support, customer care, "
        "customer service agent, anybody, anyone, no bot, no robot, not a bot, not a robot, "
        "not a machine, somebody real, someone real, real one, human agent, manager",
        stop="stop, cancel, abort, quit, exit, end, never mind, nevermind, forget it, "
        "forget about it, leave it, leave me alone",
        yes="yes, yeah, yep, yup, sure, of course, correct, right, exactly, it did, it does, "
        "that helped, that helps, it helped, solved, that s it, ok, okay, that works, "
        "it worked, absolutely",
        no="no, nope, nah, not really, not at all, it did not, it didn t, it does not, "
        "it doesn t, that did not help, that didn t help, did not help, didn t help, wrong, "
        "not helpful, that s not it, no it didn t, that s wrong, not what i meant, "
        "that s not what i meant, that does not help, that doesn t help",
        who="are you a bot, are you a robot, are you a human, are you human, are you real, "
        "are you a real person, are you a person, are you a machine, are you an ai, "
        "is this a bot, am i talking to a bot, am i talking to a human, am i talking to a person, "
        "am i talking to a real person, am i talking with a bot, is this a real person, "
        "is this a robot, are you chatgpt, who are you, what are you",
        thanks="thanks, thank you, thank, thx, ty, cheers, many thanks, much appreciated, "
        "appreciate it, great, perfect, awesome, brilliant, excellent, got it, understood",
        greeting="hi, hello, hey, hiya, good morning, good afternoon, good evening, greetings, "
        "good day, howdy, yo",
        goodbye="bye, goodbye, bye bye, see you, good night, have a nice day, have a good day, "
        "that is all, that s all, that was all, nothing else",
        beside="a, an, the, i, i d, i ll, i m, im, id, me, my, you, your, we, us, please, pls, "
        "plz, to, with, for, of, can, could, would, may, will, want, wanna, need, like, love, "
        "prefer, rather, talk, talking, speak, speaking, chat, write, get, give, let, put, "
        "connect, transfer, pass, hand, call, contact, reach, find, send, bring, through, over, "
        "on, in, is, are, there, here, it, this, that, be, have, do, don t, dont, not, no, now, "
        "right, immediately, just, only, directly, actually, really, real, live, living, actual, "
        "true, some, any, one, someone s, from, at, and, but, so, instead, bot, bots, robot, "
        "robots, machine, computer, chatbot, ai, assistant, useless, stupid, again, at all, "
        "hello, hi, hey, ok, okay, yes, no, thanks, thank, very, much, a lot, help, helping, "
        "helped, quick, reply, answer, all, everybody, team, again, support, time, day, who",
    ),
    "hr": Table(
        person="osoba, osobu, osobom, osobe, osobi, čovjek, čovjeka, čovjekom, čovjeku, ljudi, "
        "ljudima, agent, agenta, agentom, agentu, operater, operatera, operaterom, operateru, "
        "djelatnik, djelatnika, djelatnikom, djelatniku, zaposlenik, zaposlenika, zaposlenikom, "
        "netko, nekoga, nekog, nekim, nekome, kolega, kolegu, kolegom, kolegica, kolegicu, "
        "živa osoba, živu osobu, korisnička služba, korisničku službu, korisničkom službom, "
        "korisnička podrška, korisničku podršku, korisničkom podrškom, ne bot, ne robot",
        stop="stop, stani, prekini, odustajem, odustani, poništi, zaboravi, pusti to, nema veze, "
        "ne treba, prestani",
        yes="da, je, jest, jeste, tako je, točno, naravno, svakako, može, u redu, pomoglo je, "
        "jesam, pomoglo mi je, riješeno, to je to, aha, da je",
        no="ne, nije, nije pomoglo, ne baš, nikako, krivo, netočno, nije to, nije mi pomoglo, "
        "to nije to, nisam to mislio, nisam to mislila, ne pomaže",
        who="jesi li bot, jesi li robot, jeste li bot, jeste li robot, jesi li ti bot, "
        "jesi li čovjek, jeste li čovjek, jesi li osoba, jeste li osoba, jesi li stvaran, "
        "razgovaram li s botom, razgovaram li s robotom, je li ovo bot, tko si, tko si ti, tko ste",
        thanks="hvala, hvala vam, hvala ti, hvala lijepa, hvala lijepo, zahvaljujem, odlično, "
        "super, savršeno, puno hvala, razumijem",
        greeting="bok, pozdrav, zdravo, ćao, cao, hej, dobar dan, dobro jutro, dobra večer, "
        "dobro veče, dobar",
        goodbye="doviđenja, do viđenja, adio, laku noć, lijep pozdrav, ugodan dan, "
        "to je sve, bok bok, čujemo se",
        beside="molim, molim vas, molim te, ja, ti, vi, mi, me, vas, te, hoću, hocu, želim, htio, "
        "htjela, bih, bi, trebam, treba, mogu, može, možete, možeš, li, razgovarati, "
        "razgovor, pričati, popričati, govoriti, čuti, dopisivati, spojite, spojiti, spoji, "
        "prebacite, prebaci, dajte, daj, pozovite, pozovi, zovite, s, sa, na, za, od, u, iz, "
        "pravi, prava, pravu, pravom, pravim, pravog, stvarni, stvarna, stvarnu, stvarnom, "
        "stvarnog, živi, živa, živu, živom, živim, živog, odmah, sada, sad, samo, ovdje, tu, ima, "
        "imate, da, ne, ovaj, bot, botom, bota, robot, robota, robotom, stroj, strojem, opet, "
        "glup, nego, umjesto, jednu, jednom, neku, nekom, nekim, puno, lijepo, na pomoći, pomoći, "
        "pomoć, odgovor, odgovoru, brz, brzom, svima, svi, dobar dan, pozdrav, bok, hvala, je, "
        "se, to, i, ali, htio bih, nam, javi, javiti, javite, nije, mogao, mogla",
    ),
    "de": Table(
        person="mensch, menschen, person, personen, mitarbeiter, mitarbeiterin, mitarbeitern, "
        "mitarbeiters, berater, beraterin, kollege, kollegen, kollegin, jemand, jemanden, "
        "jemandem, kundendienst, kundenservice, kundenbetreuer, kundenbetreuung, agent, agenten, "
        "sachbearbeiter, sachbearbeiterin, ansprechpartner, kein bot, keinen bot, kein roboter, "
        "keinen roboter, keinem bot, operator, ansprechpartnerin",
        stop="stop, stopp, abbrechen, abbruch, beenden, ende, vergiss es, vergessen sie es, "
        "egal, lass es, lassen wir das, schluss, halt, hör auf, hören sie auf, aufhören",
        yes="ja, jawohl, jep, jo, genau, richtig, stimmt, klar, natürlich, gerne, sicher, "
        "hat geholfen, das hat geholfen, das hilft, passt, in ordnung, ok, erledigt",
        no="nein, nee, nö, nicht wirklich, gar nicht, falsch, hat nicht geholfen, "
        "das hat nicht geholfen, das hilft nicht, hilft nicht, das meine ich nicht, "
        "das war es nicht, überhaupt nicht, leider nicht, leider nein, das stimmt nicht",
        who="bist du ein bot, sind sie ein bot, bist du ein mensch, sind sie ein mensch, "
        "bist du ein roboter, sind sie ein roboter, bist du echt, sind sie echt, ist das ein bot, "
        "spreche ich mit einem bot, rede ich mit einem bot, schreibe ich mit einem bot, "
        "spreche ich mit einem menschen, rede ich mit einem menschen, wer bist du, wer sind sie, "
        "bist du eine ki",
        thanks="danke, danke schön, dankeschön, vielen dank, besten dank, herzlichen dank, "
        "danke sehr, merci, super, perfekt, toll, prima, alles klar, verstanden",
        greeting="hallo, hi, hey, guten tag, guten morgen, guten abend, moin, servus, grüß gott, "
        "grüezi, tach, morgen, tag, hallöchen",
        goodbye="tschüss, tschüs, auf wiedersehen, wiedersehen, bis dann, gute nacht, ciao, "
        "schönen tag, schönen tag noch, das war alles, das wars, das war s, mehr nicht",
        beside="ich, mich, mir, sie, du, wir, uns, bitte, möchte, mochte, will, würde, kann, "
        "könnte, können, darf, brauche, gern, gerne, lieber, nur, jetzt, sofort, gleich, direkt, "
        "mal, doch, einfach, mit, zu, an, von, für, einen, einem, eine, einer, ein, der, die, "
        "das, den, dem, echten, echter, echte, echtes, richtigen, richtiger, richtige, wirklichen, "
        "lebenden, realen, sprechen, reden, schreiben, chatten, telefonieren, verbinden, "
        "verbinde, weiterleiten, geben, gib, holen, hol, her, da, hier, ist, gibt, es, so, und, "
        "aber, statt, nicht, kein, keine, keinen, keinem, bot, bots, roboter, maschine, "
        "computer, ki, nutzlos, blöder, dummer, hallo, hi, ok, ja, nein, danke, vielen, sehr, "
        "hilfe, hilft, antwort, schnelle, guten tag, guten morgen, alle, zusammen, noch, haben, "
        "habe, bekommen, werden, weiter, durchstellen, stellen, durch, lassen, deine, ihre, die "
        "schnelle",
    ),
    "fr": Table(
        person="personne, personnes, humain, humaine, humains, être humain, conseiller, "
        "conseillère, agent, agents, quelqu un, opérateur, opératrice, employé, employée, "
        "collègue, responsable, service client, service clients, service après vente, "
        "un vrai, pas un robot, pas un bot, pas à un robot, assistance humaine",
        stop="stop, arrêter, arrête, arrêtez, annuler, annule, annulez, quitter, laisse tomber, "
        "laissez tomber, tant pis, oubliez, fin, terminer",
        yes="oui, ouais, ouai, exact, exactement, bien sûr, tout à fait, c est ça, d accord, ok, "
        "ça m a aidé, cela m a aidé, ça aide, résolu, ça marche, correct",
        no="non, pas vraiment, pas du tout, faux, ça n a pas aidé, cela n a pas aidé, "
        "ça ne m a pas aidé, cela ne m a pas aidé, ce n est pas ça, c est pas ça, ça n aide pas, "
        "nan",
        who="êtes vous un robot, êtes vous un bot, êtes vous humain, es tu un robot, es tu un bot, "
        "es tu humain, est ce un robot, c est un robot, suis je avec un robot, "
        "je parle à un robot, parle je à un robot, êtes vous une personne, qui êtes vous, "
        "qui es tu",
        thanks="merci, merci beaucoup, merci bien, mille mercis, parfait, super, génial, compris, "
        "un grand merci",
        greeting="bonjour, bonsoir, salut, coucou, hello, allô, bjr",
        goodbye="au revoir, à bientôt, bonne journée, bonne soirée, bonne nuit, adieu, "
        "c est tout, ce sera tout, rien d autre",
        beside="je, j, me, m, moi, vous, tu, on, nous, il, y, a, s il vous plaît, s il te plaît, "
        "svp, stp, veux, voudrais, aimerais, souhaite, souhaiterais, préfère, peux, puis, "
        "pourrais, pouvez, peut, besoin, d, de, du, des, avec, à, au, en, un, une, le, la, les, "
        "l, vrai, vraie, vrais, véritable, réel, réelle, vivant, vivante, physique, parler, "
        "discuter, échanger, contacter, joindre, appeler, passez, passer, mettez, mettre, "
        "transférez, transférer, donnez, relation, contact, maintenant, tout de suite, "
        "directement, juste, seulement, ici, là, est, est ce que, que, qu, bonjour, bonsoir, "
        "salut, merci, beaucoup, ok, oui, non, et, mais, pas, robot, bot, machine, ordinateur, "
        "plutôt, pour, votre, aide, réponse, rapide, tous, à tous, faire, avoir, ce, ça",
    ),
    "es": Table(
        person="persona, personas, humano, humana, humanos, ser humano, agente, agentes, "
        "operador, operadora, alguien, asesor, asesora, representante, empleado, empleada, "
        "compañero, compañera, encargado, encargada, atención al cliente, servicio al cliente, "
        "no un bot, no un robot, ningún bot, ejecutivo, ejecutiva",
        stop="parar, para, pare, cancelar, cancela, cancele, salir, terminar, basta, olvídalo, "
        "olvídelo, déjalo, déjelo, stop, fin, da igual, anular",
        yes="sí, si, claro, claro que sí, correcto, exacto, por supuesto, así es, vale, "
        "de acuerdo, me ayudó, me ha ayudado, eso es, resuelto, desde luego, ok",
        no="no, para nada, no mucho, en absoluto, incorrecto, no me ayudó, no ayuda, "
        "no me ha ayudado, no es eso, eso no es, no me sirve, no es lo que pregunté, "
        "no me sirvió",
        who="eres un bot, eres un robot, eres humano, eres una persona, es usted un robot, "
        "es usted un bot, es usted humano, es usted una persona, esto es un bot, "
        "estoy hablando con un bot, estoy hablando con un robot, hablo con un bot, "
        "hablo con un robot, quién eres, quién es usted",
        thanks="gracias, muchas gracias, mil gracias, te lo agradezco, se lo agradezco, perfecto, "
        "genial, estupendo, entendido",
        greeting="hola, buenos días, buenas tardes, buenas noches, buenas, buen día, saludos",
        goodbye="adiós, chao, chau, hasta luego, hasta pronto, nos vemos, que tenga buen día, "
        "eso es todo, nada más",
        beside="yo, me, mi, conmigo, usted, tú, ustedes, por favor, porfa, porfavor, quiero, "
        "quisiera, querría, gustaría, necesito, prefiero, deseo, puedo, podría, puede, puedes, "
        "pueden, hablar, charlar, chatear, comunicarme, comunicar, contactar, comuníqueme, "
        "pasar, páseme, pásame, ponme, póngame, conectar, conécteme, transferir, transfiérame, "
        "llamar, dar, dame, deme, con, a, al, de, del, en, un, una, el, la, los, algún, alguna, "
        "ahora, ya, mismo, directamente, solo, aquí, ahí, hay, es, está, que, real, verdadera, "
        "verdadero, de verdad, viva, vivo, de carne y hueso, y, pero, no, sí, ok, hola, "
        "buenos días, buenas tardes, buenas, gracias, muchas, bot, robot, máquina, "
        "computadora, ordenador, en vez de, por, su, tu, ayuda, respuesta, rápida, todo, todos, "
        "le, les, lo, se, quien, ser, atender, atienda, para, tener, favor",
    ),
    "it": Table(
        person="persona, persone, umano, umana, umani, essere umano, operatore, operatrice, "
        "operatori, agente, qualcuno, consulente, addetto, addetta, collega, impiegato, "
        "rappresentante, servizio clienti, assistenza clienti, assistenza, responsabile, "
        "non un bot, non un robot",
        stop="stop, ferma, fermati, annulla, annullare, esci, uscire, basta, lascia stare, "
        "lasci stare, lascia perdere, fine, interrompi, smettila",
        yes="sì, si, certo, certamente, esatto, giusto, corretto, va bene, d accordo, ok, "
        "mi ha aiutato, mi è stato utile, risolto, ovvio, senz altro, proprio così",
        no="no, non proprio, per niente, affatto, sbagliato, non mi ha aiutato, non aiuta, "
        "non è quello, non mi è stato utile, non serve, non è utile, non intendevo questo",
        who="sei un bot, sei un robot, sei umano, sei una persona, lei è un robot, lei è un bot, "
        "sto parlando con un bot, sto parlando con un robot, parlo con un robot, è un bot, "
        "sto parlando con una persona, chi sei, chi è lei",
        thanks="grazie, grazie mille, molte grazie, tante grazie, ti ringrazio, la ringrazio, "
        "perfetto, ottimo, capito, mille grazie",
        greeting="ciao, salve, buongiorno, buon giorno, buonasera, buona sera, "
        "buon pomeriggio, ehi",
        goodbye="arrivederci, addio, a presto, buonanotte, buona notte, buona giornata, "
        "buona serata, è tutto, nient altro, ciao ciao",
        beside="io, mi, me, lei, tu, voi, per favore, per piacere, cortesemente, vorrei, voglio, "
        "desidero, preferisco, preferirei, ho, bisogno, posso, potrei, può, puoi, potete, "
        "potrebbe, parlare, chattare, scrivere, contattare, sentire, passi, passare, passami, "
        "passatemi, passarmi, mettermi, mettimi, metta, trasferire, trasferiscimi, dammi, "
        "chiamare, chiama, contatto, con, a, al, ad, di, da, dal, del, in, un, una, uno, il, la, "
        "lo, un essere, vero, vera, reale, in carne e ossa, adesso, ora, subito, direttamente, "
        "solo, qui, c è, è, che, e, ma, non, no, sì, ok, ciao, salve, buongiorno, buonasera, "
        "grazie, mille, bot, robot, macchina, computer, invece, per, suo, tuo, vostro, aiuto, "
        "risposta, tutto, tutti, qualche, poter, essere",
    ),
    "pt": Table(
        person="pessoa, pessoas, humano, humana, humanos, ser humano, atendente, atendentes, "
        "agente, operador, operadora, alguém, assistente humano, funcionário, funcionária, "
        "colega, representante, consultor, serviço ao cliente, apoio ao cliente, "
        "atendimento ao cliente, atendimento humano, não um robô, não um bot, colaborador",
        stop="parar, pare, para, cancelar, cancela, cancele, sair, terminar, encerrar, chega, "
        "esquece, esqueça, deixa, deixe, deixa pra lá, stop, fim",
        yes="sim, claro, claro que sim, correto, certo, exato, isso, isso mesmo, com certeza, "
        "está bem, tá bom, ajudou, resolvido, ok, sem dúvida, pois",
        no="não, nao, de jeito nenhum, nem por isso, errado, não ajudou, não ajuda, "
        "não é isso, não me ajudou, nada disso, não serve, não foi isso",
        who="você é um robô, você é um bot, você é humano, você é uma pessoa, és um robô, "
        "és um bot, és humano, é um robô, isto é um bot, estou falando com um robô, "
        "estou a falar com um robô, estou falando com um bot, quem é você, quem és tu",
        thanks="obrigado, obrigada, muito obrigado, muito obrigada, valeu, grato, grata, "
        "agradeço, perfeito, ótimo, entendi, brigado, brigada",
        greeting="olá, ola, oi, bom dia, boa tarde, boa noite, alô, ei",
        goodbye="adeus, tchau, até logo, até mais, até breve, é tudo, é só isso, só isso, "
        "mais nada, tenha um bom dia, bom fim de semana",
        beside="eu, me, mim, comigo, você, vocês, tu, por favor, se faz favor, pf, quero, queria, "
        "gostaria, preciso, prefiro, desejo, posso, poderia, pode, podem, falar, conversar, "
        "contactar, contatar, passar, passe, passa, ligar, ligue, transferir, transfira, chamar, "
        "chame, dar, dê, com, a, ao, à, de, do, da, em, no, na, um, uma, o, os, algum, alguma, "
        "agora, já, imediatamente, diretamente, só, apenas, aqui, aí, há, tem, é, está, que, "
        "real, verdadeiro, verdadeira, de verdade, viva, vivo, de carne e osso, e, mas, não, "
        "sim, ok, olá, oi, bom dia, boa tarde, boa noite, obrigado, obrigada, muito, bot, robô, "
        "robot, máquina, computador, em vez de, por, pela, pelo, sua, seu, tua, ajuda, resposta, "
        "tudo, todos, ser, atendido, atendida, para",
    ),
    "nl": Table(
        person="persoon, personen, mens, mensen, iemand, medewerker, medewerkers, collega, "
        "agent, klantenservice, klantendienst, adviseur, vertegenwoordiger, operator, "
        "geen bot, geen robot, niet een bot",
        stop="stop, stoppen, annuleer, annuleren, afbreken, beëindigen, laat maar, "
        "vergeet het, hou op, einde, ophouden",
        yes="ja, jawel, jazeker, zeker, klopt, precies, inderdaad, natuurlijk, juist, oké, "
        "ok, dat hielp, dat helpt, het heeft geholpen, opgelost, prima, tuurlijk",
        no="nee, neen, niet echt, helemaal niet, fout, dat hielp niet, dat helpt niet, "
        "het heeft niet geholpen, helpt niet, dat bedoel ik niet, klopt niet",
        who="ben je een bot, ben je een robot, bent u een robot, bent u een bot, ben je een mens, "
        "bent u een mens, ben jij een bot, is dit een bot, praat ik met een bot, "
        "praat ik met een mens, wie ben je, wie bent u",
        thanks="bedankt, dank je, dank u, dankjewel, dank je wel, dank u wel, hartelijk dank, "
        "veel dank, top, perfect, fijn, begrepen, dankuwel",
        greeting="hallo, hoi, hey, hai, goedemorgen, goedemiddag, goedenavond, goedendag, dag",
        goodbye="doei, dag dag, tot ziens, tot later, fijne dag, goedenacht, dat was alles, "
        "dat was het, verder niets, groetjes",
        beside="ik, me, mij, u, je, jij, jullie, wij, graag, alstublieft, alsjeblieft, aub, ajb, "
        "wil, zou, kan, mag, moet, kunt, kun, willen, spreken, praten, chatten, bellen, "
        "doorverbinden, verbind, verbinden, geef, door, met, aan, van, voor, een, de, het, "
        "echt, echte, levend, levende, nu, meteen, direct, gewoon, alleen, hier, daar, is, er, "
        "liever, nodig, heb, hebben, en, maar, niet, geen, bot, robot, machine, computer, "
        "in plaats van, hallo, hoi, goedemorgen, goedemiddag, ok, ja, nee, bedankt, dank, heel, "
        "erg, veel, hulp, je hulp, antwoord, snelle, allemaal, iedereen, krijgen, ook, dat, dit",
    ),
    "pl": Table(
        person="człowiek, człowieka, człowiekiem, człowiekowi, ludzie, ludźmi, osoba, osobę, "
        "osobą, osoby, konsultant, konsultanta, konsultantem, konsultantka, konsultantką, "
        "pracownik, pracownika, pracownikiem, agent, agenta, agentem, ktoś, kogoś, kimś, "
        "operator, operatora, operatorem, doradca, doradcę, doradcą, biuro obsługi klienta, "
        "obsługa klienta, obsługą klienta, nie bot, nie z botem, nie z robotem",
        stop="stop, przerwij, anuluj, zakończ, koniec, dość, nieważne, zapomnij, zostaw, "
        "rezygnuję, wyjdź, przestań",
        yes="tak, no tak, jasne, oczywiście, zgadza się, dokładnie, pewnie, dobrze, ok, "
        "pomogło, tak pomogło, rozwiązane, owszem, w porządku",
        no="nie, nie bardzo, wcale nie, źle, nie pomogło, nie pomaga, to nie to, "
        "nie o to chodzi, nie o to chodziło, to nie pomogło, niestety nie",
        who="czy jesteś botem, czy jesteś robotem, jesteś botem, jesteś robotem, "
        "czy jesteś człowiekiem, jesteś człowiekiem, czy rozmawiam z botem, "
        "czy rozmawiam z robotem, rozmawiam z botem, czy to bot, kim jesteś",
        thanks="dziękuję, dziekuje, dzięki, dzieki, wielkie dzięki, super, świetnie, doskonale, "
        "rozumiem, dziękuję bardzo, dziękuję ślicznie",
        greeting="cześć, hej, witam, dzień dobry, dobry wieczór, siema, halo, witaj, dobry",
        goodbye="do widzenia, pa, pa pa, na razie, do zobaczenia, dobranoc, miłego dnia, "
        "to wszystko, nic więcej",
        beside="ja, mnie, mi, pan, pani, państwo, proszę, poproszę, bardzo, chcę, chce, "
        "chciałbym, chciałabym, potrzebuję, wolę, wolałbym, wolałabym, mogę, moge, można, mogę "
        "prosić, czy, może, rozmawiać, porozmawiać, pogadać, mówić, rozmowa, rozmowę, rozmowy, "
        "połączyć, połącz, połączcie, przełącz, przełączyć, proszę o, kontakt, dać, daj, dajcie, "
        "zadzwonić, z, ze, o, na, do, od, w, żywy, żywa, żywą, żywym, żywego, prawdziwy, "
        "prawdziwa, prawdziwą, prawdziwym, prawdziwego, teraz, zaraz, natychmiast, od razu, "
        "tylko, tu, tutaj, jest, to, i, ale, nie, tak, ok, bot, bota, botem, robot, robota, "
        "robotem, maszyna, maszyną, zamiast, cześć, dzień dobry, dziękuję, za, pomoc, odpowiedź, "
        "szybką, wszystkim, jakaś, jakąś, jakimś, się, chodzi",
    ),
    "cs": Table(
        person="člověk, člověka, člověkem, člověku, lidé, lidmi, osoba, osobu, osobou, operátor, "
        "operátora, operátorem, operátorka, operátorkou, pracovník, pracovníka, pracovníkem, "
        "někdo, někoho, někým, agent, agenta, agentem, kolega, kolegou, zákaznická podpora, "
        "zákaznickou podporu, zákaznickou podporou, zákaznický servis, ne bot, ne robot",
        stop="stop, zastav, zrušit, zruš, konec, ukončit, přestaň, nech to být, zapomeň na to, "
        "to je jedno, dost, nechte to být",
        yes="ano, jo, jasně, správně, přesně, určitě, samozřejmě, dobře, ok, pomohlo, "
        "pomohlo to, vyřešeno, souhlasím, tak",
        no="ne, ani ne, vůbec ne, špatně, nepomohlo, nepomohlo to, to není ono, "
        "tak jsem to nemyslel, nikoliv, bohužel ne",
        who="jsi bot, jsi robot, jste robot, jste bot, jsi člověk, jste člověk, "
        "mluvím s robotem, mluvím s botem, píšu si s robotem, kdo jsi, kdo jste",
        thanks="děkuji, děkuju, díky, dík, moc děkuji, mockrát děkuji, skvělé, super, výborně, "
        "rozumím, perfektní",
        greeting="ahoj, dobrý den, dobré ráno, dobrý večer, čau, zdravím, nazdar, dobrý",
        goodbye="na shledanou, nashledanou, měj se, mějte se, dobrou noc, hezký den, sbohem, "
        "to je vše, nic dalšího",
        beside="já, mi, mě, mne, vy, vás, prosím, prosim, chci, chtěl, chtěla, bych, potřebuji, "
        "potřebuju, raději, radši, mohu, můžu, můžete, mluvit, promluvit, hovořit, psát, "
        "spojit, spojte, přepojit, přepojte, dejte, dej, zavolat, s, se, na, od, do, v, o, "
        "živý, živého, živým, živou, skutečný, skutečného, skutečným, skutečnou, opravdový, "
        "opravdového, opravdovým, teď, hned, ihned, jen, jenom, tady, zde, je, jste, a, ale, "
        "ne, ano, ok, bot, botem, robot, robotem, stroj, strojem, místo, ahoj, dobrý den, "
        "děkuji, moc, za, pomoc, odpověď, rychlou, všem, nějaký, nějakého, nějakým, to, bylo",
    ),
    "ru": Table(
        person="человек, человека, человеком, человеку, люди, людьми, оператор, оператора, "
        "оператором, оператору, сотрудник, сотрудника, сотрудником, менеджер, менеджера, "
        "менеджером, менеджеру, кто нибудь, кого нибудь, кем нибудь, консультант, консультанта, "
        "консультантом, агент, агента, агентом, специалист, специалиста, специалистом, "
        "служба поддержки, службу поддержки, службой поддержки, не бот, не с ботом, "
        "не робот, не с роботом, живой",
        stop="стоп, хватит, отмена, отмени, отменить, выход, выйти, закончить, прекрати, "
        "прекратите, забудь, забудьте, не надо, неважно, конец, довольно",
        yes="да, ага, верно, точно, конечно, правильно, хорошо, ок, помогло, да помогло, "
        "решено, угу, всё верно, все верно, подходит",
        no="нет, не, не совсем, совсем нет, неверно, неправильно, не помогло, не помогает, "
        "это не то, не то, я не об этом, нет не помогло, неа",
        who="ты бот, вы бот, ты робот, вы робот, ты человек, вы человек, это бот, это робот, "
        "я говорю с ботом, я разговариваю с ботом, я разговариваю с роботом, кто ты, кто вы, "
        "вы живой человек, ты живой человек",
        thanks="спасибо, спасибо большое, большое спасибо, благодарю, отлично, супер, класс, "
        "понятно, понял, поняла, спс",
        greeting="привет, здравствуйте, здравствуй, добрый день, доброе утро, добрый вечер, "
        "доброго времени суток, приветствую, хай",
        goodbye="пока, до свидания, до встречи, всего доброго, всего хорошего, спокойной ночи, "
        "хорошего дня, это всё, это все, больше ничего",
        beside="я, мне, меня, вы, вас, мы, нам, пожалуйста, плиз, хочу, хотел, хотела, бы, "
        "нужен, нужна, нужно, надо, могу, можно, можете, лучше, предпочитаю, поговорить, "
        "говорить, пообщаться, общаться, разговаривать, связаться, соедините, соединить, "
        "переключите, переключить, переведите, перевести, позовите, позови, позвать, дайте, дай, "
        "свяжите, с, со, на, от, в, к, реальный, реального, реальным, настоящий, настоящего, "
        "настоящим, живого, живым, живому, живой, сейчас, сразу, срочно, немедленно, только, "
        "просто, здесь, тут, есть, ли, это, и, а, но, не, нет, да, ок, бот, бота, ботом, робот, "
        "робота, роботом, машина, машиной, вместо, привет, здравствуйте, добрый день, спасибо, "
        "большое, за, помощь, ответ, быстрый, всем, каким нибудь, какого нибудь, ваш, вашим",
    ),
    "uk": Table(
        person="людина, людину, людиною, людини, люди, людьми, оператор, оператора, оператором, "
        "співробітник, співробітника, співробітником, менеджер, менеджера, менеджером, хтось, "
        "когось, кимось, хто небудь, кого небудь, консультант, консультанта, консультантом, "
        "агент, агента, агентом, служба підтримки, службу підтримки, службою підтримки, "
        "спеціаліст, спеціаліста, спеціалістом, не бот, не з ботом, не робот",
        stop="стоп, досить, скасувати, скасуй, вийти, закінчити, припини, припиніть, забудь, "
        "забудьте, не треба, неважливо, кінець, годі",
        yes="так, ага, вірно, точно, звичайно, правильно, добре, ок, допомогло, вирішено, "
        "авжеж, саме так",
        no="ні, не зовсім, зовсім ні, невірно, неправильно, не допомогло, не допомагає, "
        "це не те, не те, я не про це",
        who="ти бот, ви бот, ти робот, ви робот, ти людина, ви людина, це бот, це робот, "
        "я розмовляю з ботом, я розмовляю з роботом, хто ти, хто ви",
        thanks="дякую, дуже дякую, щиро дякую, спасибі, чудово, супер, зрозуміло, зрозумів, "
        "зрозуміла, вдячний, вдячна",
        greeting="привіт, вітаю, добрий день, доброго дня, доброго ранку, добрий вечір, "
        "добридень, здрастуйте",
        goodbye="бувай, до побачення, до зустрічі, на все добре, на добраніч, гарного дня, "
        "це все, більше нічого",
        beside="я, мені, мене, ви, вас, ми, нам, будь ласка, хочу, хотів, хотіла, б, би, "
        "потрібен, потрібна, потрібно, треба, можу, можна, можете, краще, поговорити, говорити, "
        "поспілкуватися, спілкуватися, розмовляти, зв язатися, з єднайте, з єднати, "
        "переключіть, покличте, дайте, дай, з, із, зі, на, від, в, у, до, реальний, реального, "
        "реальним, реальною, справжній, справжнього, справжнім, справжньою, жива, живу, живою, "
        "живий, живого, живим, зараз, одразу, відразу, негайно, тільки, просто, тут, є, чи, це, "
        "і, й, але, не, ні, так, ок, бот, бота, ботом, робот, робота, роботом, машина, машиною, "
        "замість, привіт, добрий день, дякую, дуже, за, допомогу, відповідь, швидку, всім",
    ),
    "da": Table(
        person="menneske, mennesker, mennesket, person, personer, medarbejder, medarbejdere, "
        "medarbejderen, kollega, agent, nogen, en rigtig, kundeservice, kundeservicemedarbejder, "
        "konsulent, rådgiver, ikke en bot, ikke en robot, ingen bot, supporter",
        stop="stop, stoppe, annuller, annullere, afbryd, afslut, slut, glem det, lad være, "
        "lad det være, hold op, ligegyldigt, drop det",
        yes="ja, jep, jo, korrekt, rigtigt, præcis, selvfølgelig, netop, det hjalp, det hjælper, "
        "ok, okay, løst, fint, helt sikkert, naturligvis, ja tak, gerne",
        no="nej, nej tak, ikke rigtig, slet ikke, forkert, det hjalp ikke, det hjælper ikke, "
        "hjalp ikke, det var ikke det, det mente jeg ikke, niks, desværre ikke",
        who="er du en bot, er du en robot, er du et menneske, er du menneske, er det en bot, "
        "er dette en bot, taler jeg med en bot, taler jeg med en robot, skriver jeg med en bot, "
        "taler jeg med et menneske, hvem er du",
        thanks="tak, mange tak, tusind tak, tak skal du have, perfekt, super, fedt, dejligt, "
        "forstået, tak for hjælpen, tak for det",
        greeting="hej, hejsa, goddag, god dag, godmorgen, god morgen, godaften, god aften, hallo, "
        "davs, dav, halløj",
        goodbye="farvel, hej hej, vi ses, godnat, god nat, ha en god dag, hav en god dag, "
        "det var alt, det var det hele, ikke mere",
        beside="jeg, mig, du, i, vi, os, vil, gerne, venligst, vær sød, vær venlig, vær så venlig, "
        "må, kan, kunne, skal, har, brug, for, ønsker, foretrækker, hellere, tale, snakke, "
        "skrive, chatte, ringe, stille, stil, igennem, videre, om, til, med, af, fra, en, et, "
        "den, det, der, her, er, rigtig, rigtigt, rigtige, ægte, levende, virkelig, virkeligt, nu, "
        "straks, med det samme, bare, kun, direkte, lige, og, men, ikke, ingen, bot, robot, "
        "maskine, computer, i stedet, hej, goddag, ok, ja, nej, tak, mange, tusind, meget, "
        "hjælp, hjælpen, svar, svaret, hurtige, alle, få, fat, at, lad, dig, jer, forbind, som",
    ),
    "sv": Table(
        person="människa, människor, människan, person, personer, medarbetare, kollega, agent, "
        "någon, handläggare, kundtjänst, kundtjänstmedarbetare, kundservice, rådgivare, "
        "inte en bot, inte en robot, ingen bot, operatör, supporten",
        stop="stopp, stop, avbryt, avsluta, sluta, slut, glöm det, strunta i det, skit samma, "
        "låt bli, spelar ingen roll",
        yes="ja, japp, jo, jajamän, stämmer, det stämmer, precis, självklart, korrekt, absolut, "
        "visst, det hjälpte, det hjälper, ok, okej, löst, gärna, ja tack",
        no="nej, nä, nej tack, inte riktigt, inte alls, fel, det hjälpte inte, "
        "det hjälper inte, hjälpte inte, det var inte det, det menade jag inte, tyvärr inte",
        who="är du en bot, är du en robot, är du en människa, är du människa, är det en bot, "
        "är detta en bot, pratar jag med en bot, pratar jag med en robot, "
        "pratar jag med en människa, vem är du",
        thanks="tack, tack så mycket, tusen tack, stort tack, tackar, perfekt, toppen, bra, "
        "förstår, uppfattat, tack för hjälpen, tack ska du ha",
        greeting="hej, hejsan, hallå, god morgon, god dag, god kväll, tjena, tja, goddag, "
        "godmorgon, tjenare",
        goodbye="hej då, hejdå, adjö, vi ses, god natt, ha en bra dag, ha det bra, "
        "det var allt, inget mer, hej hej",
        beside="jag, mig, du, ni, vi, oss, vill, skulle, vilja, gärna, snälla, tack, får, kan, "
        "kunde, behöver, önskar, föredrar, hellre, tala, prata, snacka, skriva, chatta, ringa, "
        "koppla, kopplas, vidare, till, med, av, från, en, ett, den, det, där, här, är, finns, "
        "riktig, riktigt, äkta, levande, verklig, nu, genast, direkt, bara, endast, och, men, "
        "inte, ingen, bot, robot, maskin, dator, istället, i stället för, i stället, hej, god dag, "
        "ok, ja, nej, så, mycket, hjälp, hjälpen, svar, svaret, snabba, alla, att, få, dig, er, "
        "som, om, på, för, en riktig",
    ),
    "tr": Table(
        person="insan, insanla, insana, bir insan, kişi, biri, biriyle, birisi, birisiyle, "
        "yetkili, yetkiliyle, yetkiliye, temsilci, temsilciyle, temsilciye, temsilcisi, "
        "müşteri temsilcisi, müşteri temsilcisiyle, müşteri temsilcisine, operatör, operatöre, "
        "operatörle, müşteri hizmetleri, müşteri hizmetlerine, müşteri hizmetleriyle, çalışan, "
        "bot değil, robot değil, gerçek kişi, canlı destek, canlı desteğe",
        stop="dur, durdur, iptal, iptal et, vazgeç, vazgeçtim, çık, çıkış, bitir, boşver, "
        "boş ver, unut, yeter, stop, kapat",
        yes="evet, tabii, tabi, doğru, aynen, kesinlikle, elbette, tamam, olur, yardımcı oldu, "
        "çözüldü, he, hı hı, evet oldu",
        no="hayır, yok, pek değil, hiç değil, yanlış, yardımcı olmadı, olmadı, işe yaramadı, "
        "o değil, bu değil, onu demedim",
        who="sen bot musun, bot musun, robot musun, insan mısın, gerçek misin, siz bot musunuz, "
        "siz insan mısınız, robot musunuz, bir botla mı konuşuyorum, sen kimsin, kimsin",
        thanks="teşekkürler, teşekkür ederim, çok teşekkürler, çok teşekkür ederim, sağ ol, "
        "sağol, sağ olun, sağolun, harika, mükemmel, süper, anladım, eyvallah",
        greeting="merhaba, merhabalar, selam, selamlar, günaydın, iyi günler, iyi akşamlar, "
        "iyi geceler, selamün aleyküm",
        goodbye="hoşça kal, hoşçakal, hoşça kalın, güle güle, görüşürüz, bay bay, "
        "hepsi bu, bu kadar, başka yok",
        beside="ben, beni, bana, sen, siz, lütfen, istiyorum, isterim, istiyoruz, lazım, "
        "gerekiyor, tercih ederim, bir, gerçek, canlı, konuşmak, konuşabilir, miyim, mi, mı, "
        "görüşmek, görüşebilir, yazışmak, bağla, bağlayın, bağlan, bağlanmak, bağlar, mısınız, "
        "aktar, aktarın, yönlendir, yönlendirin, ver, verin, ile, hemen, şimdi, sadece, "
        "doğrudan, burada, var, bu, o, ve, ama, değil, bot, botla, robot, robotla, makine, "
        "makineyle, yerine, merhaba, selam, iyi günler, tamam, evet, hayır, teşekkürler, çok, "
        "yardım, yardımınız, yardımın, için, cevap, herkese, olsun, musunuz",
    ),
    "ar": Table(
        person="شخص, شخصا, انسان, إنسان, إنسانا, موظف, موظفا, الموظف, موظفة, ممثل, احد, أحد, "
        "احدا, أحدا, أحدهم, وكيل, خدمة العملاء, خدمة الزبائن, الدعم, مندوب, بشري, بشر, "
        "ليس روبوت, مسؤول, شخص حقيقي, مشرف",
        stop="توقف, قف, الغاء, إلغاء, ألغ, الغ, خروج, انهاء, إنهاء, كفى, انس الأمر, لا يهم, "
        "بس, خلاص",
        yes="نعم, اجل, أجل, ايوه, أيوه, ايوا, صحيح, بالتأكيد, طبعا, تمام, حسنا, موافق, "
        "ساعدني, تم الحل, اكيد",
        no="لا, كلا, ليس تماما, ابدا, أبدا, خطأ, لم يساعد, لم يساعدني, ليس هذا, "
        "لا ليس هذا, لا يساعد, غير صحيح",
        who="هل انت روبوت, هل أنت روبوت, هل انت بوت, هل انت انسان, هل أنت إنسان, "
        "هل أتحدث مع روبوت, هل اتحدث مع انسان, انت روبوت, من انت, من أنت",
        thanks="شكرا, شكرا لك, شكرا جزيلا, شكرا لكم, مشكور, متشكر, ممتاز, رائع, فهمت, "
        "جزاك الله خيرا, الف شكر",
        greeting="مرحبا, اهلا, أهلا, السلام عليكم, صباح الخير, مساء الخير, هلا, اهلا وسهلا, "
        "هاي, سلام",
        goodbye="وداعا, مع السلامة, الى اللقاء, إلى اللقاء, تصبح على خير, هذا كل شيء, "
        "لا شيء اخر, باي",
        beside="من, فضلك, من فضلك, لو سمحت, رجاء, ارجو, اريد, أريد, أود, اود, احتاج, أحتاج, "
        "ابغى, عايز, عاوز, بدي, ان, أن, إلى, الى, مع, اتحدث, أتحدث, التحدث, اتكلم, أتكلم, "
        "التكلم, التواصل, اتواصل, أتواصل, حولني, تحويلي, وصلني, اعطني, هل, يمكن, يمكنني, "
        "ممكن, هناك, يوجد, حقيقي, حقيقية, الان, الآن, فورا, فقط, مباشرة, هنا, هذا, انا, أنا, و, "
        "لكن, لا, نعم, ليس, بوت, روبوت, الروبوت, الي, آلي, بدلا, مرحبا, اهلا, السلام عليكم, "
        "شكرا, جزيلا, لك, على, المساعدة, مساعدتك, مساعدتكم, الرد, السريع, في, واحد, بشكل",
    ),
    "zh": Table(
        person="人工, 人工客服, 真人, 真人客服, 客服, 客服人员, 人员, 工作人员, 一个人, 活人, "
        "有人, 转人工, 人工服务, 不是机器人, 轉人工, 真人客服人員, 人類, 人类",
        stop="停止, 停, 取消, 退出, 结束, 結束, 算了, 不用了, 别说了, 够了",
        yes="是, 是的, 对, 對, 好, 好的, 可以, 没错, 沒錯, 正确, 当然, 行, 嗯, 有帮助, 解决了, "
        "对的, 有用",
        no="不, 不是, 没有, 沒有, 不对, 不對, 错了, 没有帮助, 没用, 不行, 没有用, 没解决, "
        "不是这个, 沒有幫助",
        who="你是机器人吗, 你是机器人, 你是人吗, 你是真人吗, 这是机器人吗, 你是谁, 你是誰, "
        "你是機器人嗎, 是机器人吗, 是真人吗",
        thanks="谢谢, 謝謝, 多谢, 多謝, 感谢, 感謝, 太好了, 很好, 明白了, 知道了, 完美",
        greeting="你好, 您好, 嗨, 早上好, 下午好, 晚上好, 哈喽, 早, 在吗, 在嗎, 喂",
        goodbye="再见, 再見, 拜拜, 晚安, 没有别的了, 就这些, 没有了",
        beside="我, 你, 您, 请, 請, 我要, 我想, 想要, 想, 要, 需要, 能, 可以, 能不能, 可不可以, "
        "跟, 和, 与, 找, 联系, 聯繫, 联络, 转接, 轉接, 转, 轉, 接, 给, 給, 叫, 帮, 幫, 说话, "
        "說話, 谈, 谈谈, 聊, 聊天, 对话, 通话, 沟通, 一个, 一位, 个, 位, 真正的, 真正, 的, 吗, "
        "嗎, 吧, 呢, 啊, 了, 现在, 马上, 立刻, 直接, 只, 这里, 有, 是, 不是, 不要, 不想, "
        "机器人, 機器人, 机器, 而不是, 你好, 您好, 谢谢, 好的, 好, 帮助, 回答, 大家, 很, 非常, "
        "麻烦, 服务, 我们, 一下, 你的, 您的",
    ),
    "ja": Table(
        person="人, 人間, オペレーター, オペレータ, 担当者, 担当, スタッフ, 係員, 係の人, "
        "係, 誰か, "
        "有人, 有人対応, 有人チャット, サポート, カスタマーサービス, カスタマーサポート, "
        "担当の方, 担当の人, 社員, 実際の人, ボットではなく, ボットじゃない, 人の対応",
        stop="やめる, やめて, 中止, キャンセル, 終了, 止めて, ストップ, 停止, もういい, "
        "もういいです, 結構です, やめます",
        yes="はい, ええ, うん, そうです, その通り, その通りです, もちろん, 正しい, 大丈夫, "
        "大丈夫です, 解決しました, 役に立ちました, オーケー, 了解",
        no="いいえ, いや, 違います, ちがいます, 違う, 役に立ちません, 役に立たない, 解決しません, "
        "解決していません, 役に立ちませんでした, そうではない",
        who="あなたはボットですか, あなたはロボットですか, あなたは人間ですか, ロボットですか, "
        "ボットですか, 人間ですか, あなたは誰ですか, 誰ですか, aiですか",
        thanks="ありがとう, ありがとうございます, ありがとうございました, どうも, 感謝します, "
        "助かりました, わかりました, 分かりました, 完璧です, 了解です",
        greeting="こんにちは, こんばんは, おはよう, おはようございます, はじめまして, もしもし, "
        "やあ, お世話になります, お世話になっております",
        goodbye="さようなら, さよなら, じゃあね, おやすみ, おやすみなさい, またね, 以上です, "
        "それだけです, 失礼します",
        beside="私, わたし, は, が, を, に, の, と, で, へ, も, か, ね, よ, お願い, お願いします, "
        "お願いいたします, ください, 下さい, たい, たいです, たいのですが, 話し, 話, 話す, 話して, "
        "話したい, 話したいです, 相談したい, チャット, つないで, 繋いで, つなげて, 代わって, "
        "代わってください, 連絡, 呼んで, 出して, 欲しい, ほしい, です, ます, いますか, いる, "
        "いますか, できますか, 本物, 本当, 実際, 生身, 今, すぐ, 直接, だけ, ここ, して, したい, "
        "したいです, さん, ロボット, ボット, 機械, ではなく, じゃなく, はい, いいえ, こんにちは, "
        "すみません, どうも, ありがとう, ござい, ました, 助け, 回答, 皆さん, 対応, 電話",
    ),
    "ko": Table(
        person="사람, 상담원, 상담사, 직원, 담당자, 누군가, 인간, 고객센터, 고객 센터, 고객지원, "
        "매니저, 진짜 사람, 봇 말고, 로봇 말고, 상담원 연결, 실제 사람",
        stop="중지, 그만, 취소, 종료, 멈춰, 나가기, 됐어요, 됐어, 그만해, 그만하세요, 스톱, 끝",
        yes="네, 예, 응, 맞아요, 맞습니다, 물론, 물론이죠, 그래요, 좋아요, 도움이 됐어요, "
        "도움이 되었어요, 해결됐어요, 네 맞아요, 그렇습니다, 알겠어요",
        no="아니요, 아니오, 아뇨, 아니, 틀렸어요, 도움이 안 됐어요, 도움이 안돼요, 아닙니다, "
        "그게 아니에요, 도움이 되지 않았어요, 안 됐어요",
        who="봇인가요, 로봇인가요, 당신은 봇인가요, 당신은 로봇인가요, 사람인가요, 사람이에요, "
        "당신은 사람인가요, 누구세요, 봇이에요, 로봇이에요",
        thanks="감사합니다, 감사해요, 고마워요, 고맙습니다, 고마워, 땡큐, 완벽해요, 알겠습니다, "
        "이해했어요",
        greeting="안녕, 안녕하세요, 안녕하십니까, 여보세요, 좋은 아침, 반갑습니다, 하이",
        goodbye="안녕히 계세요, 안녕히 가세요, 잘 가요, 잘 있어요, 잘 자요, 바이, 그게 다예요, "
        "이게 전부예요",
        beside="저, 저는, 나, 나는, 제발, 좀, 와, 과, 이랑, 랑, 하고, 에게, 한테, 을, 를, 이, 가, "
        "은, 는, 도, 의, 로, 으로, 진짜, 실제, 살아있는, 지금, 당장, 바로, 빨리, 직접, 그냥, 만, "
        "여기, 이야기, 얘기, 대화, 통화, 말, 상담, 연결, 연결해, 연결해줘, 연결해주세요, 연결해 "
        "주세요, 해, 해줘, 해주세요, 주세요, 바꿔, 바꿔줘, 바꿔주세요, 불러, 불러줘, 불러주세요, "
        "하고 싶어요, 하고 싶습니다, 싶어요, 싶습니다, 싶어, 원해요, 원합니다, 필요해요, "
        "필요합니다, 필요해, 있나요, 있어요, 있습니까, 할 수, 부탁, 부탁해요, 부탁드립니다, "
        "부탁합니다, "
        "봇, 로봇, 기계, 말고, 대신, 안녕하세요, 네, 아니요, 감사합니다, 도움, 답변, 모두, 님, 수, "
        "나요, 요",
    ),
}
ORDER = (
    Wish.WHO,
    Wish.PERSON,
    Wish.STOP,
    Wish.NO,
    Wish.YES,
    Wish.THANKS,
    Wish.GOODBYE,
    Wish.GREETING,
)
Phrases = frozenset[tuple[str, ...]]


def wish(text: str, language: str | None = None) -> Wish | None:
    """Return what a customer wishes; none when they ask or say something.

    *language* decides where two languages mean different things by a word. A person is
    understood in any sentence of a text and in any language.

    >>> wish("Hi! I'd like to talk to a real person, please."), wish("Ne treba mi bot, dajte osobu")
    (<Wish.PERSON: 'person'>, <Wish.PERSON: 'person'>)
    >>> wish("Can a person under 18 order?"), wish("tak", "da"), wish("tak", "pl")
    (None, <Wish.THANKS: 'thanks'>, <Wish.YES: 'yes'>)
    """
    said = text[:MOST]
    whole = tokens(said)
    if not whole:
        return None
    for one in languages(language):
        if found := told(whole, one):
            return found
    parts = SENTENCE.split(said)
    sentences = [tokens(part) for part in (*parts[:LOOKED_AT], *parts[LOOKED_AT:][-LOOKED_AT:])]
    wanted = any(is_wish(part, Wish.PERSON, one) for part in sentences if part for one in TABLES)
    return Wish.PERSON if wanted else None


def languages(first: str | None) -> Sequence[str]:
    """Return all languages, the customer's first and then English."""
    base = (first or "").replace("_", "-").partition("-")[0].lower()
    return sorted(TABLES, key=lambda one: (one != base, one != "en"))


def told(said: tuple[str, ...], language: str) -> Wish | None:
    return next((one for one in ORDER if is_wish(said, one, language)), None)


def is_wish(said: tuple[str, ...], which: Wish, language: str) -> bool:
    """Tell whether all words of a sentence are of a wish or go with it, one of them of the wish."""
    core, beside = phrases(language, which), phrases(language, None)
    if len(said) > LONGEST:
        return False
    if which in {Wish.YES, Wish.NO, Wish.WHO, Wish.STOP}:
        return is_made_of(said, core, POLITE[language])
    return is_made_of(said, core, beside)


def is_made_of(said: tuple[str, ...], core: Phrases, beside: Phrases) -> bool:
    """Tell whether words can be laid out with phrases, one of *core* at least."""
    reached = {(0, False)}  # how far, and whether one of the core was among it
    longest = max((len(one) for one in (*core, *beside)), default=0)
    for at in range(len(said)):
        for has_core in [has for place, has in reached if place == at]:
            for size in range(1, min(longest, len(said) - at) + 1):
                part = said[at : at + size]
                if part in core:
                    reached.add((at + size, True))
                if part in beside:
                    reached.add((at + size, has_core))
    return (len(said), True) in reached


@lru_cache(None)
def phrases(language: str, which: Wish | None) -> Phrases:
    """Return the phrases of a wish in a language, or those that go with any."""
    table = TABLES[language]
    return laid_out(table.beside if which is None else getattr(table, which))


def laid_out(listed: str) -> Phrases:
    return frozenset(filter(None, map(tokens, listed.split(","))))


def tokens(text: str) -> tuple[str, ...]:
    """Return the words of a text as they are compared; signs where no spaces part words.

    >>> tokens("Želim ČOVJEKA!"), tokens("我要人工")
    (('zelim', 'covjeka'), ('我', '要', '人', '工'))
    """
    apart = unicodedata.normalize("NFKD", text[:MOST].casefold().translate(SPECIAL))
    folded = "".join(one for one in apart if not unicodedata.combining(one))
    found: list[str] = []
    for word in WORD.findall(folded):
        found += list(word) if CROWDED.search(word) else [word]
    return tuple(found)


#: What may stand beside a wish of one word.
POLITE: Mapping[str, Phrases] = {
    "en": laid_out("please, thanks, thank you, i, that, it, this, hi, hello, the bot, bot, very"),
    "hr": laid_out("molim, hvala, molim vas, to, mi, puno"),
    "de": laid_out("bitte, danke, das, es, mir, vielen dank, schon, leider"),
    "fr": laid_out("merci, s il vous plaît, svp, ça, cela, beaucoup"),
    "es": laid_out("por favor, gracias, eso, esto, muchas"),
    "it": laid_out("per favore, grazie, questo, mille"),
    "pt": laid_out("por favor, obrigado, obrigada, isto, muito"),
    "nl": laid_out("alstublieft, bedankt, dat, het, dank je, dank u, graag"),
    "pl": laid_out("proszę, dziękuję, dzięki, to"),
    "cs": laid_out("prosím, děkuji, díky, to"),
    "ru": laid_out("пожалуйста, спасибо, это, мне"),
    "uk": laid_out("будь ласка, дякую, це, мені"),
    "da": laid_out("tak, venligst, det, mange, mig"),
    "sv": laid_out("tack, snälla, det, mig"),
    "tr": laid_out("lütfen, teşekkürler, bu"),
    "ar": laid_out("من فضلك, شكرا, لو سمحت, هذا"),
    "zh": laid_out("谢谢, 请, 了, 吧"),
    "ja": laid_out("です, ます, ください, ありがとう, ございます"),
    "ko": laid_out("요, 감사합니다, 주세요"),
}
