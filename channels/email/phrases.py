# ruff: noqa: RUF001  # the words and signs of many languages look alike
"""The words mail programs write around quotes and signatures, by language.

Everything is in lower case. A line counts only when its shape fits as well, so a word
that means something else in another language does no harm.
"""

#: "wrote", as it ends the line above a quote.
WROTE = (
    *("wrote", "writes", "wrote the following", "has written", "said"),
    *("schrieb", "schreibt", "hat geschrieben", "geschrieben", "schrieb folgendes"),
    *("a écrit", "écrit", "a ecrit", "ecrit", "écrivait"),
    *("escribió", "escribio", "ha escrito", "escribe", "escrigué", "va escriure"),
    *("ha scritto", "scritto", "scrive", "scrisse"),
    *("escreveu", "escreve", "escribiu"),
    *("schreef", "heeft geschreven", "geschreven", "schreef het volgende"),
    *(
        "napisał(a)",
        "napisał",
        "napisała",
        "napisali",
        "pisze",
        "napisano",
        "napisał/a",
        "napisana przez",
    ),
    *("написал(а)", "написал", "написала", "пишет", "писал", "писал(а)", "написано"),
    *("написав(ла)", "написав", "написала", "пише", "писав", "напісаў", "написа"),
    *("skrev", "skrev følgende", "skrev följande", "har skrevet", "skriver", "skrifaði"),
    *("kirjoitti", "kirjoittaa", "kirjutas", "rakstīja", "rašė", "parašė"),
    *("napsal(a)", "napsal", "napsala", "napísal(a)", "napísal", "napísala", "píše"),
    *("napisao je", "je napisao", "napisala je", "je napisala", "je napisao/la", "napisao/la"),
    *("napisao", "napisala", "je napisao/napisala", "piše", "je napisal", "je napisal/a"),
    *("írta", "ezt írta", "írja", "a scris", "a scris următoarele", "scrie", "shkroi"),
    *("yazdı", "şunu yazdı", "tarihinde şunu yazdı", "έγραψε", "כתב", "כתבה", "كتب"),
    *(
        "đã viết",
        "menulis",
        "pada menulis",
        "เขียนว่า",
        "写道",
        "寫道",
        "のメッセージ",
        "작성",
        "書きました",
        "のメール",
    ),
    *("је написао/ла", "је написао", "је написала", "написао је", "missatge de"),
    *("מאת", "نوشت", "تمت كتابة ما يلي بواسطة", "zitat von", "quoting"),
    *("님이 작성",),
)

#: How such a line begins: "on" a day.
ON = (
    *("on", "am", "em", "el", "le", "il", "op", "w dniu", "dnia", "den", "d.", "på", "pe"),
    *("la", "ma", "ti", "ke", "to", "pe", "su", "lør", "dana", "dne", "dňa", "u", "v", "в"),
    *("at", "a las", "in data", "no dia", "em data de", "il giorno", "em qua", "në"),
    *(
        "στις",
        "vào",
        "pada",
        "tanggal",
        "在",
        "于",
        "於",
        "a",
        "ב",
        "në",
        "date",
        "in a message dated",
    ),
)

