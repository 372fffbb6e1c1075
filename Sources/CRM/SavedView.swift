/// A list as somebody keeps it: which records, in which order, with which columns.
public struct SavedView: Hashable, Sendable, Codable {
  public enum List: String, Codable, Sendable, CaseIterable { case partners, tasks, trips, activities }
  public var id: SavedViewID
  /// Unique per owner and list.
  public var name: String
  public var list: List
  public var owner: UserID
  /// Everybody may use it; only its owner, and whoever assigns, changes it.
  public var shared: Bool
  /// Query parameters of the list and their values.
  public var filters: [String: String]
  /// The list's order, `-` in front from the end; empty for the usual one.
  public var sort: String
  /// Members shown, in order; empty for the usual ones.
  public var columns: [String]
  /// Grows by one with each change.
  public var version: Int

  public init(
    id: SavedViewID = .new(), name: String, list: List, owner: UserID, shared: Bool = false,
    filters: [String: String] = [:], sort: String = "", columns: [String] = [], version: Int = 1
  ) {
    self.id = id
    self.name = name
    self.list = list
    self.owner = owner
    self.shared = shared
    self.filters = filters
    self.sort = sort
    self.columns = columns
    self.version = version
  }
}

public typealias SavedViewID = Identifier<SavedView>
