import CRM
import Foundation
import Geo

/// The task a saved trip becomes: one item a day, below it one item a stop.
public enum RouteChecklist {
  /// - Parameter partners: names, addresses and phones for the items' titles.
  public static func task(
    for trip: Trip, partners: [PartnerID: PartnerSummary], responsible: UserID? = nil,
    creator: UserID? = nil
  ) -> TripTask {
    let zone = TimeZone(identifier: trip.timeZone) ?? .gmt
    let items = trip.days.enumerated().map { index, day in
      ChecklistItem(
        title: dayTitle(index, day, zone: zone),
        children: day.stops.map { stop in
          ChecklistItem(title: stopTitle(stop, partner: partners[stop.partner], zone: zone), stop: stop.id)
        })
    }
    return TripTask(
      title: trip.title, responsible: responsible ?? trip.responsible, creator: creator,
      deadline: trip.days.last?.end, trip: trip.id, checklist: items)
  }

  static func dayTitle(_ index: Int, _ day: TripDay, zone: TimeZone) -> String {
    let kilometres = day.legs.reduce(0) { $0 + $1.metres.kilometres }
    return "\(dayName(index, day.date)): \(clock(day.start, zone))–\(clock(day.end, zone)), "
      + "\(visits(day.stops.count)), \(Int(kilometres.rounded())) km"
  }

  /// What the title of a day begins with.
  static func dayName(_ index: Int, _ date: LocalDate) -> String { "Day \(index + 1), \(date)" }

  /// `3 visits`; a day without any is the way back.
  public static func visits(_ count: Int) -> String {
    count == 0 ? "the way back" : "\(count) \(count == 1 ? "visit" : "visits")"
  }

  static func stopTitle(_ stop: Stop, partner: PartnerSummary?, zone: TimeZone) -> String {
    var parts = ["\(clock(stop.serviceStart, zone)) \(stop.name)"]
    if let address = partner?.address, !address.isEmpty { parts.append(address) }
    if let phone = partner?.phone, !phone.isEmpty { parts.append(phone) }
    return parts.joined(separator: " · ")
  }

  /// `HH:MM` on the wall of the zone.
  public static func clock(_ instant: Date, _ zone: TimeZone) -> String {
    let local = Int(instant.timeIntervalSince1970.rounded()) + zone.secondsFromGMT(for: instant)
    return ClockTime.text(((local % 86_400) + 86_400) % 86_400)
  }
}
