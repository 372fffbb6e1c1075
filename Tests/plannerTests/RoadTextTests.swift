import CRM
import Geo
import Testing

@testable import planner

@Suite("What people read of the roads under a trip")
struct RoadTextTests {
  /// The sample trip on roads, all legs but the first so many.
  private static func view(estimated: Int) -> TripView {
    var view = SampleTrip.view
    view.trip.matrix = .roads
    var count = 0
    for day in view.trip.days.indices {
      for leg in view.trip.days[day].legs.indices {
        view.trip.days[day].legs[leg].source = count < estimated ? .greatCircle : .roads
        count += 1
      }
    }
    return view
  }

  private static func summary(_ trip: Trip) -> String {
    String(TripText.summary(trip).prefix { $0 != "\n" })
  }

  @Test("the summary says how many legs are estimated")
  func summary() {
    let line = "7 visits in 2 days, 798 km, 10 h 00 min driving "
    #expect(Self.summary(SampleTrip.view.trip) == line + "(estimated from straight lines)")
    #expect(Self.summary(Self.view(estimated: 0).trip) == line + "(on roads)")
    #expect(Self.summary(Self.view(estimated: 3).trip) == line + "(on roads; 3 of 8 legs estimated)")
  }

  private static func page(_ view: TripView, _ language: Language) throws -> String {
    try PageRenderer(versions: .init()).trip(
      view, among: [SampleTrip.head], in: PageFrame(language: language))
  }

  @Test("the page says it in both languages, with the share of the way, and explains the dashes")
  func page() throws {
    let partly = Self.view(estimated: 3)
    let english = try Self.page(partly, .english)
    #expect(
      english.contains(
        "<li class=\"quiet\">Distances on roads, partly estimated: 3 of 8 drives, 27\u{A0}% of the way</li>"))
    #expect(english.contains("<span class=\"dashes\"></span>Estimated</span>"))
    let russian = try Self.page(partly, .russian)
    #expect(
      russian.contains("Расстояния по дорогам, частично оценка: 3 из 8 переездов, 27\u{A0}% пути</li>"))
    #expect(russian.contains("<span class=\"dashes\"></span>Оценка</span>"))
  }

  @Test("a page wholly on roads says no more, and one without roads says so")
  func whole() throws {
    let onRoads = try Self.page(Self.view(estimated: 0), .english)
    #expect(onRoads.contains("<li class=\"quiet\">Distances on roads</li>"))
    #expect(!onRoads.contains("class=\"dashes\""))
    let estimated = try Self.page(SampleTrip.view, .russian)
    #expect(estimated.contains("Расстояния по дуге большого круга с поправкой на дороги"))
    #expect(!estimated.contains("class=\"dashes\""))
  }

  @Test("a small part is never nothing, a large one never all")
  func edges() throws {
    var view = Self.view(estimated: 1)
    view.trip.days[0].legs[0].metres = Metres(10)
    #expect(try Self.page(view, .english).contains("1 of 8 drives, 1\u{A0}% of the way"))
    view = Self.view(estimated: 7)
    view.trip.days[1].legs[3].metres = Metres(10)
    #expect(try Self.page(view, .english).contains("7 of 8 drives, 99\u{A0}% of the way"))
  }

  @Test("where nobody drives there is nothing to estimate")
  func still() {
    var view = Self.view(estimated: 1)
    view.trip.days[0].legs[0].metres = .zero
    let estimate = view.trip.estimate
    #expect(estimate.drives == 7 && estimate.estimated == 0 && estimate.share == 0)
  }
}