#: Labels in the head of a quoted message, by what they name.
FROM = (
    *("from", "von", "de", "da", "van", "od", "od:", "fra", "från", "lähettäjä", "от", "від"),
    *("от кого", "expéditeur", "remitente", "mittente", "remetente", "afzender", "nadawca"),
    *("odesílatel", "odosielateľ", "absender", "feladó", "kimden", "από", "发件人", "寄件者"),
    *("寄件人", "差出人", "보낸 사람", "saatja", "nuo", "no", "pošiljatelj", "pošiljalec", "dari"),
    *("од", "מאת", "من", "از", "frá", "remitent", "จาก", "từ"),
    *("sender", "avsender", "afsender", "mailed-by", "message de", "reply-to", "antwort an"),
    *("från:", "de la", "expeditor", "від кого", "из", "ad"),
)
SENT = (
    *("sent", "date", "gesendet", "datum", "gesendet am", "envoyé", "envoyé le", "le", "date :"),
    *("enviado", "enviado el", "enviada em", "enviada", "enviado em", "fecha", "data"),
    *("inviato", "inviato il", "verzonden", "verstuurd", "wysłano", "wysłane", "data wysłania"),
    *("отправлено", "дата", "отправлен", "надіслано", "skickat", "datum", "sendt", "dato"),
    *("lähetetty", "päivämäärä", "odesláno", "odoslané", "dátum", "poslano", "datum slanja"),
    *("elküldve", "küldve", "gönderildi", "tarih", "ημερομηνία", "发送时间", "日期", "寄件日期"),
    *("送信日時", "日時", "보낸 날짜", "날짜", "trimis", "message du", "saadetud", "kuupäev"),
    *("στάλθηκε", "изпратено", "послато", "датум", "נשלח", "תאריך", "تم الإرسال", "التاريخ"),
    *("تاریخ", "ارسال شده", "išsiųsta", "nosūtīts", "poslané", "enviat", "ngày", "วันที่"),
    *("sent on", "sent at", "received", "envoyée", "date d'envoi", "tanggal", "reçu"),
)
TO = (
    *("to", "an", "à", "a", "para", "per", "aan", "do", "komu", "до", "кому", "til", "till"),
    *("vastaanottaja", "za", "prima", "címzett", "kime", "alıcı", "προς", "收件人", "收件者"),
    *("宛先", "받는 사람", "către", "pentru", "cc", "kopie", "copie à", "copie", "cópia", "copia"),
    *("dw", "kopia", "копия", "kopi", "kopio", "kópia", "másolat", "抄送", "destinataire"),
    *(
        "destinatario",
        "destinatário",
        "bcc",
        "cci",
        "kepada",
        "kam",
        "saaja",
        "kellele",
        "primatelj",
    ),
    *("коме", "за", "אל", "إلى", "به", "đến", "ถึง", "mottagare", "modtager", "mottaker"),
    *("empfänger", "odbiorca", "adresat", "a:", "al", "prejemnik"),
)
SUBJECT = (
    *("subject", "betreff", "objet", "asunto", "oggetto", "assunto", "onderwerp", "temat"),
    *("тема", "ämne", "emne", "aihe", "předmět", "predmet", "tárgy", "konu", "θέμα", "主题"),
    *("относно", "предмет", "נושא", "الموضوع", "موضوع", "efni", "chủ đề", "เรื่อง"),
    *(
        "主旨",
        "件名",
        "제목",
        "subiect",
        "sujet",
        "re",
        "naslov",
        "zadeva",
        "teema",
        "perihal",
        "objekt",
    ),
)

#: "original message", between dashes.
ORIGINAL = (
    *("original message", "original appointment", "reply message", "original mail"),
    *("ursprüngliche nachricht", "originalnachricht", "ursprüngliche mail", "original-nachricht"),
    *("message d'origine", "message d’origine", "message original", "message initial"),
    *("mensaje original", "mensagem original", "messaggio originale", "messaggio original"),
    *("oorspronkelijk bericht", "origineel bericht", "wiadomość oryginalna"),
    *("oryginalna wiadomość", "исходное сообщение", "оригинальное сообщение"),
    *("первоначальное сообщение", "оригінальне повідомлення", "початкове повідомлення"),
    *("ursprungligt meddelande", "originalmeddelande", "originalmeldung", "original meddelelse"),
    *("oprindelig meddelelse", "opprinnelig melding", "original melding"),
    *("alkuperäinen viesti", "původní zpráva", "pôvodná správa", "izvorna poruka"),
    *("originalna poruka", "izvirno sporočilo", "eredeti üzenet", "mesaj original"),
    *("orijinal mesaj", "özgün ileti", "αρχικό μήνυμα", "原始邮件", "原邮件", "原始郵件"),
    *("元のメッセージ", "original message follows", "원본 메시지", "tin nhắn gốc"),
    *("previous message", "in reply to", "algne teade", "pesan asli", "originálna správa"),
)

