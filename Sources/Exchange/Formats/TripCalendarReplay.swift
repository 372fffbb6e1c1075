import CRM
import Foundation
import Geo
import Store

/// What an event shows of its trip: where two of them differ, the event has changed.
struct TripEventFace: Hashable {
  /// Whom one visits; nil for a day.
  var partner: PartnerID?
  /// In whose calendar it stands.
  var responsible: UserID?
  var title: String
  /// "2026-06-01, 1.3" of a visit, "1/5" of a day.
  var place: String
  var status: String
  /// In whole seconds, as calendars have them.
  var start: Int64 = 0
  var end: Int64 = 0
  var name = ""
  /// Latitude and longitude in units of the last digit of GEO.
  var location: [Double] = []
  /// Of a visit what came of it, of a day its visits.
  var text = ""
  var isWithdrawn = false

  /// By ``TripEvent/key`` and ``key(day:)``.
  static func all(of trip: Trip) -> [String: TripEventFace] {
    var faces: [String: TripEventFace] = [:]
    for event in TripEvent.all(of: trip) {
      let stop = event.stop
      faces[event.key] = TripEventFace(
        partner: stop.partner, responsible: trip.responsible, title: trip.title, place: event.place,
        status: TripCalendar.status(stop.visit, trip.state), start: seconds(stop.serviceStart),
        end: seconds(stop.departure), name: stop.name,
        location: [stop.coordinate.latitude, stop.coordinate.longitude].map { ($0 * 1e7).rounded() },
        text: stop.outcome)
    }
    let clock = ExportClock(trip.timeZone)
    for (index, day) in trip.days.enumerated() {
      faces[key(day: day.date)] = TripEventFace(
        partner: nil, responsible: trip.responsible, title: trip.title,
        place: "\(index + 1)/\(trip.days.count)", status: TripCalendar.status(.planned, trip.state),
        text: ManagerCalendar.list(of: day, clock))
    }
    return faces
  }

  static func key(day: LocalDate) -> String { "day-\(day)" }

  /// The file keeps milliseconds, what was sent to it may have had more.
  private static func seconds(_ instant: Date) -> Int64 {
    Int64(((instant.timeIntervalSince1970 * 1000).rounded() / 1000).rounded(.down))
  }
}

/// Address and telephone of a partner as its audit rows tell them.
struct PartnerReach {
  private struct Image: Decodable {
    struct Address: Decodable { var type, text: String }
    struct Point: Decodable { var kind, value: String }
    struct Person: Decodable { var contactPoints: [Point] }
    var addresses: [Address]?
    var contactPoints: [Point]?
    var people: [Person]?
  }
  private var addresses: [Image.Address] = []
  private var points: [Image.Point] = []
  private var people: [Image.Person] = []

  /// Those of ``PartnerSummary``.
  var shown: [String?] {
    let phone = ContactPoint.Kind.phone.rawValue
    let own = points.first { $0.kind == phone }
    let others = people.flatMap { $0.contactPoints.enumerated().filter { $0.element.kind == phone } }
    let address = addresses.first { $0.type == Address.AddressType.physical.rawValue } ?? addresses.first
    return [address?.text, (own ?? others.min { $0.offset < $1.offset }?.element)?.value]
  }

  mutating func follow(_ row: AuditRow) {
    guard ["create", "update", "import.undo.restore"].contains(row.action) else { return }
    // Rows hold the fields that differ; one that is empty is left out.
    let before = TripCalendarReplay.decoded(Image.self, row.before)
    guard let after = TripCalendarReplay.decoded(Image.self, row.after) else { return }
    if before?.addresses != nil || after.addresses != nil { addresses = after.addresses ?? [] }
    if before?.contactPoints != nil || after.contactPoints != nil { points = after.contactPoints ?? [] }
    if before?.people != nil || after.people != nil { people = after.people ?? [] }
  }
}

/// Follows a trip through the rows of the audit trail, in their order, and notes for each event when it changed last and
/// what the count of plans and records was then.
struct TripCalendarReplay {
  struct Mark: Hashable, Sendable {
    var sequence: Int
    var changed: Date
  }
  /// By ``TripEvent/key`` and ``TripEventFace/key(day:)``, withdrawn events too.
  private(set) var marks: [String: Mark] = [:]
  private var shown: [String: TripEventFace] = [:]
  private var plan: Trip?
  /// How often the trip was planned again or called off; nil before its first plan.
  private var plans: Int?
  /// When that was last.
  private var planned: Date?
  /// Records on the stops of a partner, and changes of how it is reached.
  private var records: [PartnerID: Int] = [:]
  private var reaches: [PartnerID: PartnerReach] = [:]

