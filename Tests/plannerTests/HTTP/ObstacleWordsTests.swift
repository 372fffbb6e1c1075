import CRM
import Geo
import Planning
import Routing
import Testing

@testable import planner

@Suite("What stands in the way is said in every language")
struct ObstacleWordsTests {
  static func obstacle(_ breaks: [DayObstacle.Broken]) -> DayObstacle {
    DayObstacle(
      date: LocalDate(year: 2026, month: 6, day: 1)!, position: 3, addedSeconds: Seconds(1440),
      addedMetres: Metres(18_000), breaks: breaks)
  }

  @Test(
    "each rule, of the partner and of another", arguments: DayObstacle.Rule.allCases, [nil, "Вояж; и ко"])
  func russian(rule: DayObstacle.Rule, name: String?) throws {
    for amount in [0, 720] {
      let english = ObstacleText.sentence(Self.obstacle([.init(rule, by: amount, name: name)]))
      // A name with a semicolon makes no sentence of its own; such a list stays in English.
      guard name == nil else { continue }
      let own = try #require(Sentences(in: .russian).translated(english), "\(english)")
      #expect(own.hasPrefix("пн 1 июня, место 3: ещё 24\u{A0}мин в пути и 18\u{A0}км; "))
    }
    let named = ObstacleText.sentence(Self.obstacle([.init(rule, by: 720, name: "Вояж")]))
    #expect(Sentences(in: .russian).translated(named) != nil, "\(named)")
  }

  @Test("in words a person would use")
  func words() {
    let russian = Sentences(in: .russian)
    #expect(
      russian.translated("the day ends 12 min too late; \"Вояж\" would be 1 h 5 min late")
        == "день кончится на 12\u{A0}мин позже, чем можно; на визит к «Вояж» опоздание 1\u{A0}ч\u{A0}5\u{A0}мин"
    )
    #expect(
      russian.translated("closed, public holiday \"Labor Day\"") == "закрыт: праздник «Праздник труда»")
    #expect(russian.translated("the day goes 15 km too far") == "на 15\u{A0}км больше, чем можно в день")
  }

  @Test(
    "what an own order breaks",
    arguments: [
      "ends at 19:10, work ends at 18:00",
      "ends at 19:10, work ends at 18:00 with at most 30 min of overtime",
      "leaves at 07:00, work starts at 09:00", "closed that day", "waited for 1 h, at most 30 min allowed",
      "10:00 to 10:30 is outside its hours 12:00–13:00, 14:00–18:00", "drives 9 h, at most 8 h allowed",
      "covers 610.3 km, at most 500.0 km allowed", "point 12 cannot be reached from 3",
      "may be made only on 2026-06-01, 2026-06-03, 2026-06-04",
      "lunch from 12:40 runs into the visit at 13:00",
      "no lunch, and 09:00 to 18:00 leaves no free 45 min in 12:00–14:00",
      "lunch from 11:00 for 45 min is outside 12:00–14:00",
      "lunch from 08:00 is outside the day, 09:00 to 18:00", "may be made only on 2026-06-01, 2026-06-03",
      "starts at 11:00, agreed is 2026-06-02 at 10:00", "stands at place 3 of 4",
      "the place is visited earlier that day", "\"Вояж\" is not made before it", "\"Вояж\" comes later",
    ])
  func broken(english: String) throws {
    let own = try #require(Sentences(in: .russian).translated(english))
    #expect(own.firstMatch(of: /[a-z]/) == nil, "\(own)")
  }

  @Test("every rule that an order of stops can break has its words in every language")
  func rules() {
    let never: Set<Violation.Kind> = [
      .dayCount, .unknownVisit, .visitedTwice, .leftOutTwice, .visitLost, .startPoint, .endPoint,
      .arrivalTime,
      .serviceTime, .endTime, .lunchUnasked, .dayDriving, .dayDistance, .tripDriving, .tripDistance,
      .lowerBound, .history,
    ]
    for language in Language.all {
      let words = language.phrases.planning.rules
      #expect(Set(words.keys) == Set(Violation.Kind.allCases).subtracting(never))
    }
  }
}
