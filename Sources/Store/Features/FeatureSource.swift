import CRM
import Geo

/// A table as other programs see it: features with a place, properties of fixed types, perhaps a time. A further
/// collection is one more value in ``all``.
public struct FeatureSource: Sendable {
  /// What stands in its address: `partners`.
  public let name: String
  public let geometry: GeometryKind
  public private(set) var properties: [FeatureProperty]
  /// Every property that features may be ordered by, told or not.
  public let sortables: [FeatureProperty]
  /// Whether its features have a time that `datetime` is compared with.
  public var hasTime: Bool { time != nil }
  /// Whether its records have somebody responsible, so that not everybody sees all.
  public var isScoped: Bool { responsible != nil }

  public enum GeometryKind: Sendable { case point, line, multiLine, area }

  /// The table under the alias `t`.
  let table: String
  /// Further tables, joined one to one.
  let joins: String
  let geometryColumn: String
  /// Where the geometry is, when it is a further table's: its name and its alias.
  let geometryTable: (name: String, alias: String)?
  let identifier: IdentifierColumns
  /// Expressions of the first and the last instant, milliseconds since 1970.
  let time: (first: String, last: String)?
  /// Expression of the row id of the user who is responsible.
  let responsible: String?

  /// What makes the public name of a feature.
  enum IdentifierColumns: Sendable {
    /// 16 bytes of a UUID.
    case uid(String)
    case text(String)
    /// Of something that has no name of its own: whose it is, and its places in it counted from 0.
    case numbered(uid: String, positions: [String])
    /// A text and 16 bytes of a UUID.
    case pair(text: String, uid: String)

    var columns: [String] {
      switch self {
      case .uid(let column), .text(let column): [column]
      case .numbered(let uid, let positions): [uid] + positions
      case .pair(let text, let uid): [text, uid]
      }
    }
  }

  init(
    name: String, geometry: GeometryKind, properties: [FeatureProperty], table: String, joins: String,
    geometryColumn: String, geometryTable: (name: String, alias: String)? = nil,
    identifier: IdentifierColumns, time: (first: String, last: String)?, responsible: String?
  ) {
    self.name = name
    self.geometry = geometry
    self.properties = properties
    sortables = properties.filter(\.isSortable)
    self.table = table
    self.joins = joins
    self.geometryColumn = geometryColumn
    self.geometryTable = geometryTable
    self.identifier = identifier
    self.time = time
    self.responsible = responsible
  }

  /// The geometry of a row of ``rows``.
  var place: String { "\(geometryTable?.alias ?? "t").\(geometryColumn)" }

  /// What features are read from.
  var rows: String { "\(table) t \(joins)" }

  /// The same, found by boxes: the R*Tree under the alias `i` comes first.
  var indexedRows: String {
    let index = "idx_\(geometryTable?.name ?? table)_\(geometryColumn)"
    guard let further = geometryTable else {
      return "\(index) i CROSS JOIN \(table) t ON t.id = i.pkid \(joins)"
    }
    return "\(index) i CROSS JOIN \(table) t \(joins) AND \(further.alias).id = i.pkid"
  }

  public func property(_ name: String) -> FeatureProperty? { properties.first { $0.name == name } }

  /// The collection with only some of what it tells, in its own order.
  public func telling(_ names: Set<String>) -> FeatureSource {
    var less = self
    less.properties = properties.filter { names.contains($0.name) }
    return less
  }
}

/// One named value of the features of a collection.
public struct FeatureProperty: Sendable {
  public enum Kind: Sendable {
    case text, integer, number, boolean
    /// A moment, RFC 3339 in UTC.
    case instant
    /// A day, `2026-12-14`.
    case day
    case identifier
  }

  public let name: String
  /// Under which its words are listed: the name, unless another collection means something else by it.
  public let label: String
  public let kind: Kind
  /// The values there are; nil where any text may stand.
  public let values: [String]?
  /// Features may be ordered by it: not by texts that are long or are lists.
  public let isSortable: Bool
  let sql: String
  /// What it is ordered by.
  let sortSQL: String
  /// The condition that it has a value, which is the one parameter.
  let filterSQL: String

