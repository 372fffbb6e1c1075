import CRM
import Foundation
import Geo

/// The unfinished trip that visits a partner already, as far as whoever asks is told of it.
public enum OtherTrip: Hashable, Sendable {
  /// In sight, with its title.
  case named(String)
  /// Out of sight: that there is one is all that is told.
  case unnamed

  /// What stands beside the reason code.
  var detail: String {
    switch self {
    case .named(let title): "is a stop of \"\(title)\""
    case .unnamed: "is a stop of another trip"
    }
  }
}

extension UnassignedStop {
  /// As it is kept with a trip: who reads that may see less than whoever planned it, so no other trip is named.
  var kept: UnassignedStop {
    guard reason == .plannedElsewhere, detail.hasPrefix("is a stop of ") else { return self }
    var stop = self
    stop.detail = OtherTrip.unnamed.detail
    return stop
  }
}

/// Who is not even offered to the optimiser, and why.
struct PartnerSieve {
  let request: PlanRequest
  let zone: TimeZone
  let plannedElsewhere: [PartnerID: OtherTrip]

  /// Nil when the partner can be planned.
  func refusal(of partner: PartnerSummary) -> UnassignedStop? {
    guard let (reason, detail) = reason(for: partner) else { return nil }
    return UnassignedStop(
      partner: partner.id, name: partner.name, coordinate: partner.coordinate, reason: reason, detail: detail)
  }

  private func reason(for partner: PartnerSummary) -> (ReasonCode, String)? {
    guard partner.coordinate != nil else {
      let address = partner.address.map { "\"\($0)\" was not found" } ?? "there is no address"
      return (.noCoordinates, address)
    }
    if let wanted = request.minimumLevel, let level = partner.level, level < wanted {
      return (.lowPrecision, "located to \(level.rawValue), \(wanted.rawValue) is wanted")
    }
    let last = request.dates.last ?? request.firstDate
    if let ban = partner.doNotVisit, ban.until.map({ $0 >= last }) ?? true {
      let until = ban.until.map { "until \($0)" } ?? "without end"
      return (.doNotVisit, ban.reason.isEmpty ? until : "\(until): \(ban.reason)")
    }
    if let days = request.skipVisitedWithinDays, let visit = partner.lastVisit {
      let day = LocalDate(visit, in: zone)
      let ago = request.firstDate.daysSinceEpoch - day.daysSinceEpoch
      if ago < days { return (.visitedRecently, "visited on \(day), \(ago) days before; \(days) are wanted") }
    }
    if request.skipPlannedElsewhere, let other = plannedElsewhere[partner.id] {
      return (.plannedElsewhere, other.detail)
    }
    return nil
  }
}
