/// Words of opening hours in Russian, Belarusian, Ukrainian, English, German and Polish, with the full day names of
/// Lithuanian, Latvian and Estonian. All lower-case NFC.
enum OpeningHoursWords {
  static func token(_ word: String) -> OpeningHoursToken? {
    if let exact = exact[word] { return exact }
    for (stem, token) in stems where word.hasPrefix(stem) { return token }
    return nil
  }

  /// "9 утра", "6 вечера".
  static let evening: Set<String> = ["вечера", "вечора", "вечару", "дня", "пополудни", "wieczorem"]
  static let partsOfDay: Set<String> = evening.union(["утра", "ночи", "раніцы", "ранку", "rano"])

  static func isFiller(_ word: String) -> Bool { fillers.contains(word) }

  /// Several words with one meaning; tried before single words, longest first.
  static let phrases: [([String], OpeningHoursToken?)] = [
    (["и", "праздничные", "дни"], .holiday),
    (["rund", "um", "die", "uhr"], .allDay),
    (["around", "the", "clock"], .allDay),
    (["7", "days", "a", "week"], .days(Set(0..<7))),
    (["seven", "days", "a", "week"], .days(Set(0..<7))),
    (["без", "перерыва", "и", "выходных"], .reassurance),
    (["в", "неделю"], nil), (["в", "сутки"], nil), (["у", "тыдзень"], nil), (["w", "tygodniu"], nil),
    (["a", "week"], nil), (["in", "der", "woche"], nil),
    (["без", "перерыва", "на", "обед"], .reassurance),
    (["без", "обеда"], .reassurance),
    (["без", "обеденного", "перерыва"], .reassurance),
    (["без", "перерыва"], .reassurance),
    (["без", "перерывов"], .reassurance),
    (["без", "выходных"], .reassurance),
    (["без", "перапынку"], .reassurance),
    (["без", "перерви"], .reassurance),
    (["no", "break"], .reassurance),
    (["no", "lunch"], .reassurance),
    (["bez", "przerwy"], .reassurance),
    (["ohne", "pause"], .reassurance),
    (["не", "работает"], .closed),
    (["не", "работаем"], .closed),
    (["не", "рабочий", "день"], .closed),
    (["выходной", "день"], .closed),
    (["выходные", "дни"], .weekendOrClosed),
    (["day", "off"], .closed),
    (["days", "off"], .closed),
    (["праздничные", "дни"], .holiday),
    (["public", "holidays"], .holiday),
    (["bank", "holidays"], .holiday),
    (["рабочие", "дни"], .days(Set(0..<5))),
    (["по", "рабочим", "дням"], .days(Set(0..<5))),
    (["по", "будням"], .days(Set(0..<5))),
    (["по", "будним", "дням"], .days(Set(0..<5))),
    (["будние", "дни"], .days(Set(0..<5))),
    (["будничные", "дни"], .days(Set(0..<5))),
    (["по", "выходным"], .days([5, 6])),
    (["dni", "robocze"], .days(Set(0..<5))),
    (["dni", "powszednie"], .days(Set(0..<5))),
    (["каждый", "день"], .days(Set(0..<7))),
    (["every", "day"], .days(Set(0..<7))),
    (["jeden", "tag"], .days(Set(0..<7))),
  ]

