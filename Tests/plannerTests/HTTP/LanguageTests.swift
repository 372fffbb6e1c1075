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
    ("is a stop of \"Запад\"", "точка поездки «Запад»"), ("closed on 2026-07-03", "закрыт пт 3 июля"),
    ("is a stop of \"«Запад» и К\"", "точка поездки «„Запад“ и К»"),
    ("is a stop of another trip", "точка другой поездки"),
    ("closed on every day of the trip", "закрыт во все дни поездки"),
    ("closed on 2026-07-03, the only one asked for", "пт 3 июля, в единственный назначенный день, закрыт"),
    (
      "closed on the days asked for: 2026-07-03, 2026-07-06",
      "закрыт во все назначенные дни: пт 3 июля, пн 6 июля"
    ),
    (
      "closed on 2026-07-03; 2026-07-03 is a public holiday (Orthodox Easter): Sunday hours",
      "закрыт пт 3 июля; пт 3 июля — праздник (Пасха православная), часы как в воскресенье"
    ),
    ("closed, public holiday \"Russia Day (observed)\"", "закрыт: праздник «День России»"),
    (
      "the visit takes 30 min, 2026-07-03 has 20 min",
      "визит длится 30\u{A0}мин, а на пт 3 июля отведено всего 20\u{A0}мин"
    ),
    ("no road leads there", "дороги туда нет"), ("no road leads on from there", "дороги оттуда нет"),
    (
      "no road leads there and on between any two stops of the plan, the start and the end included",
      "ни между какими двумя точками плана туда не заехать"
    ),
    (
      "on 2026-07-03 open 09:00–12:00, 13:00–14:00, reached at 15:10 at the earliest, the visit takes 1 h; ends 2 h 10 min after it closes",
      "пт 3 июля открыт 09:00–12:00, 13:00–14:00, доехать можно не раньше 15:10, визит длится 1\u{A0}ч; кончится на 2\u{A0}ч\u{A0}10\u{A0}мин позже закрытия"
    ),
    (
      "the appointment on 2026-07-03 is at 18:30, reached at 09:10 at the earliest, the visit takes 30 min; the day ends 1 h too late",
      "встреча назначена на пт 3 июля, 18:30, доехать можно не раньше 09:10, визит длится 30\u{A0}мин; день кончится на 1\u{A0}ч позже, чем можно"
    ),
    (
      "even alone on 2026-07-03: 10 h of driving and 600 km; the day ends 1 h 30 min too late",
      "даже отдельно, пт 3 июля: 10\u{A0}ч в пути и 600\u{A0}км; день кончится на 1\u{A0}ч\u{A0}30\u{A0}мин позже, чем можно"
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
      "9 h of driving there, a visit of 30 min do not fit into the 9 h of 2026-07-03",
      "9\u{A0}ч пути туда и визит 30\u{A0}мин не помещаются в 9\u{A0}ч, отведённые на пт 3 июля"
    ),
    (
      "8 h of driving there, a visit of 1 h and lunch of 45 min do not fit into the 9 h of 2026-07-03",
      "8\u{A0}ч пути туда, визит 1\u{A0}ч и обед 45\u{A0}мин не помещаются в 9\u{A0}ч, отведённые на пт 3 июля"
    ),
    (
      "no road joins it to the stops of the days that could hold it",
      "дороги к точкам подходящих дней нет"
    ),
    (
      "best on 2026-07-03, place 3: 24 min of driving and 18 km more; the day ends 12 min too late",
      "лучше всего пт 3 июля, место 3: ещё 24\u{A0}мин в пути и 18\u{A0}км; день кончится на 12\u{A0}мин позже, чем можно"
    ),
    (
      "possible only on 2026-07-03, place 1: 1 h of driving and 60 km more; \"Аист\" would end 5 min after it closes",
      "возможен только пт 3 июля, место 1: ещё 1\u{A0}ч в пути и 60\u{A0}км; визит к «Аист» кончится на 5\u{A0}мин позже закрытия"
    ),
    ("only possible on 2026-07-03, which is over", "возможен только пт 3 июля, а этот день прошёл"),
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
        "best on 2026-07-03, place 2: 25 min of driving and 9 km more; the day ends 1 h 3 min too late")
        == "best on 2026-07-03, place 2: 25\u{A0}min of driving and 9 km more; the day ends 1\u{A0}h\u{A0}3\u{A0}min too late"
    )
  }

  @Test("a sentence of no known form is left to its own language")
  func unknownDetail() {
    let sentences = Sentences(in: .russian)
    for text in ["", "needs more", "until ", "shut for good; and so on", "\"x\" was not found here"] {
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
