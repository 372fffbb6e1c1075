import CRM
import Foundation
import Geo
import Routing
import Store

extension TripPlanner {
  /// An explicit list of partners is an order; everything else comes as the store sorts it.
  static func inOrderGiven(_ partners: [PartnerSummary], _ selection: Selection) -> [PartnerSummary] {
    let list: [PartnerID]
    switch selection {
    case .ids(let ids): list = ids
    case .and(let parts):
      let lists = parts.compactMap { if case .ids(let ids) = $0 { ids } else { nil } }
      list = lists.first ?? []
    default: list = []
    }
    guard !list.isEmpty else { return partners }
    var place: [PartnerID: Int] = [:]
    for (index, id) in list.enumerated() where place[id] == nil { place[id] = index }
    return partners.enumerated().sorted {
      (place[$0.element.id] ?? .max, $0.offset) < (place[$1.element.id] ?? .max, $1.offset)
    }.map(\.element)
  }

  /// Partners a trip still has to visit on `date` or later.
  static func openStops(of trip: Trip, from date: LocalDate) -> [PartnerID: String] {
    guard trip.state != .cancelled, trip.state != .completed else { return [:] }
    var result: [PartnerID: String] = [:]
    for day in trip.days where day.date >= date {
      for stop in day.stops where stop.visit == .planned || stop.visit == .checkedIn {
        result[stop.partner] = trip.title
      }
    }
    return result
  }
}
