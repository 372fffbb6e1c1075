import CRM
import Geo
import Planning

/// Plans to choose from, as a manager reads them.
enum AlternativeText {
  static func table(_ trips: [Trip], chosen: Int) -> String {
    var table = TextTable([
      .init(title: "Plan", alignment: .right), .init(title: "Visits", alignment: .right),
      .init(title: "km", alignment: .right), .init(title: "Driving", alignment: .right),
      .init(title: "Other legs", alignment: .right), .init(title: ""),
    ])
    for (index, trip) in trips.enumerated() {
      let other = AlternativeJSON(trip, best: trips[0])
      table.add([
        "\(index + 1)", "\(other.visits)", TripText.kilometres(trip.metres), TripText.duration(trip.seconds),
        "\(Int((other.newLegs * 100).rounded())) %", index + 1 == chosen ? "shown above" : "",
      ])
    }
    let hint =
      trips.count == 1
      ? "No other plan differs really and is little worse"
      : "--choose N shows another of them, with --save it is kept"
    return table.render() + "\n" + hint
  }
}

/// One of the plans to choose from.
struct AlternativeJSON: Encodable {
  struct Day: Encodable {
    var date: LocalDate
    var partners: [String]
  }
  var visits: Int
  var metres: Double
  var seconds: Int
  /// Share of its legs that the best plan does not drive, 0 … 1.
  var newLegs: Double
  var days: [Day]

  init(_ trip: Trip, best: Trip) {
    visits = trip.days.reduce(0) { $0 + $1.stops.count }
    metres = trip.metres.value
    seconds = trip.seconds.value
    newLegs = (try? TripComparison(best, trip)).map { ($0.newLegs * 1000).rounded() / 1000 } ?? 0
    days = trip.days.map { Day(date: $0.date, partners: $0.stops.map(\.partner.description)) }
  }
}
