import Geo

/// Which partners: one value that combines areas and filters, stored as JSON and saved by name.
///
/// JSON form: an object with one key, `{"region":"BY-BR"}`, `{"circle":{"center":…,"radius":5000}}`,
/// `{"and":[…]}`, `{"not":{…}}`. `{"overdue":"today"}` is asked anew each day, `{"overdue":"2026-06-01"}` of that day.
public indirect enum Selection: Hashable, Sendable {
  case all
  /// Administrative region by ISO 3166-2 code or ISO 3166-1 alpha-2 country code, already resolved from its name.
  case region(String)
  case polygon(MultiPolygon)
  /// Within `radius` of `center` on the ellipsoid.
  case circle(center: Coordinate, radius: Metres)
  /// Within `distance` of the line on the ellipsoid.
  case corridor(LineString, distance: Metres)
  case ids([PartnerID])
  case status([PartnerStatus])
  case kind([PartnerKind])
  /// Any of the tags.
  case tag([String])
  /// Logins; an empty string stands for "nobody".
  case responsible([String])
  /// No visit on or after the day, including never. Where days begin is said when the selection is asked
  /// (``DayClock``).
  case notVisitedSince(LocalDate)
  /// The call interval has run out by the day; never visited counts as overdue, no interval does not. Nil is the
  /// day of asking (``DayClock``), so that a saved selection does not age; its JSON is `"today"`.
  case overdue(asOf: LocalDate?)
  case and([Selection])
  case or([Selection])
  case not(Selection)

  /// How deep AND, OR and NOT may stand inside each other: far more than anybody means, and what the database still takes.
  public static let maximumDepth = 32

  /// How deep AND, OR and NOT stand inside each other.
  public var depth: Int {
    switch self {
    case .and(let list), .or(let list): 1 + (list.lazy.map(\.depth).max() ?? 0)
    case .not(let one): 1 + one.depth
    default: 0
    }
  }
}

extension Selection {
  /// The same selection with another tag in the place of one; equal where the tag is not named.
  public func replacing(tag: String, by other: String) -> Selection {
    switch self {
    case .tag(let tags) where tags.contains(tag):
      var seen: Set<String> = []
      return .tag(tags.map { $0 == tag ? other : $0 }.filter { seen.insert($0).inserted })
    case .and(let list): return .and(list.map { $0.replacing(tag: tag, by: other) })
    case .or(let list): return .or(list.map { $0.replacing(tag: tag, by: other) })
    case .not(let one): return .not(one.replacing(tag: tag, by: other))
    default: return self
    }
  }
}

extension Selection: Codable {
  private enum Key: String, CodingKey, CaseIterable {
    case all, region, polygon, circle, corridor, ids, status, kind, tag, responsible, notVisitedSince
    case overdue, and, or, not
  }
  private struct AnyKey: CodingKey {
    var stringValue: String
    var intValue: Int?
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { return nil }
  }
  private struct Circle: Codable {
    var center: Coordinate
    var radius: Metres
  }
  private struct Corridor: Codable {
    var line: LineString
    var distance: Metres
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: Key.self)
    // Keys nobody knows count: a misspelt filter must not be passed over.
    let given = try decoder.container(keyedBy: AnyKey.self).allKeys.count
    guard let key = values.allKeys.first, given == 1 else {
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: decoder.codingPath,
          debugDescription: "a selection is an object with exactly one of: "
            + Key.allCases.map(\.rawValue).joined(separator: ", ")))
    }
    if key == .and || key == .or || key == .not {
      let above = decoder.codingPath.count { Key(stringValue: $0.stringValue) != nil }
      guard above < Self.maximumDepth else {
        throw DecodingError.dataCorrupted(
          .init(
            codingPath: decoder.codingPath,
            debugDescription: "and, or and not stand inside each other more than \(Self.maximumDepth) deep"))
      }
    }
    switch key {
    case .all: self = .all
    case .region: self = .region(try values.decode(String.self, forKey: key))
    case .polygon: self = .polygon(try values.decode(MultiPolygon.self, forKey: key))
    case .circle:
      let circle = try values.decode(Circle.self, forKey: key)
      self = .circle(center: circle.center, radius: circle.radius)
    case .corridor:
      let corridor = try values.decode(Corridor.self, forKey: key)
      self = .corridor(corridor.line, distance: corridor.distance)
    case .ids: self = .ids(try values.decode([PartnerID].self, forKey: key))
    case .status: self = .status(try values.decode([PartnerStatus].self, forKey: key))
    case .kind: self = .kind(try values.decode([PartnerKind].self, forKey: key))
    case .tag: self = .tag(try values.decode([String].self, forKey: key))
    case .responsible: self = .responsible(try values.decode([String].self, forKey: key))
    case .notVisitedSince: self = .notVisitedSince(try values.decode(LocalDate.self, forKey: key))
    case .overdue: self = .overdue(asOf: try Self.day(in: values))
    case .and: self = .and(try values.decode([Selection].self, forKey: key))
    case .or: self = .or(try values.decode([Selection].self, forKey: key))
    case .not: self = .not(try values.decode(Selection.self, forKey: key))
    }
  }

  private static let today = "today"

  private static func day(in values: KeyedDecodingContainer<Key>) throws -> LocalDate? {
    if try values.decode(String.self, forKey: .overdue) == today { return nil }
    return try values.decode(LocalDate.self, forKey: .overdue)
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: Key.self)
    switch self {
    case .all: try values.encode(true, forKey: .all)
    case .region(let code): try values.encode(code, forKey: .region)
    case .polygon(let area): try values.encode(area, forKey: .polygon)
    case .circle(let center, let radius):
      try values.encode(Circle(center: center, radius: radius), forKey: .circle)
    case .corridor(let line, let distance):
      try values.encode(Corridor(line: line, distance: distance), forKey: .corridor)
    case .ids(let ids): try values.encode(ids, forKey: .ids)
    case .status(let list): try values.encode(list, forKey: .status)
    case .kind(let list): try values.encode(list, forKey: .kind)
    case .tag(let list): try values.encode(list, forKey: .tag)
    case .responsible(let list): try values.encode(list, forKey: .responsible)
    case .notVisitedSince(let day): try values.encode(day, forKey: .notVisitedSince)
    case .overdue(let day?): try values.encode(day, forKey: .overdue)
    case .overdue(nil): try values.encode(Self.today, forKey: .overdue)
    case .and(let list): try values.encode(list, forKey: .and)
    case .or(let list): try values.encode(list, forKey: .or)
    case .not(let one): try values.encode(one, forKey: .not)
    }
  }
}

/// A selection kept under a name.
public struct SavedSelection: Hashable, Sendable, Codable {
  public var id: SavedSelectionID
  /// Unique per owner.
  public var name: String
  public var owner: UserID?
  public var selection: Selection
  /// Grows by one with each change.
  public var version: Int

  public init(
    id: SavedSelectionID = .new(), name: String, owner: UserID? = nil, selection: Selection, version: Int = 1
  ) {
    self.id = id
    self.name = name
    self.owner = owner
    self.selection = selection
    self.version = version
  }
}
