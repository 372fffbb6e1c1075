import CRM
import TestSupport
import Testing

@Suite struct OpeningHoursParsingTests {
  /// `Mo 09:00-18:00 | …` for the days that are open, so that a case can be written in one line.
  static func week(_ text: String) throws -> String {
    let names = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"]
    func clock(_ s: Int) -> String { "\(s / 3600)" + (s % 3600 == 0 ? "" : ":\(s % 3600 / 60)") }
    return try zip(names, OpeningHours.parse(text).days).filter { !$0.1.isEmpty }.map { name, windows in
      name + " " + windows.map { "\(clock($0.start))-\(clock($0.end))" }.joined(separator: ",")
    }.joined(separator: " ")
  }

  static let weekdays918 = "Mo 9-18 Tu 9-18 We 9-18 Th 9-18 Fr 9-18"
  static let daily1020 = "Mo 10-20 Tu 10-20 We 10-20 Th 10-20 Fr 10-20 Sa 10-20 Su 10-20"
  static let always = "Mo 0-24 Tu 0-24 We 0-24 Th 0-24 Fr 0-24 Sa 0-24 Su 0-24"
  static let lunch = "Mo 9-13,14-18 Tu 9-13,14-18 We 9-13,14-18 Th 9-13,14-18 Fr 9-13,14-18"

  static let weekdays918saturday = weekdays918 + " Sa 10-14"
  static let weekdays918weekend = weekdays918 + " Sa 10-14 Su 10-14"
  static let morningAndAfternoon = "Mo 8-12,13-18 Tu 8-12,13-18 We 8-12,13-18 Th 8-12,13-18 Fr 8-12,13-18"

  static let readable: [(String, String)] = [
    ("пн-пт 9-18, сб 10-14", weekdays918saturday),
    ("Mo-Fr 09:00-18:00; Sa 10:00-14:00", weekdays918saturday),
    ("пн–пт: 9.00–18.00 обед 13-14", lunch),
    ("Пн-Пт 9:00-18:00 (перерыв с 13:00 до 14:00)", lunch),
    ("пн-пт с 9.00 до 18.00, обед с 13.00 до 14.00, сб вс - выходной", lunch),
    ("ежедневно 10-20", daily1020), ("Ежедневно с 10:00 до 20:00 без обеда", daily1020),
    ("daily 10am - 8pm", daily1020), ("каждый день 10-20", daily1020), ("10:00–20:00", daily1020),
    ("круглосуточно", always), ("24/7", always), ("24 часа", always), ("ежедневно круглосуточно", always),
    ("пн-пт 9-18, вс выходной", weekdays918), ("Mo-Fr 09:00-18:00; PH off", weekdays918),
    ("Mo-Fr 09:00-18:00; Sa,Su,PH off", weekdays918), ("Mo-Fr 09:00-18:00; PH 10:00-12:00", weekdays918),
    ("Пн., Ср. 10:00–19:00", "Mo 10-19 We 10-19"),
    ("pon-pt 9-17", "Mo 9-17 Tu 9-17 We 9-17 Th 9-17 Fr 9-17"),
    ("pon. - pt. od 9 do 17", "Mo 9-17 Tu 9-17 We 9-17 Th 9-17 Fr 9-17"),
    (
      "Mo-Fr 08:00-12:00,13:00-18:00",
      morningAndAfternoon
    ),
    (
      "Mo-Fr 08:00-12:00, Mo-Fr 13:00-18:00",
      morningAndAfternoon
    ),
    ("Montag bis Freitag 9 bis 18 Uhr", weekdays918),
    ("Mo, Di, Do 10-12 Uhr", "Mo 10-12 Tu 10-12 Th 10-12"),
    (
      "понедельник-пятница: 9:00 - 18:00; суббота: 10:00 - 14:00; воскресенье: выходной",
      weekdays918saturday
    ),
    ("будни 9-18, выходные 10-14", weekdays918weekend),
    ("будни 9-18, выходные", weekdays918), ("пн-пт 9-18 сб-вс выходные", weekdays918),
    ("по будням с 9 до 18", weekdays918), ("9-18 пн-пт", weekdays918),
    ("9:00-18:00 (пн-пт), 10:00-14:00 (сб)", weekdays918saturday),
    ("9-00 - 18-00 пн-пт", weekdays918), ("пн-пт 9-00-18-00", weekdays918), ("пн-пт 9⁰⁰–18⁰⁰", weekdays918),
    ("пн-пт 0900-1800", weekdays918),
    ("пн-пт 9:30-18:15", "Mo 9:30-18:15 Tu 9:30-18:15 We 9:30-18:15 Th 9:30-18:15 Fr 9:30-18:15"),
    ("Fr-Mo 10-12", "Mo 10-12 Fr 10-12 Sa 10-12 Su 10-12"), ("Sa 18:00-02:00", "Sa 18-26"),
    ("Mo-Su 10:00-20:00; Sa 10:00-14:00", "Mo 10-20 Tu 10-20 We 10-20 Th 10-20 Fr 10-20 Sa 10-14 Su 10-20"),
    ("ежедневно 10-20, кроме вс", "Mo 10-20 Tu 10-20 We 10-20 Th 10-20 Fr 10-20 Sa 10-20"),
    ("ежедневно кроме вс 10-20", "Mo 10-20 Tu 10-20 We 10-20 Th 10-20 Fr 10-20 Sa 10-20"),
    ("пн-пт 9-18, выходной: сб, вс", weekdays918),
    ("пн-пт 9-18\nсб 10-14\nвс выходной", weekdays918saturday),
    ("Пн-Чт: 09:00-18:00, Пт: 09:00-17:00", "Mo 9-18 Tu 9-18 We 9-18 Th 9-18 Fr 9-17"),
    ("пн, вт, ср 10-12 и 14-16", "Mo 10-12,14-16 Tu 10-12,14-16 We 10-12,14-16"),
    ("closed", ""), ("Mo 00:00-24:00", "Mo 0-24"), ("  Пн - Пт   9 - 18 ", weekdays918),
    ("аўторак-пятніца 10-12", "Tu 10-12 We 10-12 Th 10-12 Fr 10-12"), ("Su closed; Mo 9-10", "Mo 9-10"),
    ("пн-вс 10:00-20:00 без выходных", daily1020), ("Время работы: пн-пт 9.00-18.00", weekdays918),
  ]

