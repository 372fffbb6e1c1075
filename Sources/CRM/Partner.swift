import Foundation
import Geo

/// A company the operator works with, with everything that belongs to it alone.
public struct Partner: Hashable, Sendable, Codable {
  public var id: PartnerID
  public var kind: PartnerKind
  /// NFC, trimmed, one line, 1 … 300 scalars.
  public var name: String
  public var status: PartnerStatus
  public var responsible: UserID?
  /// Lower-case, sorted, unique.
  public var tags: [String]
  /// Days wanted between visits.
  public var callIntervalDays: Int?
  public var openingHours: OpeningHours?
  /// How long a visit takes here, when it differs from the usual.
  public var visitLength: Seconds?
  /// Tax or register number (УНП, ИНН, NIP), digits and letters only.
  public var registrationNumber: String?
  public var doNotVisit: DoNotVisit?
  public var note: String
  public var contactPoints: [ContactPoint]
  public var people: [ContactPerson]
  public var addresses: [Address]
  public var externalReferences: [ExternalReference]
  /// Where the physical address lies now; nil while not located.
  public var location: GeocodeResult?
  /// The newest visit, kept by the store from activities.
  public var lastVisit: Date?
  /// Grows by one with each change; edits name the version they were based on.
  public var version: Int

  public init(
    id: PartnerID = .new(), kind: PartnerKind, name: String, status: PartnerStatus = .active,
    responsible: UserID? = nil, tags: [String] = [], callIntervalDays: Int? = nil,
    openingHours: OpeningHours? = nil, visitLength: Seconds? = nil, registrationNumber: String? = nil,
    doNotVisit: DoNotVisit? = nil, note: String = "", contactPoints: [ContactPoint] = [],
    people: [ContactPerson] = [], addresses: [Address] = [], externalReferences: [ExternalReference] = [],
    location: GeocodeResult? = nil, lastVisit: Date? = nil, version: Int = 1
  ) {
    self.id = id
    self.kind = kind
    self.name = name
    self.status = status
    self.responsible = responsible
    self.tags = tags
    self.callIntervalDays = callIntervalDays
    self.openingHours = openingHours
    self.visitLength = visitLength
    self.registrationNumber = registrationNumber
    self.doNotVisit = doNotVisit
    self.note = note
    self.contactPoints = contactPoints
    self.people = people
    self.addresses = addresses
    self.externalReferences = externalReferences
    self.location = location
    self.lastVisit = lastVisit
    self.version = version
  }

  /// The address visits go to: the physical one, else the first.
  public var visitAddress: Address? { addresses.first { $0.type == .physical } ?? addresses.first }
}

public enum PartnerKind: String, Codable, Sendable, CaseIterable {
  /// Sells the operator's tours.
  case agency
  case hotel
  case carrier
  /// Any other supplier: guide, museum, insurer.
  case supplier
  case corporate
}

public enum PartnerStatus: String, Codable, Sendable, CaseIterable {
  case prospect, active, paused, closed
}

/// A ban on visits, with its end and its reason.
public struct DoNotVisit: Hashable, Sendable, Codable {
  /// Last day of the ban; nil while it has no end.
  public var until: LocalDate?
  public var reason: String
  public init(until: LocalDate? = nil, reason: String) {
    self.until = until
    self.reason = reason
  }
}

/// One way to reach a partner or a person.
public struct ContactPoint: Hashable, Sendable, Codable {
  public enum Kind: String, Codable, Sendable, CaseIterable { case phone, email, web }
  public var kind: Kind
  /// As typed.
  public var value: String
  /// What equal contacts share: phone in E.164 (`+375291234567`), e-mail and host in lower case.
  public var normalised: String
  public var label: String

  public init(kind: Kind, value: String, normalised: String, label: String = "") {
    self.kind = kind
    self.value = value
    self.normalised = normalised
    self.label = label
  }
}

/// A person who works at a partner.
public struct ContactPerson: Hashable, Sendable, Codable {
  public var id: ContactPersonID
  public var name: String
  public var position: String
  public var contactPoints: [ContactPoint]

  public init(
    id: ContactPersonID = .new(), name: String, position: String = "", contactPoints: [ContactPoint] = []
  ) {
    self.id = id
    self.name = name
    self.position = position
    self.contactPoints = contactPoints
  }
}

/// A postal address: the text as typed and its parts.
public struct Address: Hashable, Sendable, Codable {
  public enum AddressType: String, Codable, Sendable, CaseIterable { case physical, legal, mailing }
  public var type: AddressType
  /// The whole address in one line, as typed.
  public var text: String
  public var components: AddressComponents

  public init(type: AddressType = .physical, text: String, components: AddressComponents = .init()) {
    self.type = type
    self.text = text
    self.components = components
  }
}

/// Where an address was placed, by whom and how well. Results are kept as a history; one is current.
public struct GeocodeResult: Hashable, Sendable, Codable {
  public var coordinate: Coordinate
  public var level: GeocodeLevel
  /// 0 … 1; 1 for a pin set by hand.
  public var score: Double
  /// `gazetteer`, `given` (came with the record), `manual`, or an outside provider's name.
  public var provider: String
  /// The text that was asked for.
  public var query: String
  public var label: String
  public var at: Date
  /// Set by hand: never replaced by a geocoder.
  public var manual: Bool
  /// The address text changed after a pin was set by hand: someone has to look.
  public var stale: Bool

  public init(
    coordinate: Coordinate, level: GeocodeLevel, score: Double, provider: String, query: String,
    label: String, at: Date, manual: Bool = false, stale: Bool = false
  ) {
    self.coordinate = coordinate
    self.level = level
    self.score = score
    self.provider = provider
    self.query = query
    self.label = label
    self.at = at
    self.manual = manual
    self.stale = stale
  }
}

/// The name of a record in another system. `(system, key)` names at most one partner.
public struct ExternalReference: Hashable, Sendable, Codable {
  public var system: String
  public var key: String
  public var version: String?
  public init(system: String, key: String, version: String? = nil) {
    self.system = system
    self.key = key
    self.version = version
  }
}

/// A partner as lists, maps and planners need it: one row, no children.
public struct PartnerSummary: Hashable, Sendable, Codable {
  public var id: PartnerID
  public var name: String
  public var kind: PartnerKind
  public var status: PartnerStatus
  /// Login of the responsible user.
  public var responsible: String?
  public var address: String?
  public var phone: String?
  public var coordinate: Coordinate?
  public var level: GeocodeLevel?
  public var stale: Bool
  public var lastVisit: Date?
  public var callIntervalDays: Int?
  public var tags: [String]
  public var openingHours: OpeningHours?
  public var visitLength: Seconds?
  public var doNotVisit: DoNotVisit?

  public init(
    id: PartnerID, name: String, kind: PartnerKind, status: PartnerStatus, responsible: String? = nil,
    address: String? = nil, phone: String? = nil, coordinate: Coordinate? = nil,
    level: GeocodeLevel? = nil, stale: Bool = false, lastVisit: Date? = nil,
    callIntervalDays: Int? = nil, tags: [String] = [], openingHours: OpeningHours? = nil,
    visitLength: Seconds? = nil, doNotVisit: DoNotVisit? = nil
  ) {
    self.id = id
    self.name = name
    self.kind = kind
    self.status = status
    self.responsible = responsible
    self.address = address
    self.phone = phone
    self.coordinate = coordinate
    self.level = level
    self.stale = stale
    self.lastVisit = lastVisit
    self.callIntervalDays = callIntervalDays
    self.tags = tags
    self.openingHours = openingHours
    self.visitLength = visitLength
    self.doNotVisit = doNotVisit
  }
}
