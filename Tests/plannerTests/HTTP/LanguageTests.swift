import CRM
import Geo
import Testing

@testable import planner

@Suite("Languages of the pages")
struct LanguageTests {
  @Test(
    "the browser's wish decides, English answers when nothing fits",
    arguments: [
      ("ru", "ru"), ("ru-RU,ru;q=0.9,en;q=0.8", "ru"), ("en-GB,en;q=0.9,ru;q=0.8", "en"), ("de-DE,de", "en"),
      ("de, ru;q=0.4, en;q=0.2", "ru"), ("en;q=0, ru;q=0.1", "ru"), ("*", "en"), ("", "en"), (";;q=,,", "en"),
      ("RU", "ru"),
    ])
  func preferred(header: String, code: String) {
    #expect(Language.preferred(by: header).code == code)
  }

  @Test("no header means English")
  func absent() { #expect(Language.preferred(by: nil).code == "en") }

  @Test(
    "Russian nouns follow their number",
    arguments: [
      (1, "1 точка"), (2, "2 точки"), (5, "5 точек"), (11, "11 точек"), (14, "14 точек"), (21, "21 точка"),
      (22, "22 точки"), (111, "111 точек"), (0, "0 точек"),
    ])
  func plural(count: Int, text: String) { #expect(Language.russian.phrases.stops(count) == text) }

  @Test("lengths and times are written as the language writes them")
  func measures() {
    #expect(Language.english.distance(Metres(850)) == "850\u{A0}m")
    #expect(
      Language.english.distance(Metres(kilometres: 3.25)) == "3.2\u{A0}km"
        || Language.english.distance(Metres(kilometres: 3.25)) == "3.3\u{A0}km")
    #expect(Language.russian.distance(Metres(kilometres: 3.4)) == "3,4\u{A0}км")
    #expect(Language.russian.distance(Metres(kilometres: 12_345)) == "12\u{A0}345\u{A0}км")
    #expect(Language.english.distance(Metres(kilometres: 1_234)) == "1,234\u{A0}km")
    #expect(Language.english.duration(Seconds(7_500)) == "2\u{A0}h\u{A0}5\u{A0}min")
    #expect(Language.english.duration(Seconds(3_599)) == "1\u{A0}h")
    #expect(Language.russian.duration(Seconds(89)) == "1\u{A0}мин")
    #expect(Language.english.decimal(0.04, places: 1) == "0.0")
    #expect(Language.russian.decimal(-2.05, places: 2) == "−2,05")
  }

  @Test("each language names every state and reason", arguments: Language.all.map(\.code))
  func complete(code: String) throws {
    let words = try #require(Language.all.first { $0.code == code }).phrases
    #expect(Set(words.reason.keys) == Set(ReasonCode.allCases))
    #expect(Set(words.visit.keys) == Set(Stop.VisitState.allCases))
    #expect(Set(words.tripState.keys) == Set(Trip.State.allCases))
    #expect(words.mapControls.keys == Language.english.phrases.mapControls.keys)
  }

  /// Every sentence the planner keeps with a reason, with values as they occur, and what the Russian page says.
  static let sentences = [
    ("there is no address", "адреса нет"),
    ("\"ул. Ленина, 1; кв. 2\" was not found", "«ул. Ленина, 1; кв. 2» не найден"),
    ("located to locality, house is wanted", "точность: населённый пункт, нужна: дом"),
    ("until 2026-07-01: ремонт", "до ср 1 июля: ремонт"), ("until 2026-07-01", "до ср 1 июля"),
    ("without end", "бессрочно"), ("without end: спор", "бессрочно: спор"),
    (
      "visited on 2026-05-20, 12 days before; 30 are wanted",
      "последний визит ср 20 мая, дней до поездки: 12, нужно не меньше 30"
    ),
    ("is a stop of \"Запад\"", "точка поездки «Запад»"), ("closed on day 1", "закрыт в день поездки"),
    ("closed on every day of the trip", "закрыт во все дни поездки"),
    (
      "closed on day 1; 2026-07-03 is a public holiday (Independence Day): Sunday hours",
      "закрыт в день поездки; пт 3 июля — праздник, часы как в воскресенье"
    ),
    ("the visit takes 30 min, day 1 has 20 min", "визит длится 30\u{A0}мин, а в дне 1 всего 20\u{A0}мин"),
    ("no road leads there", "дороги туда нет"), ("no road leads on from there", "дороги оттуда нет"),
    (
      "no road leads there and on between any two stops of the plan, the start and the end included",
      "ни между какими двумя точками плана туда не заехать"
    ),
    (
      "on day 2 open 09:00–12:00, 13:00–14:00, reached at 15:10 at the earliest, work ends 18:00",
      "в день 2 открыт 09:00–12:00, 13:00–14:00, доехать можно не раньше 15:10, работа до 18:00"
    ),
    ("no road leads there on a day of its own", "дороги туда нет даже в отдельный день"),
    (
      "no road leads there and to the end of the day on a day of its own",
      "дороги туда и обратно нет даже в отдельный день"
    ),
    (
      "5 h 1 min of driving there, a day allows 5 h",
      "5\u{A0}ч\u{A0}1\u{A0}мин пути туда, в день можно 5\u{A0}ч"
    ),
    (
      "17 min of driving there and 58 h 20 min to the end of the trip fit into no days of the trip",
      "17\u{A0}мин пути туда и 58\u{A0}ч\u{A0}20\u{A0}мин до конца поездки не помещаются ни в какие дни"
    ),
    ("no road leads from there to the end of the trip", "оттуда нет дороги к концу поездки"),
    (
      "9 h of driving there and to the end of the day, a visit of 30 min do not fit into the 9 h of day 1",
      "9\u{A0}ч пути туда и обратно и визит 30\u{A0}мин не помещаются в 9\u{A0}ч дня 1"
    ),
    (
      "8 h of driving there, a visit of 1 h and lunch of 45 min do not fit into the 9 h of day 3",
      "8\u{A0}ч пути туда, визит 1\u{A0}ч и обед 45\u{A0}мин не помещаются в 9\u{A0}ч дня 3"
    ),
    (
      "day 1 has the time, but its other visits would miss their opening hours",
      "в дне 1 время есть, но другие визиты не попадут в свои часы работы"
    ),
    (
      "day 1 has the time, but no place in its order keeps every opening window (here at any time)",
      "в дне 1 время есть, но ни на каком месте не соблюсти часы работы (здесь в любое время)"
    ),
    (
      "no road joins it to the stops of the days that could hold it",
      "дороги к точкам подходящих дней нет"
    ),
    (
      "cheapest on day 2: needs 34 min more than the 12 min left before 18:00",
      "лучше всего в день 2: нужно на 34\u{A0}мин больше, чем осталось до 18:00 (12\u{A0}мин)"
    ),
    (
      "possible only on day 2: adds 1 h of driving, 0 min of 5 h are left",
      "возможен только в день 2: ещё 1\u{A0}ч в пути, осталось 0\u{A0}мин из 5\u{A0}ч"
    ),
    (
      "cheapest on day 1: the day after would no longer reach its stops in time",
      "лучше всего в день 1: на следующий день не успеть к точкам вовремя"
    ),
  ]

  @Test("the numbers behind a reason are told in the page's language", arguments: sentences)
  func details(english: String, russian: String) {
    #expect(Sentences(in: .russian).translated(english) == russian)
    let same = Sentences(in: .english).translated(english)?.replacing("\u{A0}", with: " ")
    #expect(same == english)
  }

  @Test("in English a length of time stays on one line")
  func unbroken() {
    #expect(
      Sentences(in: .english).translated(
        "cheapest on day 2: needs 1 h 3 min more than the 25 min left before 18:00")
        == "cheapest on day 2: needs 1\u{A0}h\u{A0}3\u{A0}min more than the 25\u{A0}min left before 18:00")
  }

  @Test("a sentence of no known form is left to its own language")
  func unknownDetail() {
    let sentences = Sentences(in: .russian)
    for text in ["", "needs more", "until ", "closed on day 1; and so on", "\"x\" was not found here"] {
      #expect(sentences.translated(text) == (text.isEmpty ? "" : nil))
    }
  }

  @Test("a day is named with its weekday")
  func date() {
    let day = LocalDate(year: 2026, month: 12, day: 14)!
    #expect(Language.english.date(day) == "Mon 14 December")
    #expect(Language.russian.date(day) == "пн 14 декабря")
  }
}
