import CRM
import Geo
import Planning
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
}
