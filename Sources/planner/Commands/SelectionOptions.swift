import ArgumentParser
import CRM
import Foundation
import Geo
import Planning
import Routing
import Store

/// Which partners, as options. Values inside one option are alternatives; options narrow each other, or widen
/// with `--match any`.
struct SelectionOptions: ParsableArguments {
  enum Match: String, ExpressibleByArgument, CaseIterable { case all, any }

  @Option(help: "Administrative region by name in any of its languages, or by code (BY-BR, BY).")
  var region: [String] = []

  @Option(help: ArgumentHelp("GeoJSON area: polygons, with holes.", valueName: "FILE.geojson"))
  var polygon: [String] = []

  @Option(help: ArgumentHelp("Within METRES of a point.", valueName: "LAT,LON,METRES"))
  var circle: [String] = []

  @Option(
    help: ArgumentHelp(
      "Within MINUTES of driving from a point, on the road graph.", valueName: "LAT,LON,MINUTES"))
  var drive: [String] = []

  @Option(help: ArgumentHelp("Within METRES of a line.", valueName: "FILE.geojson,METRES"))
  var corridor: [String] = []

  @Option(help: ArgumentHelp("Partner identifiers, comma-separated.", valueName: "ID,ID"))
  var ids: [String] = []

  @Option(help: "Statuses, comma-separated: prospect, active, paused, closed.")
  var status: [String] = []

  @Option(help: "Kinds, comma-separated: agency, hotel, carrier, supplier, corporate.")
  var kind: [String] = []

  @Option(help: "Tags, comma-separated: partners with any of them.")
  var tag: [String] = []

  @Option(
    help: "Logins of responsible managers, comma-separated; \"nobody\" for none. With plan --save: who goes.")
  var responsible: [String] = []

  @Option(help: "As --responsible, but a filter everywhere.")
  var managedBy: [String] = []

  @Option(
    help: ArgumentHelp(
      "No visit on or after the day. Days begin in the zone of TZ or of the computer, when a trip is planned in the trip's.",
      valueName: "YYYY-MM-DD"), transform: OptionValue.date)
  var notVisitedSince: LocalDate?

  @Flag(help: "Call interval has run out.")
  var overdue = false

  @Option(help: "A saved selection, by name.")
  var saved: [String] = []

  @Option(help: "Leave out what a saved selection holds.")
  var without: [String] = []

  @Option(
    help: ArgumentHelp(
      "A selection as JSON, combining with and / or / not: a file, or the text itself.",
      valueName: "FILE.json"))
  var selection: [String] = []

  @Option(help: "Whether a partner must satisfy all options or any of them.")
  var match: Match = .all

  /// Wrong values are wrong usage before anything is opened.
  func validate() throws {
    _ = try OptionValue.cases(status, option: "--status", of: PartnerStatus.self)
    _ = try OptionValue.cases(kind, option: "--kind", of: PartnerKind.self)
  }
}

extension SelectionOptions {
  /// The files the options name, which an export must not replace.
  var files: [String] {
    polygon + selection + corridor.map { String($0[..<($0.lastIndex(of: ",") ?? $0.endIndex)]) }
  }

  /// The options as one value, regions resolved to codes.
  ///
  /// - Parameter filtersByResponsible: false where `--responsible` names who goes.
  func resolve(
    in reader: some ReadAccess, workspace: Workspace, filtersByResponsible: Bool = true
  ) throws -> Selection {
    let resolver = SelectionResolver(reader: reader)
    var parts: [Selection] = []
    func either(_ list: [Selection]) {
      if let first = list.first { parts.append(list.count == 1 ? first : .or(list)) }
    }
    either(try region.map { .region(try resolver.regionCode($0)) })
    either(try polygon.map { .polygon(try Workspace.geometry($0) { try GeoJSON.area(from: $0) }) })
    either(try circle.map(Self.circle))
    either(try drive.map { try Self.drive($0, workspace) })
    either(try corridor.map(Self.corridor))
    let identifiers = try OptionValue.list(ids, option: "--ids")
    if !identifiers.isEmpty {
      parts.append(
        .ids(
          try identifiers.map { text in
            guard let id = PartnerID(text) else {
              throw WorkspaceError.badIdentifier(text, what: "partner")
            }
            return id
          }))
    }
    let statuses = try OptionValue.cases(status, option: "--status", of: PartnerStatus.self)
    if !statuses.isEmpty { parts.append(.status(statuses)) }
    let kinds = try OptionValue.cases(kind, option: "--kind", of: PartnerKind.self)
    if !kinds.isEmpty { parts.append(.kind(kinds)) }
    let tags = try OptionValue.list(tag, option: "--tag").map { $0.lowercased() }
    if !tags.isEmpty { parts.append(.tag(tags)) }
    let logins =
      try OptionValue.list(filtersByResponsible ? responsible : [], option: "--responsible")
      + OptionValue.list(managedBy, option: "--managed-by")
    if !logins.isEmpty {
      let known = try reader.users().map(\.login)
      for login in logins where login != "nobody" && !known.contains(login) {
        throw WorkspaceError.unknownUser(login, known: known)
      }
      parts.append(.responsible(logins.map { $0 == "nobody" ? "" : $0 }))
    }
    if let notVisitedSince { parts.append(.notVisitedSince(notVisitedSince)) }
    if overdue { parts.append(.overdue(asOf: nil)) }
    for name in saved { parts.append(try resolver.saved(name)) }
    for text in selection { parts.append(try resolver.json(text)) }
    var result: Selection = parts.count == 1 ? parts[0] : match == .all ? .and(parts) : .or(parts)
    if parts.isEmpty { result = .all }
    let excluded = try without.map { Selection.not(try resolver.saved($0)) }
    return excluded.isEmpty ? result : .and([result] + excluded)
  }