#: "forwarded message": what follows is what the sender wants to show.
FORWARDS = (
    *("forwarded message", "forwarded by", "begin forwarded", "weitergeleitete nachricht"),
    *("anfang der weitergeleiteten", "message transféré", "début du message transféré"),
    *("début du message réexpédié", "mensaje reenviado", "inicio del mensaje reenviado"),
    *("messaggio inoltrato", "inizio messaggio inoltrato", "mensagem encaminhada"),
    *("início da mensagem encaminhada", "mensagem reencaminhada", "doorgestuurd bericht"),
    *("begin doorgestuurd bericht", "wiadomość przekazana", "przekazana wiadomość"),
    *("początek wiadomości przekazanej", "пересылаемое сообщение", "пересланное сообщение"),
    *("начало переадресованного", "переслане повідомлення", "vidarebefordrat meddelande"),
    *(
        "vidarebefordrat brev",
        "videresendt besked",
        "videresendt meddelelse",
        "videresendt melding",
    ),
    *("välitetty viesti", "edelleen lähetetty", "přeposlaná zpráva", "preposlaná správa"),
    *("proslijeđena poruka", "prosleđena poruka", "početak proslijeđene", "posredovano sporočilo"),
    *("továbbított üzenet", "mesaj redirecționat", "mesaj redirectionat", "iletilen mesaj"),
    *("yönlendirilen mesaj", "προωθημένο μήνυμα", "转发的邮件", "轉寄郵件", "転送されたメッセージ"),
    *("전달된 메시지", "edasisaadetud", "forwarded from"),
)

#: A line that a telephone or a program adds under the text.
SENT_FROM = (
    *("sent from my ", "sent from mail for", "sent from outlook", "sent from yahoo"),
    *("sent from a ", "sent from an ", "sent from the ", "sent from samsung", "sent from iphone"),
    *("sent from gmail", "sent from proton", "sent from aol", "sent from blackberry"),
    *("sent from windows", "sent from mailbird", "sent from spark", "sent from android"),
    *("sent from myphone", "sent on the go", "sent using ", "sent via "),
    *("sent by ", "send from my ", "get outlook for ", "download outlook for"),
    *("von meinem ", "von meiner ", "gesendet von ", "gesendet mit ", "gesendet aus "),
    *("diese nachricht wurde von meinem ", "holen sie sich outlook", "outlook für "),
    *("envoyé de mon ", "envoyé depuis ", "envoyé à partir d", "envoyé avec ", "envoyé de ma "),
    *("envoyé du ", "télécharger outlook", "obtenir outlook", "obtenez outlook"),
    *("enviado desde ", "enviado de ", "enviado do ", "enviado a través de", "enviado con "),
    *("enviado via ", "enviado pelo ", "enviado da ", "obtener outlook", "obter o outlook"),
    *(
        "inviato da ",
        "inviato dal ",
        "inviato con ",
        "inviata da ",
        "scarica outlook",
        "ottieni outlook",
    ),
    *("verzonden vanaf ", "verzonden met ", "verstuurd vanaf ", "verstuurd met ", "verzonden via "),
    *("outlook voor ", "download outlook voor"),
    *(
        "wysłane z ",
        "wysłano z ",
        "wysłane za pomocą",
        "pobierz program outlook",
        "pobierz aplikację outlook",
    ),
    *("отправлено с ", "отправлено из ", "отправлено от ", "отправлено через ", "надіслано з "),
    *("надіслано із ", "скачать outlook", "загрузить outlook"),
    *(
        "skickat från ",
        "skickat via ",
        "skickades från ",
        "hämta outlook",
        "sendt fra ",
        "sendt via ",
    ),
    *("hent outlook", "få outlook", "skaffa outlook", "lähetetty ", "hanki outlook"),
    *(
        "odesláno z ",
        "odesláno ze ",
        "odoslané z ",
        "odoslané zo ",
        "získat outlook",
        "stáhnout outlook",
    ),
    *(
        "poslano s ",
        "poslano sa ",
        "poslano iz ",
        "poslano z ",
        "preuzmite outlook",
        "nabavite outlook",
    ),
    *("elküldve az ", "elküldve a ", "trimis de pe ", "trimis din ", "iphone'umdan gönderildi"),
    *(
        "şuradan gönderildi",
        "στάλθηκε από ",
        "发自我的",
        "从我的",
        "發自我的",
        "iphoneから送信",
        "나의 iphone에서 보냄",
    ),
    *("saadetud minu", "dikirim dari", "được gửi từ"),
)
