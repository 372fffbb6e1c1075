import Foundation
import Geo
import Logging
import Yams

extension ServiceSettings {
  /// Settings by their names in the file; in the environment they are `PLANNER_` and the name in capitals.
  private static let names: [(name: String, variable: String)] = [
    ("openSurfaces", "PLANNER_OPEN_SURFACES"), ("openMetrics", "PLANNER_OPEN_METRICS"),
    ("rateLimit", "PLANNER_RATE_LIMIT"), ("publicURL", "PLANNER_PUBLIC_URL"), ("log", "PLANNER_LOG"),
    ("trustedProxies", "PLANNER_TRUSTED_PROXIES"), ("tiles", "PLANNER_TILES"),
    ("tilesCredit", "PLANNER_TILES_CREDIT"),
  ]

  /// Reads the file, then the environment, which goes before it.
  /// - Throws: ``SettingsError``.
  init(file: String?, environment: [String: String]) throws {
    self.init()
    var credit = ""
    func take(_ name: String, _ text: String, from place: String, _ settings: inout Self) throws {
      if name == "tilesCredit" { credit = text } else { try settings.set(name, text, from: place) }
    }
    if let file {
      guard let data = FileManager.default.contents(atPath: file) else {
        throw SettingsError.unreadable(file)
      }
      let value: Any?
      do {
        value = try Yams.load(yaml: String(decoding: data, as: UTF8.self))
      } catch {
        throw SettingsError.noYAML(file)
      }
      guard let members = value as? [String: Any] ?? (value == nil ? [:] : nil) else {
        throw SettingsError.noYAML(file)
      }
      for (name, value) in members.sorted(by: { $0.key < $1.key }) {
        let text = (value as? [Any]).map { $0.map { "\($0)" }.joined(separator: ", ") } ?? "\(value)"
        try take(name, text, from: file, &self)
      }
    }
    for (name, variable) in Self.names {
      if let value = environment[variable], !value.isEmpty { try take(name, value, from: variable, &self) }
    }
    tiles?.credit = credit
  }

  private mutating func set(_ name: String, _ text: String, from place: String) throws {
    func flag() throws -> Bool {
      switch text.lowercased() {
      case "1", "true", "yes": true
      case "0", "false", "no": false
      default: throw SettingsError.badValue(name, text, place, wanted: "true or false")
      }
    }
    switch name {
    case "openSurfaces": openSurfaces = try flag()
    case "openMetrics": openMetrics = try flag()
    case "rateLimit":
      guard let number = Int(text), (0...1_000_000).contains(number) else {
        throw SettingsError.badValue(name, text, place, wanted: "requests a minute, 0 for no limit")
      }
      rateLimit = number
    case "publicURL":
      guard let url = URL(string: text), ["http", "https"].contains(url.scheme), url.host() != nil else {
        throw SettingsError.badValue(name, text, place, wanted: "an address like https://planner.example.com")
      }
      publicURL = text.hasSuffix("/") ? String(text.dropLast()) : text
    case "trustedProxies":
      guard let proxies = TrustedProxies(text) else {
        throw SettingsError.badValue(
          name, text, place, wanted: "addresses and blocks like 127.0.0.1, 10.0.0.0/8, fd00::/8")
      }
      trustedProxies = proxies
    case "tiles":
      guard let service = OperatorTiles(text) else {
        throw SettingsError.badValue(
          name, text, place, wanted: "an address like https://tiles.example.com/{z}/{x}/{y}.png")
      }
      tiles = service
    case "log":
      guard let level = Logger.Level(rawValue: text) else {
        throw SettingsError.badValue(
          name, text, place, wanted: "trace, debug, info, notice, warning or error")
      }
      logLevel = level
    default: throw SettingsError.unknown(name, place, known: Self.names.map(\.name))
    }
  }
}

/// Why the settings of the service cannot be used.
enum SettingsError: CodedError, Equatable {
  case unreadable(String)
  case noYAML(String)
  case unknown(String, String, known: [String])
  case badValue(String, String, String, wanted: String)

  var code: String {
    switch self {
    case .unreadable: "settings.unreadable"
    case .noYAML: "settings.noYAML"
    case .unknown: "settings.unknown"
    case .badValue: "settings.badValue"
    }
  }
  var message: String {
    switch self {
    case .unreadable(let file): "\(file) cannot be read"
    case .noYAML(let file): "\(file) is no YAML mapping of settings"
    case .unknown(let name, let file, _): "\(file): there is no setting \"\(name)\""
    case .badValue(let name, let text, let place, _): "\(place): \(name) is \"\(text)\""
    }
  }
  var hint: String {
    switch self {
    case .unreadable: "check the name and the permissions"
    case .noYAML: "write lines like `rateLimit: 100`"
    case .unknown(_, _, let known): "known: " + known.joined(separator: ", ")
    case .badValue(_, _, _, let wanted): "give \(wanted)"
    }
  }
  var choices: [String] {
    if case .unknown(_, _, let known) = self { return known }
    return []
  }
}