  static let tenToTwenty = "Mo 10-20 Tu 10-20 We 10-20 Th 10-20 Fr 10-20 Sa 10-14"
  static let saturday = "Mo 9-18 Tu 9-18 We 9-18 Th 9-18 Fr 9-18 Sa 10-14"
  static let office = "Mo 9-18 Tu 9-18 We 9-18 Th 9-18 Fr 9-17"
  static let daily918 = "Mo 9-18 Tu 9-18 We 9-18 Th 9-18 Fr 9-18 Sa 9-18 Su 9-18"
  static let weekdays917 = "Mo 9-17 Tu 9-17 We 9-17 Th 9-17 Fr 9-17"

  /// What lists of agencies and hotels hold, in the languages of the home markets.
  static let fromLists: [(String, String)] = [
    ("9-18, вых: сб, вс", weekdays918), ("9-18, выходные: сб, вс", weekdays918),
    ("9.00-18.00, перерыв 13.00-14.00, выходные - сб, вс", lunch), ("10-14 сб, выходной вс", "Sa 10-14"),
    ("пн-пт 9-18, кроме среды", "Mo 9-18 Tu 9-18 Th 9-18 Fr 9-18"),
    ("С 9:00 до 18:00, кроме выходных", weekdays918),
    ("9–18 (сб до 15)", "Mo 9-18 Tu 9-18 We 9-18 Th 9-18 Fr 9-18 Sa 9-15 Su 9-18"),
    ("пн-чт 9-18, пт до 17", office), ("пн-пт 9:00-18:00 (пятница — до 17.00)", office),
    ("пн-пт 9-13, 14-18, пт до 17", "Mo 9-13,14-18 Tu 9-13,14-18 We 9-13,14-18 Th 9-13,14-18 Fr 9-13,14-17"),
    ("нон-стоп", always), ("non-stop", always), ("Nonstop", always), ("24х7", always), ("24 ч", always),
    ("24 часа в сутки, 7 дней в неделю", always), ("Пн.-Вс. круглосуточно", always), ("24/24", always),
    ("пт-сб 20-02", "Fr 20-26 Sa 20-26"), ("пт-сб 18:00-06:00", "Fr 18-30 Sa 18-30"),
    ("Sa 18:00-26:00", "Sa 18-26"),
    ("пн-вс 0:00-0:00", always),
    ("пн.-пт.: с 9:00 до 18:00, перерыв с 13:00 до 14:00", lunch),
    ("Пн–Чт 9–18, Пт 9–17, Сб–Вс выходной", office),
    ("ежедн. 10-20", daily1020), ("будни 9-18", weekdays918), ("пн-пт 9.00-18.00 без обеда", weekdays918),
    ("пн-пт 9-18 без перерыва на обед", weekdays918), ("пн-пт 9-18, перерыв на обед 13-14", lunch),
    ("Вт, Чт 10-19", "Tu 10-19 Th 10-19"), ("09:00-18:00", daily918), ("пн-пт 9-18, сб вс вых", weekdays918),
    ("Пн-Пт: 9:00-18:00; Сб: 10:00-14:00; Вс: вых.", saturday), ("пн-пт:9.00-18.00,сб.вс-вых", weekdays918),
    (
      "Понедельник - пятница с 9.00 до 18.00. Суббота с 10.00 до 14.00. Воскресенье - выходной", saturday
    ),
    ("ПН-ПТ 9-18 СБ-ВС Выходной", weekdays918), ("с 10 до 20 ежедневно", daily1020),
    ("пн-пт 9,00-18,00", weekdays918),
    ("пн-пт 9-18, обед 13-14, сб-вс вых", lunch), ("Работаем без выходных с 10 до 20", daily1020),
    (
      "понедельник: выходной, вторник-воскресенье 10-18",
      "Tu 10-18 We 10-18 Th 10-18 Fr 10-18 Sa 10-18 Su 10-18"
    ),
    ("ежедневно, кроме понедельника, 10-18", "Tu 10-18 We 10-18 Th 10-18 Fr 10-18 Sa 10-18 Su 10-18"),
    ("вт-сб 10-19, вс-пн выходной", "Tu 10-19 We 10-19 Th 10-19 Fr 10-19 Sa 10-19"),
    ("в рабочие дни с 9 до 18", weekdays918),
    ("пн, ср, пт с 9 до 13; вт, чт с 14 до 18", "Mo 9-13 Tu 14-18 We 9-13 Th 14-18 Fr 9-13"),
    ("пн - пт с 9-00 до 18-00", weekdays918), ("с 9 ч. до 18 ч. пн-пт", weekdays918),
    ("Пн – Пт 9 – 18; Сб – Вс – выходные дни", weekdays918),
    ("Пн-Пт 9:00 - 18:00 (обеденный перерыв 13:00 - 14:00)", lunch),
    ("пн-пт с 9 утра до 6 вечера", weekdays918),
    ("пн-пт з 9 да 18, абед 13-14, нядзеля — выхадны", lunch), ("штодня 10-20", daily1020),
    ("Пн-Пт 9-18, сб-нд вихідний", weekdays918),
    ("pon.-pt. 9-17, sob. 10-14", weekdays917 + " Sa 10-14"),
    ("pn - pt: 9.00 - 17.00, niedz.: nieczynne", weekdays917),
    ("od poniedziałku do piątku 9-17", weekdays917), ("poniedziałek do piątku 9-17", weekdays917),
    ("Od poniedziałku do piątku od 9 do 17", weekdays917), ("pn do pt 9-17", weekdays917),
    ("1-5 9-18", weekdays918), ("1-5: 9:00-18:00", weekdays918),
    ("1-5: 10-20, 6: 10-14, 7: вых", tenToTwenty),
    ("1-5 9-18; 6 10-14; 7 выходной", saturday), ("1-5 9-18, 6 10-14, 7 - выходной", saturday),
    ("1,3,5 9-18", "Mo 9-18 We 9-18 Fr 9-18"), ("1-5 с 9 до 18", weekdays918),
    ("1-5 09:00-18:00", weekdays918),
    ("Часы работы: 1-5 9-18", weekdays918), ("1-7 круглосуточно", always),
    ("1-5 9-13, 14-18", "Mo 9-13,14-18 Tu 9-13,14-18 We 9-13,14-18 Th 9-13,14-18 Fr 9-13,14-18"),
    ("Mo-Fr 8-12, 2-6, 7-9", "Mo 2-6,7-12 Tu 2-6,7-12 We 2-6,7-12 Th 2-6,7-12 Fr 2-6,7-12"),
    ("Выходной: вс. Пн-сб 9-18", weekdays918 + " Sa 9-18"), ("Выходной: сб, вс. Пн-пт 9-18", weekdays918),
    ("Выходной - воскресенье, понедельник-суббота 9-18", weekdays918 + " Sa 9-18"),
    ("Вых. вс; пн-сб 9-18", weekdays918 + " Sa 9-18"),
    ("Выходной: вс. Пн, ср, пт 9-18", "Mo 9-18 We 9-18 Fr 9-18"),
    ("Poniedziałek - Piątek 9:00 - 17:00, w soboty 10:00-14:00", weekdays917 + " Sa 10-14"),
    ("czynne codziennie od 10 do 20", daily1020), ("dni robocze 9-17", weekdays917),
    ("I-V 9:00-18:00", weekdays918), ("I–V 9–18, VI 10–14", saturday),
    ("I-V 9-18 val., VI-VII nedirbame", weekdays918),
    ("I-V 9.00-18.00 VI i VII nieczynne", weekdays918), ("Pr-Pn 9-18, Št 10-14", saturday),
    ("Darbo laikas: I–V nuo 9 iki 18 val.", weekdays918),
    ("Pirmadienis–penktadienis 9–18", weekdays918), ("kasdien 10-20", daily1020),
    ("Mo.–Fr. 9–18 Uhr", weekdays918), ("Mo-Do 9-18, Fr 9-17 Uhr, Sa+So geschlossen", office),
    ("tägl. 10-20 Uhr", daily1020),
    ("Mo. bis Fr. von 9 bis 18 Uhr, Mittagspause 13-14 Uhr", lunch),
    ("Mi, Do, Fr 10-12", "We 10-12 Th 10-12 Fr 10-12"),
    ("Mon to Fri 9am-6pm", weekdays918), ("Monday - Friday: 9:00 AM - 6:00 PM", weekdays918),
    ("Mon–Fri 9am–6pm, Sat 10am–2pm, Sun closed", saturday),
    ("Open daily 10:00-20:00", daily1020), ("Mon-Fri 9 a.m. to 6 p.m.", weekdays918),
  ]