  private static let exact: [String: OpeningHoursToken] = {
    var table: [String: OpeningHoursToken] = [:]
    let dayWords: [[String]] = [
      ["пн", "пон", "понед", "mo", "mon", "mondays", "pn", "pon", "montags"],
      ["вт", "втор", "аў", "ат", "аўт", "tu", "tue", "tues", "tuesdays", "di", "wt", "dienstags"],
      ["ср", "сер", "we", "wed", "weds", "wednesdays", "mi", "śr", "sr", "mittwochs"],
      ["чт", "чтв", "чет", "чц", "th", "thu", "thur", "thurs", "thursdays", "czw", "cz", "donnerstags"],
      ["пт", "пят", "пятн", "fr", "fri", "fridays", "pt", "freitags"],
      ["сб", "суб", "субб", "sa", "sat", "saturdays", "sob", "sb", "samstags", "sonnabend"],
      [
        "вс", "вск", "вос", "воск", "нд", "ндз", "нед", "su", "sun", "sundays", "so", "nd", "ndz", "niedz",
        "sonntags",
      ],
    ]
    for (day, words) in dayWords.enumerated() { for word in words { table[word] = .day(day) } }
    for word in ["выходные", "выходных", "вихідні", "выхадныя"] { table[word] = .weekendOrClosed }
    let all = Set(0..<7)
    for word in [
      "ежедневно", "ежедн", "ежедневный", "ежедневная", "штодня", "штодзень", "штодзённа", "щодня", "щоденно",
      "daily",
      "everyday", "täglich", "taglich", "tägl", "tgl", "codziennie", "kasdien", "katru", "iga",
    ] { table[word] = .days(all) }
    for word in [
      "будни", "будням", "буднях", "будние", "будних", "рабочие", "weekdays", "weekday", "werktags",
      "wochentags",
      "будні", "робочі",
    ] { table[word] = .days(Set(0..<5)) }
    for word in ["weekend", "weekends", "wochenende", "weekendy"] { table[word] = .days([5, 6]) }
    for word in [
      "выходной", "вых", "выходн", "закрыто", "закрыт", "закрыта", "зачынена", "выхадны", "вихідний",
      "зачинено",
      "closed", "off", "geschlossen", "ruhetag", "nieczynne", "zamknięte", "zamkniete", "nedirba",
      "nedirbame", "uždaryta", "slēgts",
      "suletud",
    ] { table[word] = .closed }
    for word in [
      "круглосуточно", "круглосуточный", "круглосуточная", "кругласутачна", "цілодобово", "całodobowo",
      "calodobowo",
      "durchgehend", "нонстоп", "nonstop",
    ] { table[word] = .allDay }
    for word in [
      "обед", "обеда", "обеденный", "перерыв", "перерывом", "перерыва", "обедом", "абед", "перапынак", "обід",
      "перерва", "lunch",
      "break", "pause", "mittagspause", "przerwa",
    ] { table[word] = .breakTime }
    for word in ["кроме", "except", "außer", "ausser", "oprócz", "oprocz", "акрамя", "окрім", "крім"] {
      table[word] = .except
    }
    for word in ["до", "по", "да", "to", "till", "til", "until", "through", "thru", "bis", "iki"] {
      table[word] = .dash
    }
    for word in [
      "ph", "sh", "праздники", "праздничные", "праздничным", "праздникам", "святы", "свята", "holidays",
      "holiday",
      "feiertag", "feiertage", "feiertags", "święta", "swieta",
    ] { table[word] = .holiday }
    for word in ["и", "і", "й", "and", "und", "oraz", "i", "a", "также"] { table[word] = .comma }
    return table
  }()

  private static let stems: [(String, OpeningHoursToken)] = [
    ("понедельн", .day(0)), ("панядзел", .day(0)), ("понеділ", .day(0)), ("monday", .day(0)),
    ("montag", .day(0)), ("poniedz", .day(0)), ("pirmadien", .day(0)), ("pirmdien", .day(0)),
    ("esmasp", .day(0)),
    ("вторн", .day(1)), ("аўтор", .day(1)), ("вівтор", .day(1)), ("tuesday", .day(1)),
    ("dienstag", .day(1)), ("wtor", .day(1)), ("antradien", .day(1)), ("otrdien", .day(1)),
    ("teisip", .day(1)),
    ("сред", .day(2)), ("серад", .day(2)), ("серед", .day(2)), ("wednesday", .day(2)),
    ("mittwoch", .day(2)), ("środ", .day(2)), ("srod", .day(2)), ("trečiadien", .day(2)),
    ("trešdien", .day(2)), ("kolmap", .day(2)),
    ("четв", .day(3)), ("чацв", .day(3)), ("thursday", .day(3)), ("donnerstag", .day(3)),
    ("czwart", .day(3)), ("ketvirtadien", .day(3)), ("ceturtdien", .day(3)), ("neljap", .day(3)),
    ("пятн", .day(4)), ("пятні", .day(4)), ("friday", .day(4)), ("freitag", .day(4)), ("piąt", .day(4)),
    ("piat", .day(4)), ("penktadien", .day(4)), ("piektdien", .day(4)), ("reede", .day(4)),
    ("суббот", .day(5)), ("субот", .day(5)), ("saturday", .day(5)), ("samstag", .day(5)),
    ("sonnabend", .day(5)), ("sobot", .day(5)), ("šeštadien", .day(5)), ("sestdien", .day(5)),
    ("laup", .day(5)),
    ("воскрес", .day(6)), ("нядзел", .day(6)), ("неділ", .day(6)), ("sunday", .day(6)),
    ("sonntag", .day(6)), ("niedziel", .day(6)), ("sekmadien", .day(6)), ("svētdien", .day(6)),
    ("pühap", .day(6)),
  ]

  private static let fillers: Set<String> = [
    "время", "работы", "часы", "час", "часа", "часов", "ч", "режим", "график", "работаем", "работает", "дни",
    "дня", "день",
    "с", "со", "з", "г", "гадзіны", "прыёма", "приема", "приём", "прием", "открыто", "открыт", "open",
    "opening", "hours",
    "hrs", "hr", "h", "from", "between", "working", "time", "godz", "godziny", "od", "otwarte", "czynne",
    "uhr", "von", "v",
    "nuo", "geöffnet", "offen", "öffnungszeiten", "в", "на", "no", "days", "дням", "дней", "днях", "the",
    "on", "only", "только", "w", "val", "darbo",
    "laikas",
  ]
}