  init(
    _ name: String, _ kind: Kind, _ sql: String, values: [String]? = nil, sort: String? = nil,
    filter: String? = nil, isSortable: Bool = true, label: String? = nil
  ) {
    self.name = name
    self.label = label ?? name
    self.kind = kind
    self.sql = sql
    self.values = values
    self.isSortable = isSortable
    sortSQL = sort ?? sql
    filterSQL = filter ?? "\(sql) = ?"
  }
}

extension FeatureSource {
  /// In the order in which they are listed.
  public static let all: [FeatureSource] = [partners, regions, territories, trips, stops, legs]

  public static func named(_ name: String) -> FeatureSource? { all.first { $0.name == name } }

  private static func login(_ row: String) -> String { "(SELECT u.login FROM user u WHERE u.id = \(row))" }

  private static func englishName(_ alias: String) -> String {
    "coalesce(json_extract(\(alias).names, '$.en'), json_extract(\(alias).names, '$.lat'), \(alias).code)"
  }

  private static func names<E: CaseIterable & RawRepresentable>(_ type: E.Type) -> [String]
  where E.RawValue == String { E.allCases.map(\.rawValue) }

  static let partners = FeatureSource(
    name: "partners", geometry: .point,
    properties: [
      .init("name", .text, "t.name", sort: "t.name_key"),
      .init("kind", .text, "t.kind", values: names(PartnerKind.self)),
      .init("status", .text, "t.status", values: names(PartnerStatus.self)),
      .init("responsible", .text, login("t.responsible_id")),
      .init(
        "address", .text,
        """
        (SELECT a.text FROM address a WHERE a.partner_id = t.id ORDER BY a.type <> 'physical', a.position LIMIT 1)
        """, isSortable: false),
      .init(
        "phone", .text,
        """
        (SELECT c.value FROM contact_point c WHERE c.partner_id = t.id AND c.kind = 'phone'
          ORDER BY c.person_id IS NOT NULL, c.position LIMIT 1)
        """),
      .init("registrationNumber", .text, "t.registration_number"),
      .init(
        "level", .text,
        "(SELECT g.level FROM geocode_result g WHERE g.partner_id = t.id AND g.is_current = 1)",
        values: names(GeocodeLevel.self)),
      .init(
        "stale", .boolean,
        "ifnull((SELECT g.stale FROM geocode_result g WHERE g.partner_id = t.id AND g.is_current = 1), 0)"),
      .init("lastVisit", .instant, "t.last_visit"),
      .init("callIntervalDays", .integer, "t.call_interval_days"),
      .init("openingHours", .text, "json_extract(t.opening_hours, '$.text')", isSortable: false),
      .init("doNotVisit", .boolean, "t.do_not_visit"),
      .init(
        "tags", .text, "(SELECT group_concat(tag, ', ') FROM partner_tag g WHERE g.partner_id = t.id)",
        // One of the tags, or all as they are told.
        filter: """
          ? IN (SELECT g.tag FROM partner_tag g WHERE g.partner_id = t.id UNION ALL
            SELECT group_concat(g.tag, ', ') FROM partner_tag g WHERE g.partner_id = t.id)
          """, isSortable: false),
      .init("version", .integer, "t.version"),
    ],
    table: "partner", joins: "", geometryColumn: "location", identifier: .uid("t.uid"),
    time: ("t.last_visit", "t.last_visit"), responsible: "t.responsible_id")

  static let regions = FeatureSource(
    name: "regions", geometry: .area,
    properties: [
      .init("code", .text, "t.code"),
      .init("name", .text, englishName("t")),
      .init("nameRu", .text, "json_extract(t.names, '$.ru')"),
      .init("level", .text, "t.level", values: names(Region.Level.self), label: "regionLevel"),
      .init("country", .text, "t.country"),
      .init("origin", .text, "t.origin", values: ["shipped", "own"]),
    ],
    table: "region", joins: "", geometryColumn: "area", identifier: .text("t.code"), time: nil,
    responsible: nil)