  @Test("hours are read as people write them", arguments: readable + fromLists)
  func reads(_ text: String, _ expected: String) throws {
    #expect(try Self.week(text) == expected, "\(text)")
  }

  @Test("the text is kept as typed, in NFC")
  func keepsText() throws {
    #expect(try OpeningHours.parse(" пн-пт 9-18 ").text == "пн-пт 9-18")
  }

  static let refused: [(String, String)] = [
    ("", "crm.openingHours.empty"), ("по звонку", "crm.openingHours.unknownWord"),
    ("9", "crm.openingHours.notUnderstood"),
    ("пн-пт", "crm.openingHours.notUnderstood"), ("пн 25:00-26:00", "crm.openingHours.badTime"),
    ("пн 9:75-10:00", "crm.openingHours.badTime"),
    ("Apr-Oct Mo-Fr 09:00-18:00", "crm.openingHours.unknownWord"),
    ("week 1-20 Mo 9-10", "crm.openingHours.unknownWord"), ("Mo-Fr 9-18+", "crm.openingHours.unknownWord"),
    ("пн-пт 9-25", "crm.openingHours.badTime"), ("пн-пт 18-9", "crm.openingHours.endsBeforeStart"),
    ("Mo-Fr 9-5", "crm.openingHours.endsBeforeStart"), ("10-6", "crm.openingHours.endsBeforeStart"),
    ("пн-пт 9-9", "crm.openingHours.endsBeforeStart"), ("Sa 18:00-31:00", "crm.openingHours.badTime"),
    ("пн-пт до 18", "crm.openingHours.notUnderstood"), ("пн-пт с 9", "crm.openingHours.notUnderstood"),
    ("0.375", "crm.openingHours.badTime"), ("2026-12-09", "crm.openingHours.endsBeforeStart"),
    ("сб по договорённости, пн-пт 9-18", "crm.openingHours.unknownWord"),
    ("sunrise-sunset", "crm.openingHours.unknownWord"), ("пн 9-60", "crm.openingHours.badTime"),
    (";;;---", "crm.openingHours.notUnderstood"), ("пн 13pm-15pm", "crm.openingHours.badTime"),
    (String(repeating: "пн 9-10 ", count: 200), "crm.openingHours.tooLong"),
  ]

