import CRM
import Foundation
import Geo

extension Trip {
  /// What of a stop is kept when the trip is planned again.
  public enum Lock: String, Sendable, CaseIterable {
    /// Its day.
    case day
    /// Its place in the order of its day.
    case position
    /// The minute at which the visit starts.
    case time
  }

  /// Locks stops where they stand: a new plan keeps them, and leaves them out only when no plan can hold them. What was
  /// locked before stays locked.
  ///
  /// - Throws: ``PlanningError/lockUnknown(partner:title:)`` for a partner that is no stop to come.
  public mutating func lock(_ partners: [PartnerID], by locks: Set<Lock>) throws {
    var request = try PlanRequest(json: self.request)
    guard let zone = TimeZone(identifier: timeZone) else { throw PlanningError.timeZone(timeZone) }
    for partner in partners {
      let place = try stopToCome(partner)
      let date = days[place.day].date
      let stop = days[place.day].stops[place.index]
      request.rules.change(partner) { rule in
        rule.locked = true
        rule.dates = [date]
        if locks.contains(.position) { rule.place = .position(place.position) }
        if locks.contains(.time) {
          rule.appointment = .init(date: date, time: Self.clock(stop.serviceStart, on: date, in: zone))
        }
      }
      days[place.day].stops[place.index].locked = true
    }
    self.request = try request.json()
  }

  /// Takes locks away, and with them the day, the place and the time asked for.
  /// - Throws: ``PlanningError/lockUnknown(partner:title:)`` for a partner that is no stop to come.
  public mutating func unlock(_ partners: [PartnerID]) throws {
    var request = try PlanRequest(json: self.request)
    for partner in partners {
      let place = try stopToCome(partner)
      request.rules.change(partner) { rule in
        rule.locked = false
        rule.dates = nil
        rule.place = nil
        rule.appointment = nil
      }
      days[place.day].stops[place.index].locked = false
    }
    self.request = try request.json()
  }

  /// Partners of all stops that are still to come, in order.
  public var partnersToCome: [PartnerID] {
    days.flatMap(\.stops).filter { $0.visit == .planned }.map(\.partner)
  }

  /// - Returns: `position` counts from 1 and passes over stops that nobody drives to.
  private func stopToCome(_ partner: PartnerID) throws -> (day: Int, index: Int, position: Int) {
    for (day, value) in days.enumerated() {
      guard
        let index = value.stops.firstIndex(where: { $0.partner == partner && $0.visit == .planned })
      else { continue }
      let before = value.stops[..<index].count { $0.visit == .planned || $0.visit.isMade }
      return (day, index, before + 1)
    }
    throw PlanningError.lockUnknown(partner: partner.description, title: title)
  }

  /// Seconds after local midnight by the clock on the wall.
  private static func clock(_ instant: Date, on date: LocalDate, in zone: TimeZone) -> Int {
    let local = Int(instant.timeIntervalSince1970.rounded()) + zone.secondsFromGMT(for: instant)
    return local - date.daysSinceEpoch * 86_400
  }
}
