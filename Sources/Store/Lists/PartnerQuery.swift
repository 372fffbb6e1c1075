import CRM
import Foundation
import Geo

/// A page of the list of partners: which, in which order, from where. Filters are all to hold; of the values of one any.
public struct PartnerQuery: Sendable, Hashable {
  public enum Sort: String, Sendable, Hashable, CaseIterable {
    /// By folded name.
    case name
    /// Never visited first.
    case lastVisit
    /// In the order they were added.
    case created
    /// Prospects, active, paused, closed.
    case status
    /// By the folded town of the visited address; those without one first.
    case city

    var number: UInt8 { UInt8(Self.allCases.firstIndex(of: self)!) }
  }

  public var status: [PartnerStatus] = []
  public var kind: [PartnerKind] = []
  public var tag: [String] = []
  /// Logins; an empty text stands for nobody.
  public var responsible: [String] = []
  /// Of the visited address: an ISO 3166-2 code, or an ISO 3166-1 alpha-2 one for a whole country.
  public var region: [String] = []
  /// Towns of the visited address in any case, folded before they are compared.
  public var city: [String] = []
  public var hasLocation: Bool?
  public var level: [GeocodeLevel] = []
  public var stale: Bool?
  /// No visit on or after the day, including never.
  public var notVisitedSince: LocalDate?
  /// The call interval has run out by today, or has not.
  public var overdue: Bool?
  /// Changed at this instant or later, as the audit trail dates changes.
  public var changedSince: Date?
  /// Every word begins a word of the partner's name, addresses, contacts or numbers; see ``ReadAccess/search(_:)``.
  public var text = ""
  /// Whose place lies in the box, its rim included.
  public var box: BoundingBox?
  /// Areas and whatever else a selection says, besides.
  public var within: Selection?
  /// What ``ReadAccess/selectIDs(_:by:)`` gave for ``within`` in the same snapshot, where that was asked already.
  public var chosen: SelectedPartners?

  public var sort = Sort.name
  public var descending = false
  /// 1 … 500.
  public var limit = 50
  public var after: ListCursor?
  /// Also says how many there are in all.
  public var countsTotal = false

  /// How many steps along the order are tried before all candidates are looked at; up to twice as many candidates are
  /// looked at in the first place. The page is the same for every number.
  var walk = 4096

  public init() {}

  var order: UInt8 { sort.number | (descending ? 0x80 : 0) }
}
