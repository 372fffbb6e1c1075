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

/// What calendars may hold of a trip from before: the plans it had, and for each event when it changed last. Read from the
/// audit trail, which forgets nothing, so that equal databases give equal calendars.
///
/// The count of an event is that of the trip's plans and of the records on its partner's stop at the time of its last
/// change (docs/decisions/0030): what an event does not show moves nothing.
public struct TripCalendarHistory: Sendable {
  private var marks: [String: TripCalendarReplay.Mark] = [:]
  /// Every plan that was saved, oldest first.
  private var plans: [Trip] = []

  /// No past.
  public init() {}

  /// - Throws: `StoreError`.
  public init(of trip: Trip, in reader: some ReadAccess) throws {
    try self.init(of: trip, endedBy: nil, in: reader)
  }

  /// - Parameter end: the change that took the trip from whoever had it; what came later does not count.
  /// - Throws: `StoreError`.
  init(of trip: Trip, endedBy end: AuditRow?, in reader: some ReadAccess) throws {
    var rows = try reader.audit(entity: "trip", id: trip.id.description)
    if let end { rows.removeAll { $0.number >= end.number } }
    var images: [Int64: Trip] = [:]
    for row in rows where row.action == "create" || row.action == "update" {
      // An image from before a change of the format tells nothing; it is no reason to refuse the calendar.
      guard let plan = TripCalendarReplay.decoded(Trip.self, row.after) else { continue }
      images[row.number] = plan
      plans.append(plan)
    }
    var partners: [StopID: PartnerID] = [:]
    for stop in (plans + [trip]).flatMap(\.days).flatMap(\.stops) { partners[stop.id] = stop.partner }
    for stop in partners.keys { rows += try reader.audit(entity: "stop", id: stop.description) }
    for partner in Set(partners.values) {
      rows += try reader.audit(entity: "partner", id: partner.description)
    }
    if let end { rows.removeAll { $0.number >= end.number } }
    var replay = TripCalendarReplay()
    for row in rows.sorted(by: { $0.number < $1.number }) {
      switch row.entity {
      case "trip": replay.follow(trip: row, plan: images[row.number])
      case "stop":
        if let partner = StopID(row.id).flatMap({ partners[$0] }) { replay.follow(stop: row, of: partner) }
      default: if let partner = PartnerID(row.id) { replay.follow(partner: row, of: partner) }
      }
    }
    if let end { replay.end(at: end.at) }
    replay.settle(trip)
    marks = replay.marks
  }

  /// SEQUENCE of an event; for a trip without a past what its version says.
  func sequence(of key: String, in trip: Trip) -> Int { marks[key]?.sequence ?? max(0, trip.version - 1) }

  /// When an event changed last; nil for no past.
  func changed(_ key: String) -> Date? { marks[key]?.changed }

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
