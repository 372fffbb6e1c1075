import Foundation

/// Something that happened with a partner.
public struct Activity: Hashable, Sendable, Codable {
  public enum Kind: String, Codable, Sendable, CaseIterable { case meeting, call, email, visit, note }
  public var id: ActivityID
  public var kind: Kind
  public var partner: PartnerID
  public var at: Date
  public var author: UserID?
  public var outcome: String
  public var text: String
  /// The stop a visit belongs to; a stop has at most one visit.
  public var stop: StopID?

  public init(
    id: ActivityID = .new(), kind: Kind, partner: PartnerID, at: Date, author: UserID? = nil,
    outcome: String = "", text: String = "", stop: StopID? = nil
  ) {
    self.id = id
    self.kind = kind
    self.partner = partner
    self.at = at
    self.author = author
    self.outcome = outcome
    self.text = text
    self.stop = stop
  }
}
