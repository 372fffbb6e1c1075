import CRM
import Geo

/// Something to know about one row.
public struct ImportIssue: Hashable, Sendable {
  /// `partner.import.…`, or the code of the error behind it.
  public var code: String
  public var message: String
  /// The heading of the column it is about.
  public var column: String?
  public init(code: String, message: String, column: String? = nil) {
    self.code = code
    self.message = message
    self.column = column
  }
}

/// What one row says about a partner: only what its cells carry.
struct PartnerDraft: Sendable {
  var row: Int
  /// Our own identifier, in a file that ``PartnersCSV`` wrote.
  var plannerID: PartnerID?
  var name: String?
  var kind: PartnerKind?
  var status: PartnerStatus?
  /// Login or name as the file has it.
  var responsible: String?
  var tags: [String] = []
  var callIntervalDays: Int?
  var openingHours: OpeningHours?
  var visitLength: Seconds?
  var registrationNumber: String?
  var doNotVisit: DoNotVisit?
  var note: String?
  var contactPoints: [ContactPoint] = []
  var people: [ContactPerson] = []
  /// At most one of each type.
  var addresses: [Address] = []
  var coordinate: Coordinate?
  /// How well `coordinate` is known, where the row says so.
  var level: GeocodeLevel?
  /// `coordinate` was set by hand.
  var isPin = false
  /// The address changed after the pin was set.
  var isStale = false
  var externalReferences: [ExternalReference] = []
  /// Of the row, else of the mapping or option.
  var country: String?
  var warnings: [ImportIssue] = []
  /// Why the row cannot make a new partner.
  var fault: ImportIssue?

  var visitAddress: Address? { addresses.first { $0.type == .physical } ?? addresses.first }

  /// What to ask a geocoder; nil when the row has no address.
  var geocodeQuery: GeocodeQuery? {
    guard let address = visitAddress, !address.text.isEmpty else { return nil }
    return GeocodeQuery(
      address.text, country: address.components.country ?? country, components: address.components, limit: 1)
  }
}
