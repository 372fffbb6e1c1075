import CRM
import Foundation
import Geo
import Planning

/// Machine-readable answers: one JSON object on one line, keys sorted, so equal answers are equal bytes.
enum JSONOutput {
  static func print(_ value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    Session.print(String(decoding: try encoder.encode(value), as: UTF8.self))
  }

  /// ISO 8601 with the offset of the zone: `2026-06-01T09:12:00+03:00`.
  static func time(_ instant: Date, in zone: TimeZone) -> String {
    let offset = zone.secondsFromGMT(for: instant)
    let local = Int(instant.timeIntervalSince1970.rounded()) + offset
    let day = LocalDate(daysSinceEpoch: local >= 0 ? local / 86_400 : (local - 86_399) / 86_400)
    let seconds = local - day.daysSinceEpoch * 86_400
    func two(_ n: Int) -> String { n < 10 ? "0\(n)" : "\(n)" }
    let clock = "\(two(seconds / 3600)):\(two(seconds / 60 % 60)):\(two(seconds % 60))"
    let minutes = abs(offset) / 60
    let sign = offset < 0 ? "-" : "+"
    return "\(day)T\(clock)\(offset == 0 ? "Z" : "\(sign)\(two(minutes / 60)):\(two(minutes % 60))")"
  }
}

/// A member that is always there: null when its value is not known.
@propertyWrapper
struct OrNull<Value: Encodable>: Encodable {
  private var value: Value?
  var wrappedValue: Value? {
    get { value }
    set { value = newValue }
  }

  init(wrappedValue: Value?) { value = wrappedValue }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if let value { try container.encode(value) } else { try container.encodeNil() }
  }
}

extension OrNull: Sendable where Value: Sendable {}

/// A GeoJSON line inside an answer, in two where it crosses the 180th meridian (RFC 7946 §3.1.9).
struct LineJSON: Encodable {
  private var pieces: [[[Double]]]

  private enum Key: String, CodingKey { case type, coordinates }

  init(_ line: LineString) {
    pieces = line.cutAtAntimeridian().map { piece in
      piece.points.map { [Self.rounded($0.longitude), Self.rounded($0.latitude)] }
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    if pieces.count == 1 {
      try container.encode("LineString", forKey: .type)
      try container.encode(pieces[0], forKey: .coordinates)
    } else {
      try container.encode("MultiLineString", forKey: .type)
      try container.encode(pieces, forKey: .coordinates)
    }
  }

  /// Seven decimals, a centimetre (RFC 7946 §11.2).
  private static func rounded(_ degrees: Double) -> Double { (degrees * 1e7).rounded() / 1e7 }
}

/// The answer of `plan` and `trip show`.
struct TripJSON: Encodable {
  struct Day: Encodable {
    var date: LocalDate
    var start: String
    var end: String
    var lunch: String?
    var stops: [StopJSON]
    var legs: [LegJSON]
    /// Where the night after the day is spent, when that is neither home nor at the last stop.
    var lodging: LodgingJSON?
  }
  struct LodgingJSON: Encodable {
    var label: String
    var latitude: Double
    var longitude: Double
    var partner: String?
    init(_ lodging: Lodging) {
      label = lodging.place.label
      latitude = lodging.place.coordinate.latitude
      longitude = lodging.place.coordinate.longitude
      partner = lodging.partner?.description
    }
  }
  struct StopJSON: Encodable {
    var id: String
    var partner: String
    var name: String
    var latitude: Double
    var longitude: Double
    var arrival: String
    var serviceStart: String
    var departure: String
    var locked: Bool
    var visit: String
    var outcome: String
    /// When the manager came; only of stops somebody came to.
    var arrivedAt: String?
    /// Why the visit was not made; only of skipped stops of which it was told.
    var missReason: String?
  }
  struct LegJSON: Encodable {
    var metres: Double
    var seconds: Int
    /// `roads`, or `greatCircle` where the drive is estimated.
    var source: String
    var geometry: LineJSON
  }
  struct Left: Encodable {
    var partner: String
    var name: String
    var latitude: Double?
    var longitude: Double?
    var reason: String
    var detail: String
    /// The request says it must be visited.
    var mustVisit: Bool
    /// The best place on each day and what it would break; empty for who never came before the optimiser.
    var obstacles: [Obstacle]

