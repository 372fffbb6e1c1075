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
    #expect(Language.english.duration(Seconds(7_500)) == "2\u{A0}h 5\u{A0}min")
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

  @Test("a day is named with its weekday")
  func date() {
    let day = LocalDate(year: 2026, month: 12, day: 14)!
    #expect(Language.english.date(day) == "Mon 14 December")
    #expect(Language.russian.date(day) == "пн 14 декабря")
  }
}
