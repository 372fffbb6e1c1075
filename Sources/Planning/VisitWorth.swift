import CRM
import Foundation

/// What a visit is worth beside the others of its trip when not all fit: urgency by call interval × turnover.
struct VisitWorth {
  private let worth: TripRules.Worth
  /// In hundredths, see ``factor(of:)``; nil when turnover does not matter.
  private let factors: [PartnerID: Int]?

  /// Turnover counts by its ratio to the median of those who sold anything.
  static let factorRange = 25...400

  init(_ rules: TripRules) {
    worth = rules.worth
    factors = rules.turnover.map { list in
      let amounts = list.map(\.amount).filter { $0 > 0 }.sorted()
      guard !amounts.isEmpty else { return [:] }
      let median = (amounts[(amounts.count - 1) / 2] + amounts[amounts.count / 2]) / 2
      return Dictionary(
        list.map { ($0.partner, Self.limited($0.amount / median * 100)) }, uniquingKeysWith: { $1 })
    }
  }

  private static func limited(_ hundredths: Double) -> Int {
    Int(min(max(hundredths, Double(factorRange.lowerBound)), Double(factorRange.upperBound)).rounded())
  }

  /// 1 where neither urgency nor turnover matters.
  func value(of partner: PartnerSummary, on day: LocalDate, in zone: TimeZone) -> Int {
    if worth == .equal, factors == nil { return 1 }
    let urgency = worth == .urgency ? Self.urgency(of: partner, on: day, in: zone) : 100
    return factors == nil ? urgency : max(1, urgency * factor(of: partner.id) / 100)
  }

  /// 25 … 400 hundredths, 100 for the median; 25 for partners that sold nothing.
  private func factor(of partner: PartnerID) -> Int { factors?[partner] ?? Self.factorRange.lowerBound }

  /// 100 when a visit is just due, 200 when twice the call interval has passed since the last, 400 at most; 50 for
  /// partners without an interval, 200 for those with one who were never visited.
  static func urgency(of partner: PartnerSummary, on day: LocalDate, in zone: TimeZone) -> Int {
    guard let interval = partner.callIntervalDays, interval > 0 else { return 50 }
    guard let last = partner.lastVisit else { return 200 }
    let ago = day.daysSinceEpoch - LocalDate(last, in: zone).daysSinceEpoch
    return min(400, max(1, 100 * max(0, ago) / interval))
  }
}