    struct Obstacle: Encodable {
      var date: LocalDate
      /// Place in the order of the day, from 1.
      var position: Int
      var addedSeconds: Int
      var addedMetres: Double
      /// Empty when the partner fits there.
      var breaks: [Broken]
      var detail: String
    }
    struct Broken: Encodable {
      var rule: String
      /// Seconds, metres for `maxDistance`.
      var amount: Int
      /// The other partner whose rule breaks, or the holiday.
      var name: String?
    }
  }
  struct PlaceJSON: Encodable {
    var label: String
    var latitude: Double
    var longitude: Double
    init(_ place: Place) {
      label = place.label
      latitude = place.coordinate.latitude
      longitude = place.coordinate.longitude
    }
  }

  var id: String
  var title: String
  var state: String
  var timeZone: String
  var start: PlaceJSON
  var end: PlaceJSON?
  var days: [Day]
  var unassigned: [Left]
  var metres: Double
  var seconds: Int
  @OrNull var lowerBoundSeconds: Int?
  @OrNull var gapPercent: Double?
  @OrNull var givenOrderSeconds: Int?
  var matrix: String

  init(_ trip: Trip) {
    let zone = TimeZone(identifier: trip.timeZone) ?? .gmt
    func time(_ instant: Date) -> String { JSONOutput.time(instant, in: zone) }
    id = trip.id.description
    title = trip.title
    state = trip.state.rawValue
    timeZone = trip.timeZone
    start = PlaceJSON(trip.start)
    end = trip.end.map(PlaceJSON.init)
    days = trip.days.map { day in
      Day(
        date: day.date, start: time(day.start), end: time(day.end), lunch: day.lunch.map(time),
        stops: day.stops.map { stop in
          StopJSON(
            id: stop.id.description, partner: stop.partner.description, name: stop.name,
            latitude: stop.coordinate.latitude, longitude: stop.coordinate.longitude,
            arrival: time(stop.arrival), serviceStart: time(stop.serviceStart),
            departure: time(stop.departure), locked: stop.locked, visit: stop.visit.rawValue,
            outcome: stop.outcome, arrivedAt: stop.arrivedAt.map(time), missReason: stop.missReason?.rawValue)
        },
        legs: day.legs.map {
          LegJSON(
            metres: $0.metres.value, seconds: $0.seconds.value, source: $0.source.rawValue,
            geometry: LineJSON($0.geometry))
        }, lodging: day.lodging.map(LodgingJSON.init))
    }
    let must = trip.mustVisits
    unassigned = trip.unassigned.map { Left($0, must: must) }
    metres = trip.metres.value
    seconds = trip.seconds.value
    lowerBoundSeconds = trip.lowerBoundSeconds?.value
    gapPercent = trip.gapPercent.map { ($0 * 100).rounded() / 100 }
    givenOrderSeconds = trip.givenOrderSeconds?.value
    matrix = trip.matrix.rawValue
  }
}

extension TripJSON.Left {
  init(_ left: UnassignedStop, must: Set<PartnerID>) {
    partner = left.partner.description
    name = left.name
    latitude = left.coordinate?.latitude
    longitude = left.coordinate?.longitude
    reason = left.reason.rawValue
    detail = left.detail
    mustVisit = must.contains(left.partner)
    obstacles = left.obstacles.map { day in
      Obstacle(
        date: day.date, position: day.position, addedSeconds: day.addedSeconds.value,
        addedMetres: day.addedMetres.value.rounded(),
        breaks: day.breaks.map { Broken(rule: $0.rule.rawValue, amount: $0.amount, name: $0.name) },
        detail: ObstacleText.sentence(day))
    }
  }
}