  static func circle(_ text: String) throws -> Selection {
    let text = text.trimmingCharacters(in: .whitespaces)
    let parts = text.split(separator: ",", omittingEmptySubsequences: false)
    guard parts.count == 3, let radius = Double(parts[2]), radius.isFinite, radius > 0 else {
      throw ValidationError("\"\(text)\" is no circle: write LAT,LON,METRES")
    }
    let center = try CoordinateText.require("\(parts[0]),\(parts[1])")
    return .circle(center: center, radius: Metres(radius))
  }

  /// The area that can be driven to; kept as a polygon, so that a saved selection does not change with the roads.
  static func drive(_ text: String, _ workspace: Workspace) throws -> Selection {
    let text = text.trimmingCharacters(in: .whitespaces)
    let parts = text.split(separator: ",", omittingEmptySubsequences: false)
    guard parts.count == 3, let minutes = Double(parts[2]), minutes > 0, minutes <= 24 * 60 else {
      throw ValidationError("\"\(text)\" is no drive: write LAT,LON,MINUTES, at most 1440 minutes")
    }
    let place = try CoordinateText.require("\(parts[0]),\(parts[1])")
    return .polygon(
      try workspace.requiredRoadRouter().reachable(
        from: place, within: .milliseconds(Int((minutes * 60_000).rounded())),
        options: RoadOptions(radius: RoadMatrix.coveredWithin)))
  }

  static func corridor(_ text: String) throws -> Selection {
    guard let comma = text.lastIndex(of: ","), let width = Double(text[text.index(after: comma)...]),
      width.isFinite, width > 0
    else { throw ValidationError("\"\(text)\" is no corridor: write FILE.geojson,METRES") }
    let line = try Workspace.geometry(String(text[..<comma])) { try GeoJSON.line(from: $0) }
    return .corridor(line, distance: Metres(width))
  }
}

/// Turns names inside selections into what the store keeps.
struct SelectionResolver<Access: ReadAccess> {
  let reader: Access

  /// - Throws: ``RegionNameError``.
  func regionCode(_ text: String) throws -> String {
    switch RegionNameIndex(try reader.regionNames()).find(text) {
    case .one(let code): return code
    case .ambiguous(let choices):
      throw RegionNameError.ambiguous(text, choices: choices.map { "\($0.code) (\($0.name))" })
    case .none(let suggestions): throw RegionNameError.unknown(text, suggestions: suggestions)
    }
  }

  func saved(_ name: String) throws -> Selection {
    try reader.requiredSelection(named: name).selection
  }

  /// JSON text, or the name of a file that holds it. Regions inside may be names.
  func json(_ text: String) throws -> Selection {
    let inline = text.utf8.first == UInt8(ascii: "{")
    let data = inline ? Data(text.utf8) : try Workspace.read(text)
    do {
      return try withCodes(try JSONDecoder().decode(Selection.self, from: data))
    } catch let error as DecodingError {
      throw WorkspaceError.badSelection(inline ? "text" : text, why: Self.reason(error))
    }
  }

  private func withCodes(_ selection: Selection) throws -> Selection {
    switch selection {
    case .region(let name): .region(try regionCode(name))
    case .and(let list): .and(try list.map(withCodes))
    case .or(let list): .or(try list.map(withCodes))
    case .not(let one): .not(try withCodes(one))
    default: selection
    }
  }

  private static func reason(_ error: DecodingError) -> String {
    switch error {
    case .dataCorrupted(let context), .keyNotFound(_, let context), .typeMismatch(_, let context),
      .valueNotFound(_, let context):
      context.debugDescription
    @unknown default: "\(error)"
    }
  }
}

/// Why a region's name did not lead to a region.
enum RegionNameError: CodedError, Equatable {
  case unknown(String, suggestions: [String])
  case ambiguous(String, choices: [String])

  var code: String {
    switch self {
    case .unknown: "selection.region.unknown"
    case .ambiguous: "selection.region.ambiguous"
    }
  }
  var message: String {
    switch self {
    case .unknown(let text, _): "there is no region \"\(text)\""
    case .ambiguous(let text, let choices): "\"\(text)\" names \(choices.count) regions"
    }
  }
  var hint: String {
    switch self {
    case .unknown(_, let suggestions):
      suggestions.isEmpty
        ? "use a name or a code such as BY-BR; `planner import regions` fills the table of regions"
        : "did you mean " + suggestions.joined(separator: ", ") + "?"
    case .ambiguous(_, let choices): "use one of the codes: " + choices.joined(separator: ", ")
    }
  }
  var choices: [String] {
    switch self {
    case .unknown(_, let list), .ambiguous(_, let list): list
    }
  }
}