  /// A region once for each manager who answers for it.
  static let territories = FeatureSource(
    name: "territories", geometry: .area,
    properties: [
      .init("region", .text, "t.region"),
      .init("regionName", .text, englishName("r")),
      .init("regionNameRu", .text, "json_extract(r.names, '$.ru')"),
      .init("level", .text, "r.level", values: names(Region.Level.self), label: "regionLevel"),
      .init("country", .text, "r.country"),
      .init("manager", .text, "u.login"),
      .init("managerName", .text, "u.name"),
    ],
    table: "territory", joins: "JOIN user u ON u.id = t.user_id JOIN region r ON r.code = t.region",
    geometryColumn: "area", geometryTable: ("region", "r"),
    identifier: .pair(text: "t.region", uid: "u.uid"), time: nil, responsible: "t.user_id")

  static let trips = FeatureSource(
    name: "trips", geometry: .multiLine,
    properties: [
      .init("title", .text, "t.title"),
      .init("state", .text, "t.state", values: names(Trip.State.self)),
      .init("responsible", .text, login("t.responsible_id")),
      .init("start", .text, "t.start_label"),
      .init("end", .text, "t.end_label"),
      .init("firstDay", .day, "(SELECT min(d.date) FROM trip_day d WHERE d.trip_id = t.id)"),
      .init("lastDay", .day, "(SELECT max(d.date) FROM trip_day d WHERE d.trip_id = t.id)"),
      .init("days", .integer, "(SELECT count(*) FROM trip_day d WHERE d.trip_id = t.id)"),
      .init(
        "stops", .integer,
        "(SELECT count(*) FROM trip_day d JOIN stop s ON s.day_id = d.id WHERE d.trip_id = t.id)"),
      .init("metres", .number, "t.metres"),
      .init("seconds", .integer, "t.seconds"),
      .init("matrix", .text, "t.matrix", values: names(Trip.Matrix.self)),
      .init("timeZone", .text, "t.time_zone"),
      .init("savedAt", .instant, "t.saved_at"),
      .init("version", .integer, "t.version"),
    ],
    table: "trip", joins: "", geometryColumn: "route", identifier: .uid("t.uid"),
    time: (
      "(SELECT min(d.start_at) FROM trip_day d WHERE d.trip_id = t.id)",
      "(SELECT max(d.end_at) FROM trip_day d WHERE d.trip_id = t.id)"
    ), responsible: "t.responsible_id")

  private static let dayAndTrip = "JOIN trip_day d ON d.id = t.day_id JOIN trip k ON k.id = d.trip_id"

  static let stops = FeatureSource(
    name: "stops", geometry: .point,
    properties: [
      .init("name", .text, "t.name"),
      .init("trip", .identifier, "k.uid"),
      .init("tripTitle", .text, "k.title"),
      .init("partner", .identifier, "(SELECT p.uid FROM partner p WHERE p.id = t.partner_id)"),
      .init("responsible", .text, login("k.responsible_id")),
      .init("day", .integer, "d.position + 1"),
      .init("date", .day, "d.date"),
      .init("position", .integer, "t.position + 1"),
      .init("arrival", .instant, "t.arrival"),
      .init("serviceStart", .instant, "t.service_start"),
      .init("departure", .instant, "t.departure"),
      .init("locked", .boolean, "t.locked"),
      .init("visit", .text, "t.visit", values: names(Stop.VisitState.self)),
      .init("outcome", .text, "t.outcome", isSortable: false),
    ],
    table: "stop", joins: dayAndTrip, geometryColumn: "location", identifier: .uid("t.uid"),
    time: ("t.arrival", "t.departure"), responsible: "k.responsible_id")

  static let legs = FeatureSource(
    name: "legs", geometry: .line,
    properties: [
      .init("trip", .identifier, "k.uid"),
      .init("tripTitle", .text, "k.title"),
      .init("responsible", .text, login("k.responsible_id")),
      .init("day", .integer, "d.position + 1"),
      .init("date", .day, "d.date"),
      .init("position", .integer, "t.position + 1"),
      .init("metres", .number, "t.metres"),
      .init("seconds", .integer, "t.seconds"),
      .init("source", .text, "t.source", values: names(Trip.Matrix.self)),
    ],
    table: "leg", joins: dayAndTrip, geometryColumn: "geometry",
    identifier: .numbered(uid: "k.uid", positions: ["d.position", "t.position"]),
    time: ("d.start_at", "d.end_at"), responsible: "k.responsible_id")
}
