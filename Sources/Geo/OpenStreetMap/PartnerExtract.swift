/// A point of interest of an OpenStreetMap extract that a tour operator may work with, as one CSV row.
public struct PartnerExtractRow: Hashable, Sendable {
  /// `node/123`, `way/45`: stable key of the object in OpenStreetMap.
  public var osmID: String
  public var name: String
  /// The trade's kind: `hotel`, `agency`, `supplier`.
  public var kind: String
  /// What it is exactly: hotel, guest_house, hostel, travel_agency, museum, information.
  public var category: String
  /// ISO 3166-1 alpha-2 when tagged.
  public var country: String
  /// `Straße Nr, PLZ Ort`.
  public var address: String
  /// `own`, `building` or `nearest`: whose address it is.
  public var addressSource: String
  public var phone: String
  public var email: String
  public var web: String
  /// As tagged.
  public var openingHours: String
}

/// Named hotels, guest houses, hostels, travel agencies, museums and information offices of an extract.
public enum PartnerExtract {
  /// The rows, ordered by category, name and key.
  /// - Throws: ``OSMError``
  public static func rows(ofExtract path: String) throws -> [PartnerExtractRow] { [] }

  /// The rows as CSV (RFC 4180, UTF-8, header line).
  public static func csv(_ rows: [PartnerExtractRow]) -> String { "" }
}

/// The invented partner agencies of the country-scale example: one in each of 60 towns.
public enum SampleAgencies {
  /// CSV (RFC 4180, UTF-8, header line); the same text at each call.
  public static func csv() -> String { "" }
}