  private struct StateImage: Decodable { var state: Trip.State }
  private struct StopImage: Decodable {
    var visit: Stop.VisitState
    var outcome: String?
  }

  /// - Parameter image: the plan that was saved; nil when the row has none, or one that cannot be read.
  mutating func follow(trip row: AuditRow, plan image: Trip?) {
    // How far a trip is gone is no change of its plan.
    if row.action != "state" { count(at: row.at) }
    switch row.action {
    case "create", "update":
      plan = image
      if let image { show(image, at: row.at) } else { forget(at: row.at) }
    default:
      guard let after = Self.decoded(StateImage.self, row.after) else { return }
      plan?.state = after.state
      if let plan { show(plan, at: row.at) }
    }
  }

  mutating func follow(stop row: AuditRow, of partner: PartnerID) {
    records[partner, default: 0] += 1
    let told = Self.decoded(StopImage.self, row.after)
    if let told, let id = StopID(row.id) { record(told, on: id) }
    for (key, face) in shown where face.partner == partner && !face.isWithdrawn {
      var after = face
      if let told, let plan {
        after.status = TripCalendar.status(told.visit, plan.state)
        after.text = told.outcome ?? face.text
      } else {
        after.status = ""
      }
      guard after != face else { continue }
      shown[key] = after
      touch(key, at: row.at)
    }
  }

  private mutating func record(_ told: StopImage, on id: StopID) {
    guard let days = plan?.days else { return }
    for (number, day) in days.enumerated() {
      guard let position = day.stops.firstIndex(where: { $0.id == id }) else { continue }
      plan?.days[number].stops[position].visit = told.visit
      if let outcome = told.outcome { plan?.days[number].stops[position].outcome = outcome }
      return
    }
  }

  mutating func follow(partner row: AuditRow, of partner: PartnerID) {
    var reach = reaches[partner] ?? PartnerReach()
    let before = reach.shown
    reach.follow(row)
    reaches[partner] = reach
    guard plans != nil, reach.shown != before else { return }
    records[partner, default: 0] += 1
    for (key, face) in shown where face.partner == partner && !face.isWithdrawn { touch(key, at: row.at) }
  }

  /// The trip was taken from whoever had it.
  mutating func end(at instant: Date) {
    count(at: instant)
    for (key, face) in shown where !face.isWithdrawn { touch(key, at: instant) }
  }

  /// What the trail did not tell of the trip as it is came with its last change.
  mutating func settle(_ trip: Trip) {
    if let planned { show(trip, at: planned) }
  }

  private mutating func count(at instant: Date) {
    plans = plans.map { $0 + 1 } ?? 0
    planned = instant
  }

  private mutating func show(_ trip: Trip, at instant: Date) {
    let faces = TripEventFace.all(of: trip)
    for (key, face) in faces where shown[key] != face {
      shown[key] = face
      touch(key, at: instant)
    }
    for (key, face) in shown where faces[key] == nil && !face.isWithdrawn {
      shown[key]?.isWithdrawn = true
      touch(key, at: instant)
    }
  }

  /// Nobody knows what the events show from here on: all have changed, and do again with the next plan.
  private mutating func forget(at instant: Date) {
    for (key, face) in shown where !face.isWithdrawn {
      shown[key]?.status = ""
      touch(key, at: instant)
    }
  }

  private mutating func touch(_ key: String, at instant: Date) {
    let told = shown[key]?.partner.flatMap { records[$0] } ?? 0
    let before = marks[key]
    marks[key] = Mark(
      sequence: max(before?.sequence ?? 0, (plans ?? 0) + told),
      changed: max(before?.changed ?? instant, instant))
  }

  /// An image of the trail; nil when there is none, or one from before a change of the format.
  static func decoded<Image: Decodable>(_ type: Image.Type, _ text: String?) -> Image? {
    guard let text else { return nil }
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .millisecondsSince1970
    return try? decoder.decode(type, from: Data(text.utf8))
  }
}
