import CRM
import Geo

/// Answers of a geocoder that must not become a partner's place by themselves, and given coordinates that contradict the
/// address.
public enum PlaceDoubt {
  /// Answers below it are wrong about as often as right.
  static let lowestScore = 0.4
  /// Given coordinates farther than this from the place of the address are worth a look.
  static let farthest = Metres(kilometres: 50)

  /// Why an answer to an address is not taken, in words; nil when it is.
  /// - Parameter country: ISO 3166-1 alpha-2 of addresses that do not say.
  public static func reason(
    _ found: GeocodeCandidate, for address: Address, country: String? = nil
  ) -> String? {
    if found.score < lowestScore { return "a score below \(lowestScore) is a guess" }
    guard let wanted = address.components.country ?? country, let country = found.components.country,
      country != wanted, !CountryCode.named(in: address.text).contains(country)
    else { return nil }
    return "that is in \(country), not in \(wanted)"
  }

  /// Why the answer to a row's address is not taken; nil when it is, or when there is none.
  static func of(_ row: PreparedRow) -> ImportIssue? {
    guard let found = row.found, let address = row.draft.visitAddress,
      let reason = reason(found, for: address, country: row.draft.country)
    else { return nil }
    return ImportIssue(
      code: "partner.import.placeDoubtful",
      message: "\"\(address.text)\" was not placed: the best answer is \(place(found)), "
        + "score \((found.score * 100).rounded() / 100); \(reason)")
  }

  /// What to tell about the place of a row whose address counts.
  /// - Parameters:
  ///   - doubt: of the geocoder's answer; it is no matter beside given coordinates.
  ///   - found: the answer, when it was taken.
  static func warnings(_ doubt: ImportIssue?, _ draft: PartnerDraft, _ found: GeocodeCandidate?)
    -> [ImportIssue]
  {
    guard let given = draft.coordinate else { return doubt.map { [$0] } ?? [] }
    guard let found, found.level >= .locality, let address = draft.visitAddress else { return [] }
    let distance = Geodesy.distance(given, found.coordinate)
    guard distance > farthest else { return [] }
    return [
      ImportIssue(
        code: "partner.import.coordinatesFarFromAddress",
        message: "\(text(given)) lies \(Int((distance.value / 1000).rounded())) km from \"\(address.text)\", "
          + "which is \(place(found)); the coordinates were taken")
    ]
  }

  private static func place(_ found: GeocodeCandidate) -> String {
    "\(found.label) at \(text(found.coordinate))"
  }

  private static func text(_ c: Coordinate) -> String {
    func short(_ degrees: Double) -> Double { (degrees * 10_000).rounded() / 10_000 }
    return "\(short(c.latitude)), \(short(c.longitude))"
  }
}
