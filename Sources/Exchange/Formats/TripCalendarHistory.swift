import CRM
import Foundation
import Geo
import Store

/// One visit of a trip as a calendar sees it.
struct TripEvent {
  var stop: Stop
  /// Partner, and the number of the visit where one trip visits a partner again: the same in every plan of the trip.
  var key: String
  /// "2026-06-01, 1.3"
  var place: String
  var isWithdrawn = false

  /// The visits of a trip in order.
  static func all(of trip: Trip) -> [TripEvent] {
    var visits: [PartnerID: Int] = [:]
    var events: [TripEvent] = []
    for (index, day) in trip.days.enumerated() {
      for (position, stop) in day.stops.enumerated() {
        let number = visits[stop.partner, default: 0] + 1
        visits[stop.partner] = number
        events.append(
          TripEvent(
            stop: stop, key: "\(stop.partner)" + (number > 1 ? "-\(number)" : ""),
            place: "\(day.date), \(index + 1).\(position + 1)"))
      }
    }
    return events
  }
}

/// What calendars may hold of a trip from before: the plans it had, and how often something was recorded on its stops.
/// Read from the audit trail, which forgets nothing, so that equal databases give equal calendars.
public struct TripCalendarHistory: Sendable {
  /// Records on the stops a partner ever had in the trip.
  var records: [PartnerID: Int] = [:]
  /// When something was recorded on them last.
  private var recorded: [PartnerID: Date] = [:]
  /// When the trip was planned or called off last; nil for no past.
  private(set) var changed: Date?
  /// How often the trip was planned or called off; nil for no past.
  private var changes: Int?
  /// Every plan that was saved, oldest first.
  private var plans: [Trip] = []

  /// No past.
  public init() {}

  /// - Throws: `StoreError`.
  public init(of trip: Trip, in reader: some ReadAccess) throws {
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .millisecondsSince1970
    for row in try reader.audit(entity: "trip", id: trip.id.description) {
      // How far a trip is gone is no change of its events.
      if row.action != "state" {
        changed = max(changed ?? row.at, row.at)
        changes = (changes ?? 0) + 1
      }
      guard row.action == "create" || row.action == "update", let image = row.after else { continue }
      // An image from before a change of the format tells nothing; it is no reason to refuse the calendar.
      if let plan = try? decoder.decode(Trip.self, from: Data(image.utf8)) { plans.append(plan) }
    }
    var known: Set<StopID> = []
    for stop in (plans + [trip]).flatMap(\.days).flatMap(\.stops) where known.insert(stop.id).inserted {
      let rows = try reader.audit(entity: "stop", id: stop.id.description)
      for row in rows {
        records[stop.partner, default: 0] += 1
        recorded[stop.partner] = max(recorded[stop.partner] ?? row.at, row.at)
      }
    }
  }

  /// How often the plan of a trip has changed. Its version also counts visits, which are counted with their stops here.
  func sequence(of trip: Trip) -> Int { max(0, (changes ?? trip.version) - 1) }

  /// When the event of a visit changed last; nil for no past.
  func changed(visitOf partner: PartnerID) -> Date? {
    [changed, recorded[partner]].compactMap { $0 }.max()
  }

  /// Days of earlier plans that the trip has no more, in order.
  func withdrawnDays(from trip: Trip) -> [LocalDate] {
    Set(plans.flatMap(\.days).map(\.date)).subtracting(trip.days.map(\.date)).sorted()
  }

  /// Events of earlier plans that the trip has no more, as they stood last, by time.
  func withdrawn(from trip: Trip) -> [TripEvent] {
    var gone: [String: TripEvent] = [:]
    for plan in plans { for event in TripEvent.all(of: plan) { gone[event.key] = event } }
    for event in TripEvent.all(of: trip) { gone[event.key] = nil }
    return gone.values.sorted { ($0.stop.serviceStart, $0.key) < ($1.stop.serviceStart, $1.key) }
      .map {
        var event = $0
        event.isWithdrawn = true
        return event
      }
  }
}
