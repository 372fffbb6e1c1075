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

  @Test("hours are read as people write them", arguments: readable)
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
