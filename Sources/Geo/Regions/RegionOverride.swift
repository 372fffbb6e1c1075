import Foundation

/// An operator's word on one polygon of the region data: which country and which region it counts to.
///
/// The polygons follow lines as they are drawn on the ground by their source; where an operator must show others,
/// a row of a table says so. Stored with the data, applied whenever the catalogue is built.
public struct RegionOverride: Sendable, Hashable, Codable {
  /// The polygon: its key in the source, country code and name as drawn (`XX/Name`), or the code that it would
  /// get without this row (`XX-12`; then all polygons of that code). Regions of the operator's own are named alike.
  public var polygon: String
  /// ISO 3166-1 alpha-2 that the polygon counts to; nil leaves it, or follows `region` when that is given.
  public var country: String?
  /// ISO 3166-2 code that the polygon gets; nil leaves it.
  public var region: String?

  public init(polygon: String, country: String? = nil, region: String? = nil) {
    self.polygon = polygon
    self.country = country
    self.region = region
  }

  /// Reads an operator's table: CSV with the columns polygon, country, region (parted by comma, semicolon or tab;
  /// a heading row and lines starting with `#` are passed over), or a JSON array of objects with those names.
  public static func read(_ data: Data) throws(RegionError) -> [RegionOverride] {
    guard var text = String(validating: data, as: UTF8.self) else {
      throw .badOverride(row: 1, detail: "the table is not UTF-8")
    }
    if text.unicodeScalars.first == "\u{FEFF}" { text.unicodeScalars.removeFirst() }
    if text.unicodeScalars.first(where: { !$0.properties.isWhitespace }) == "[" {
      let rows: [RegionOverride]
      do {
        rows = try JSONDecoder().decode([RegionOverride].self, from: Data(text.utf8))
      } catch {
        throw .badOverride(row: 1, detail: "the JSON is no array of objects with \"polygon\"")
      }
      var overrides: [RegionOverride] = []
      for (i, row) in rows.enumerated() {
        overrides.append(
          try checked(row.polygon, country: row.country ?? "", region: row.region ?? "", row: i + 1))
      }
      return overrides
    }
    var overrides: [RegionOverride] = []
    let lines = text.unicodeScalars.split(omittingEmptySubsequences: false) { $0 == "\n" }
    for (i, line) in lines.enumerated() {
      let trimmed = String(line).trimmingCharacters(in: .whitespacesAndNewlines)
      if trimmed.isEmpty || trimmed.unicodeScalars.first == "#" { continue }
      var fields = split(String(line))
      if overrides.isEmpty, fields[0].lowercased() == "polygon" { continue }
      guard fields.count <= 3 else {
        throw .badOverride(row: i + 1, detail: "\(fields.count) columns instead of 3")
      }
      while fields.count < 3 { fields.append("") }
      overrides.append(try checked(fields[0], country: fields[1], region: fields[2], row: i + 1))
    }
    return overrides
  }

  /// An override as a person wrote it, its codes in capitals.
  /// - Parameter row: where it stands in its table, for the error.
  /// - Throws: ``RegionError/badOverride(row:detail:)`` when a code has another form or nothing is said.
  public static func checked(
    _ polygon: String, country: String, region: String, row: Int = 1
  ) throws(RegionError) -> RegionOverride {
    let country = country.uppercased()
    let region = region.uppercased()
    func isCode(_ text: some StringProtocol, _ lengths: ClosedRange<Int>, digits: Bool) -> Bool {
      lengths.contains(text.utf8.count)
        && text.utf8.allSatisfy {
          (0x41...0x5A).contains($0) || (digits && (0x30...0x39).contains($0))
        }
    }
    guard !polygon.isEmpty else { throw .badOverride(row: row, detail: "no polygon is named") }
    guard country.isEmpty || isCode(country, 2...2, digits: false) else {
      throw .badOverride(row: row, detail: "\"\(country)\" is no country code")
    }
    let parts = region.split(separator: "-", omittingEmptySubsequences: false)
    guard
      region.isEmpty
        || (parts.count == 2 && isCode(parts[0], 2...2, digits: false)
          && isCode(parts[1], 1...3, digits: true))
    else { throw .badOverride(row: row, detail: "\"\(region)\" is no ISO 3166-2 code") }
    guard !country.isEmpty || !region.isEmpty else {
      throw .badOverride(row: row, detail: "neither country nor region is given")
    }
    return RegionOverride(
      polygon: TextFolding.clean(polygon), country: country.isEmpty ? nil : country,
      region: region.isEmpty ? nil : region)
  }

  /// The fields of one line, trimmed; quotes around a field are taken off and doubled ones inside halved.
  private static func split(_ line: String) -> [String] {
    let scalars = Array(line.unicodeScalars)
    let separator =
      scalars.first { $0 == "\t" } ?? scalars.first { $0 == ";" } ?? Unicode.Scalar(",")
    var fields: [String] = []
    var field = String.UnicodeScalarView()
    var quoted = false
    var i = 0
    while i < scalars.count {
      let scalar = scalars[i]
      if scalar == "\"" {
        if quoted, i + 1 < scalars.count, scalars[i + 1] == "\"" {
          field.append("\"")
          i += 1
        } else {
          quoted.toggle()
        }
      } else if scalar == separator, !quoted {
        fields.append(String(field))
        field = .init()
      } else {
        field.append(scalar)
      }
      i += 1
    }
    fields.append(String(field))
    return fields.map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }
  }
}
