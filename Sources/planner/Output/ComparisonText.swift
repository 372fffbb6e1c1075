import CRM
import Foundation
import Geo
import Planning

/// Two trips side by side as a manager reads them.
enum ComparisonText {
  static func table(_ comparison: TripComparison, isFresh: Bool) -> String {
    var table = TextTable([
      .init(title: ""), .init(title: "First", alignment: .right),
      .init(title: isFresh ? "Planned now" : "Second", alignment: .right),
      .init(title: "More", alignment: .right),
    ])
    let (a, b) = (comparison.first, comparison.second)
    func count(_ name: String, _ first: Int, _ second: Int) {
      table.add([name, "\(first)", "\(second)", sign(second - first) + "\(abs(second - first))"])
    }
    func length(_ name: String, _ first: Seconds, _ second: Seconds) {
      table.add([
        name, TripText.duration(first), TripText.duration(second), TripText.signed(second - first),
      ])
    }
    count("Visits", a.visits, b.visits)
    count("Left out", a.leftOut, b.leftOut)
    table.add([
      "km", TripText.kilometres(a.metres), TripText.kilometres(b.metres),
      TripText.signed(b.metres - a.metres),
    ])
    length("Driving", a.seconds, b.seconds)
    length("After working hours", a.overtime, b.overtime)
    return table.render()
  }

  /// A line for each stop that is new, gone or moved; empty when there is none.
  static func changes(_ comparison: TripComparison) -> String {
    var lines = comparison.added.map { stop in
      "Added: \(stop.name)" + (stop.after.map { ", " + place($0) } ?? "")
    }
    lines += comparison.removed.map { stop in
      "Gone: \(stop.name)" + (stop.before.map { ", " + place($0) } ?? "")
        + (stop.reason.map { " (\($0.rawValue))" } ?? "")
    }
    lines += comparison.moved.map { stop in
      "Moved: \(stop.name), \(stop.before.map(place) ?? "")"
        + (stop.before == stop.after
          ? " as before, between other visits" : " → \(stop.after.map(place) ?? "")")
    }
    return lines.joined(separator: "\n")
  }

  private static func place(_ place: TripComparison.Place) -> String {
    "\(place.date) place \(place.position)"
  }

  private static func sign(_ value: Int) -> String { value < 0 ? "−" : value > 0 ? "+" : "" }
}

/// The answer of `trip compare`.
struct ComparisonJSON: Encodable {
  struct Side: Encodable {
    var title: String
    var visits: Int
    var leftOut: Int
    var metres: Double
    var seconds: Int
    var overtimeSeconds: Int
    init(_ side: TripComparison.Side) {
      title = side.title
      visits = side.visits
      leftOut = side.leftOut
      metres = side.metres.value
      seconds = side.seconds.value
      overtimeSeconds = side.overtime.value
    }
  }
  struct Place: Encodable {
    var date: LocalDate
    var position: Int
  }
  struct Stop: Encodable {
    var partner: String
    var name: String
    @OrNull var before: Place?
    @OrNull var after: Place?
    var reason: String?
    init(_ stop: TripComparison.Stop) {
      partner = stop.partner.description
      name = stop.name
      before = stop.before.map { Place(date: $0.date, position: $0.position) }
      after = stop.after.map { Place(date: $0.date, position: $0.position) }
      reason = stop.reason?.rawValue
    }
  }
  var first: Side
  var second: Side
  /// Of the second less the first.
  var metres: Double
  var seconds: Int
  var added: [Stop]
  var removed: [Stop]
  var moved: [Stop]
  /// Share of the second's legs that the first does not drive, 0 … 1.
  var newLegs: Double

  init(_ comparison: TripComparison) {
    first = Side(comparison.first)
    second = Side(comparison.second)
    metres = comparison.second.metres.value - comparison.first.metres.value
    seconds = comparison.second.seconds.value - comparison.first.seconds.value
    added = comparison.added.map(Stop.init)
    removed = comparison.removed.map(Stop.init)
    moved = comparison.moved.map(Stop.init)
    newLegs = (comparison.newLegs * 1000).rounded() / 1000
  }
}