  @Test("what would be a guess is refused with its reason", arguments: refused)
  func refuses(_ text: String, _ code: String) {
    #expect { try OpeningHours.parse(text) } throws: { ($0 as? OpeningHoursError)?.code == code }
  }

  @Test("whatever the text, the answer is a valid week or an error")
  func survivesAnything() {
    var random = SplitMix(seed: 42)
    let pieces = [
      "пн", "пт", "-", "–", "9", "18:00", "24/7", ",", ";", "обед", "выходной", "кроме", "до", " ", "\n",
      "99", ":", "🕘",
      "e\u{301}", "\u{0}", "ежедневно", "0", "00", "pm", "12", "PH", "(", "/", "7", "48", "24", "do", "сб",
      "Mo",
    ]
    var read = 0
    for _ in 0..<20_000 {
      let text = (0..<Int.random(in: 1...9, using: &random)).map { _ in pieces.randomElement(using: &random)!
      }
      .joined(separator: Bool.random(using: &random) ? " " : "")
      guard let hours = try? OpeningHours.parse(text) else { continue }
      read += 1
      for day in hours.days {
        for window in day {
          #expect(window.start >= 0 && window.start < 86_400 && window.end > window.start, "\(text)")
          #expect(window.end - window.start <= 86_400, "\(text)")
        }
        for (a, b) in zip(day, day.dropFirst()) { #expect(a.end < b.start, "\(text)") }
      }
    }
    #expect(read > 300)
  }
}
