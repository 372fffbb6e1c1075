import CRM
import Foundation
import Geo
import Yams

/// An operator's word on how a partner list is to be read; whatever it leaves open is guessed. `docs/import.md` describes
/// the YAML form.
public struct ImportMapping: Hashable, Sendable {
  /// How a row finds the partner it is about.
  public enum Rule: String, Hashable, Sendable, CaseIterable {
    case plannerID, externalKey, registrationNumber, phone, email, name
  }

  /// Headings as the file writes them, several joined in order. An empty list: not to be read, whatever is guessed.
  public var columns: [ImportField: [String]] = [:]
  /// Headings never read.
  public var ignore: [String] = []
  /// Whose keys the key column holds.
  public var system: String?
  /// ISO 3166-1 alpha-2 of rows that do not say.
  public var country: String?
  /// Kind and status of new partners whose row does not say.
  public var kind: PartnerKind?
  public var status: PartnerStatus?
  /// Cell text to value, beyond the words known anyway.
  public var kinds: [String: PartnerKind] = [:]
  public var statuses: [String: PartnerStatus] = [:]
  /// Cell text to login.
  public var responsibles: [String: String] = [:]
  /// Tags every row gets.
  public var tags: [String] = []
  public var rules: [Rule] = Rule.allCases
  public var table = TableOptions()

  public init() {}

  /// Reads a mapping file.
  /// - Throws: ``ImportError`` naming what is unknown.
  public init(path: String) throws(ImportError) {
    guard let data = FileManager.default.contents(atPath: path) else { throw .mappingMissing(path: path) }
    guard data.count <= 1 << 20, let text = String(data: data, encoding: .utf8) else {
      throw .mappingUnreadable(detail: "it is no UTF-8 text of at most 1 MiB")
    }
    try self.init(yaml: text)
  }

  /// - Throws: ``ImportError`` naming what is unknown.
  public init(yaml: String) throws(ImportError) {
    let node: Node?
    do {
      node = try Yams.compose(yaml: yaml)
    } catch {
      throw .mappingUnreadable(
        detail: String(describing: error).split(separator: "\n").first.map(String.init) ?? "")
    }
    guard let node else { return }
    guard let top = node.mapping else { throw .mappingUnreadable(detail: "it is no list of keys and values") }
    var unknown: [String] = []
    for (key, value) in top {
      let name = key.string ?? ""
      switch name {
      case "columns": unknown += try readColumns(value)
      case "ignore": ignore = try Self.list(value, key: name)
      case "system": system = TextFolding.clean(try Self.text(value, key: name), limit: 100)
      case "country": country = try Self.country(value)
      case "kind": kind = try Self.choice(value, key: name)
      case "status": status = try Self.choice(value, key: name)
      case "kinds": kinds = try Self.choices(value, key: name)
      case "statuses": statuses = try Self.choices(value, key: name)
      case "responsibles":
        for (word, login) in try Self.pairs(value, key: name) {
          responsibles[TextFolding.fold(word)] = try Self.text(login, key: name).lowercased()
        }
      case "tags": tags = try Self.list(value, key: name)
      case "match":
        rules = []
        for rule in try Self.list(value, key: name) {
          guard let rule = Rule(rawValue: rule) else {
            throw .mappingBadValue(
              key: name,
              detail: "\"\(rule)\" is none of \(Rule.allCases.map(\.rawValue).joined(separator: ", "))")
          }
          if !rules.contains(rule) { rules.append(rule) }
        }
        rules.sort { Rule.allCases.firstIndex(of: $0)! < Rule.allCases.firstIndex(of: $1)! }
      case "delimiter": table.delimiter = try Self.delimiter(value)
      case "encoding":
        let text = try Self.text(value, key: name)
        guard let encoding = TextEncoding(name: text) else {
          throw .mappingBadValue(
            key: name,
            detail: "\"\(text)\" is none of \(TextEncoding.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        table.encoding = encoding
      case "sheet": table.sheet = try Self.text(value, key: name)
      default: unknown.append(name)
      }
    }
    guard unknown.isEmpty else { throw .mappingUnknownKeys(unknown) }
  }

  // MARK: - Reading YAML

  /// Gives the names that are no field.
  private mutating func readColumns(_ node: Node) throws(ImportError) -> [String] {
    var unknown: [String] = []
    for (name, value) in try Self.pairs(node, key: "columns") {
      guard let field = ImportField(rawValue: name) else {
        unknown.append("columns.\(name)")
        continue
      }
      columns[field] =
        value.null != nil || value.string == "" ? [] : try Self.list(value, key: "columns.\(name)")
    }
    return unknown
  }

  private static func text(_ node: Node, key: String) throws(ImportError) -> String {
    guard let text = node.string, !text.isEmpty else {
      throw .mappingBadValue(key: key, detail: "a text is wanted")
    }
    return text
  }

  private static func list(_ node: Node, key: String) throws(ImportError) -> [String] {
    guard let sequence = node.sequence else { return [try text(node, key: key)] }
    var result: [String] = []
    for item in sequence { result.append(try text(item, key: key)) }
    return result
  }

  private static func pairs(_ node: Node, key: String) throws(ImportError) -> [(String, Node)] {
    guard let mapping = node.mapping else {
      throw .mappingBadValue(key: key, detail: "keys and values are wanted")
    }
    return mapping.map { ($0.key.string ?? "", $0.value) }
  }

  private static func choice<E: RawRepresentable & CaseIterable>(
    _ node: Node, key: String
  ) throws(ImportError) -> E where E.RawValue == String {
    let word = try text(node, key: key)
    guard let value = E(rawValue: word) else {
      throw .mappingBadValue(
        key: key, detail: "\"\(word)\" is none of \(E.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    return value
  }

  private static func choices<E: RawRepresentable & CaseIterable>(
    _ node: Node, key: String
  ) throws(ImportError) -> [String: E] where E.RawValue == String {
    var table: [String: E] = [:]
    for (word, value) in try pairs(node, key: key) {
      table[TextFolding.fold(word)] = try choice(value, key: key)
    }
    return table
  }

  private static func country(_ node: Node) throws(ImportError) -> String {
    let word = try text(node, key: "country")
    guard let code = CountryCode.find(word) else {
      let near = CountryCode.near(word)
      throw .mappingBadValue(
        key: "country",
        detail: "\"\(word)\" is no country; "
          + (near.isEmpty
            ? "a code of ISO 3166-1 or a name is wanted, such as BY or Belarus"
            : "did you mean \(near.joined(separator: ", "))?"))
    }
    return code
  }

  private static func delimiter(_ node: Node) throws(ImportError) -> UInt8 {
    let word = try text(node, key: "delimiter")
    if word == "tab" || word == "\\t" { return 0x09 }
    guard word.utf8.count == 1, let byte = word.utf8.first, byte != 0x22, byte >= 0x20 || byte == 0x09 else {
      throw .mappingBadValue(key: "delimiter", detail: "one character or \"tab\" is wanted")
    }
    return byte
  }
}
