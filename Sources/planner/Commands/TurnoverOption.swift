import CRM
import Exchange
import Planning
import Store

extension ReadAccess {
  /// What the selected partners sold, by their identifiers or by the codes of outside systems, and what could not be
  /// told from the list.
  func turnovers(
    _ amounts: [String: Double], of selection: Selection
  ) throws -> (turnovers: [TripRules.Turnover], notes: [String]) {
    let codes = try partners(keys: Set(amounts.keys))
    var sums: [PartnerID: Double] = [:]
    var unknown: [String] = []
    var ambiguous: [String] = []
    for (key, amount) in amounts.sorted(by: { $0.key < $1.key }) {
      let called = try PartnerID(key).flatMap { try partner($0) == nil ? nil : [$0] } ?? codes[key] ?? []
      switch called.count {
      case 0: unknown.append(key)
      case 1: sums[called[called.startIndex], default: 0] += amount
      default: ambiguous.append(key)
      }
    }
    var notes: [String] = []
    func say(_ keys: [String], _ what: String) {
      guard !keys.isEmpty else { return }
      let some = keys.prefix(5).joined(separator: ", ") + (keys.count > 5 ? ", …" : "")
      notes.append("turnover: \(keys.count) of \(amounts.count) codes \(what): \(some)")
    }
    say(unknown, "name no partner")
    say(ambiguous, "name several partners")
    var selected: [PartnerID] = []
    try forEachSummary(selection) { if sums[$0.id] != nil { selected.append($0.id) } }
    if selected.isEmpty { notes.append("turnover: the list names nobody who was selected") }
    return (selected.map { .init(partner: $0, amount: sums[$0] ?? 0) }, notes)
  }
}
