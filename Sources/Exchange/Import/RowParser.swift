import CRM
import Foundation
import Geo

/// Turns a row of text into a draft. Never fails: what cannot be read becomes a warning, and a row without a name
/// carries its fault.
///
/// One thread at a time: it remembers the words it has seen, since lists repeat them.
final class RowParser {
  let map: ColumnMap
  let mapping: ImportMapping
  /// ISO code of rows that do not say, and whose keys the key column holds.
  let country: String?
  let system: String
  fileprivate var kinds = WordMemory<PartnerKind>()
  fileprivate var statuses = WordMemory<PartnerStatus>()
  fileprivate var countries = WordMemory<String>()
  fileprivate var hours = WordMemory<Result<OpeningHours, OpeningHoursError>>()

  init(map: ColumnMap, mapping: ImportMapping, country: String?, system: String) {
    self.map = map
    self.mapping = mapping
    self.country = country
    self.system = system
  }

  func draft(_ row: TableRow) -> PartnerDraft {
    var reader = RowReader(parser: self, row: row)
    return reader.read()
  }
}

/// What words were found to mean, a bounded number of them.
private struct WordMemory<Value> {
  private var known: [String: Value?] = [:]

  mutating func value(_ word: String, _ find: (String) -> Value?) -> Value? {
    if word.utf8.count > 200 { return find(word) }
    if let value = known[word] { return value }
    let value = find(word)
    if known.count >= 500 { known.removeAll(keepingCapacity: true) }
    known[word] = .some(value)
    return value
  }
}

private struct RowReader {
  let parser: RowParser
  let row: TableRow
  var draft: PartnerDraft
  /// ISO code if the row itself names its country.
  var ownCountry: String?

  init(parser: RowParser, row: TableRow) {
    self.parser = parser
    self.row = row
    draft = PartnerDraft(row: row.number)
  }

  mutating func read() -> PartnerDraft {
    noteIssues()
    readCountry()
    readIdentity()
    readWords()
    readTimes()
    readContacts()
    readAddresses()
    readCoordinates()
    return draft
  }

  // MARK: - Cells

  /// The cells of a field that hold something: cleaned, with a formula guard taken off.
  private func cells(_ field: ImportField, limit: Int = 1000) -> [(text: String, column: Int)] {
    (parser.map.columns[field] ?? []).compactMap { column in
      guard column < row.cells.count else { return nil }
      let text = TextFolding.clean(FormulaGuard.removing(row.cells[column]), limit: limit)
      return text.isEmpty || Self.isPlaceholder(text) ? nil : (text, column)
    }
  }

  /// What people type for "nothing".
  private static let placeholders: Set<String> = [
    "-", "–", "—", "--", "n/a", "null", "нет данных", "#n/a", "none", "?",
  ]

  private static func isPlaceholder(_ text: String) -> Bool {
    text.utf8.count <= 24 && (text.utf8.count < 8 || text.utf8.first! >= 0x80)
      && placeholders.contains(text.lowercased())
  }

  private func cell(_ field: ImportField, limit: Int = 1000) -> (text: String, column: Int)? {
    cells(field, limit: limit).first
  }

  /// The raw text of a column, line breaks included.
  private func raw(_ column: Int) -> String { FormulaGuard.removing(row.cells[column]) }

  private mutating func warn(_ code: String, _ message: String, _ column: Int? = nil) {
    draft.warnings.append(
      ImportIssue(code: code, message: message, column: column.map { parser.map.headings[$0] }))
  }

  private mutating func noteIssues() {
    for issue in row.issues {
      let column = issue.column - 1
      let known = column < parser.map.headings.count ? column : nil
      switch issue.kind {
      case .controlCharacter:
        warn(
          "partner.import.controlCharacter", "control characters in column \(issue.column) were left out",
          known)
      case .spreadsheetError:
        warn("partner.import.cellError", "column \(issue.column) shows an error and counts as empty", known)
      case .formulaWithoutValue:
        warn(
          "partner.import.formulaWithoutValue",
          "column \(issue.column) has a formula without its result and counts as empty: save the file in a "
            + "spreadsheet program", known)
      }
    }
    for column in parser.map.headings.count..<max(parser.map.headings.count, row.cells.count)
    where !TextFolding.clean(row.cells[column]).isEmpty {
      warn("partner.import.extraCells", "the row has more cells than there are headings")
      break
    }
  }

  // MARK: - Fields

  private mutating func readCountry() {
    draft.country = parser.country
    guard let (text, column) = cell(.country) else { return }
    if let code = parser.countries.value(text, { CountryCode.find($0) }) {
      ownCountry = code
      draft.country = code
    } else {
      warn("partner.import.unknownCountry", "\"\(text)\" is no known country", column)
    }
  }

  private mutating func readIdentity() {
    let names = cells(.name, limit: 1000)
    if let (_, column) = names.first {
      let name = names.map(\.text).joined(separator: " ")
      draft.name = TextFolding.clean(name, limit: 300)
      if name.unicodeScalars.count > 300 {
        warn("partner.import.nameTooLong", "the name was cut after 300 characters", column)
      }
    }
    if let (text, column) = cell(.plannerID) {
      draft.plannerID = PartnerID(text)
      if draft.plannerID == nil {
        warn("partner.import.badPlannerID", "\"\(text)\" is no planner id", column)
      }
    }
    if let (text, _) = cell(.externalKey, limit: 200) {
      draft.externalReferences = [ExternalReference(system: parser.system, key: text)]
    }
    for (_, column) in cells(.externalReferences) {
      for line in Self.lines(raw(column)) {
        guard let reference = ReferenceText.read(line) else {
          warn("partner.import.badReference", "\"\(line)\" is not written as system:key", column)
          continue
        }
        if !draft.externalReferences.contains(reference) { draft.externalReferences.append(reference) }
      }
    }
    if let (text, column) = cell(.registrationNumber) {
      draft.registrationNumber = CellValues.registrationNumber(text)
      if draft.registrationNumber == nil {
        warn("partner.import.badRegistrationNumber", "\"\(text)\" is no registration number", column)
      }
    }
    if draft.name == nil {
      draft.fault = ImportIssue(
        code: "partner.import.nameMissing", message: "the row has no name",
        column: parser.map.columns[.name].flatMap(\.first).map { parser.map.headings[$0] })
    }
  }

  private mutating func readWords() {
    if let (text, column) = cell(.kind) {
      draft.kind = parser.kinds.value(text) {
        parser.mapping.kinds[TextFolding.fold($0)] ?? CellValues.kind($0)
      }
      if draft.kind == nil {
        warn("partner.import.unknownKind", "\"\(text)\" is no known kind of partner", column)
      }
    }
    if let (text, column) = cell(.status) {
      draft.status = parser.statuses.value(text) {
        parser.mapping.statuses[TextFolding.fold($0)] ?? CellValues.status($0)
      }
      if draft.status == nil {
        warn("partner.import.unknownStatus", "\"\(text)\" is no known status", column)
      }
    }
    if let (text, _) = cell(.responsible) {
      draft.responsible = parser.mapping.responsibles[TextFolding.fold(text)] ?? text
    }
    var tags = parser.mapping.tags.flatMap { CellValues.tags($0) }
    for (_, column) in cells(.tags) { tags += CellValues.tags(raw(column)) }
    draft.tags = Array(Set(tags)).sorted()
    let notes = cells(.note).map { Self.lines(raw($0.column), keepingBlank: true).joined(separator: "\n") }
    if !notes.isEmpty { draft.note = notes.joined(separator: "\n") }
    let reason = cell(.doNotVisitReason)?.text
    if let (text, _) = cell(.doNotVisit) { draft.doNotVisit = CellValues.ban(text, reason: reason) }
  }

  private mutating func readTimes() {
    if let (text, column) = cell(.callInterval) {
      draft.callIntervalDays = CellValues.callIntervalDays(
        text, unit: HeadingUnit(parser.map.headings[column]))
      if draft.callIntervalDays == nil {
        warn("partner.import.badCallInterval", "\"\(text)\" is no interval in days, weeks or months", column)
      }
    }
    if let (text, column) = cell(.visitLength) {
      draft.visitLength = CellValues.visitLength(text, unit: HeadingUnit(parser.map.headings[column]))
      if draft.visitLength == nil {
        warn(
          "partner.import.badVisitLength", "\"\(text)\" is no length of time: write minutes (30), or 0:30",
          column)
      }
    }
    readHours()
  }

  private mutating func readHours() {
    let text: String
    let column: Int
    if let (_, place) = cell(.openingHours, limit: 2000) {
      // Line breaks part rules, so the cell goes in as it stands.
      (text, column) = (raw(place), place)
    } else if let opens = cell(.opensAt), let closes = cell(.closesAt) {
      (text, column) = (CellValues.clock(opens.text) + "-" + CellValues.clock(closes.text), opens.column)
    } else {
      return
    }
    let read = parser.hours.value(text) { text in
      Result { () throws(OpeningHoursError) in try OpeningHours.parse(text) }
    }
    switch read {
    case .success(let hours): draft.openingHours = hours
    case .failure(let error):
      warn(error.code, error.message, column)
      keepInNote("\(parser.map.headings[column]): \(TextFolding.clean(text, limit: 2000))")
    case nil: break
    }
  }

  private mutating func keepInNote(_ line: String) {
    draft.note = draft.note.map { $0 + "\n" + line } ?? line
  }

  private mutating func readContacts() {
    for (_, column) in cells(.phone) {
      let text = raw(column)
      let entries = PhoneNumber.entries(in: text, country: draft.country)
      if entries.isEmpty {
        warn(
          "partner.import.badPhone", "\"\(TextFolding.clean(text, limit: 100))\" is no phone number", column)
      }
      for entry in entries {
        let value = TextFolding.clean(entry.value, limit: 100)
        if entry.normalised == nil {
          warn("partner.import.badPhone", "\"\(value)\" is no complete phone number", column)
        }
        add(.init(kind: .phone, value: value, normalised: entry.normalised ?? Self.digits(value)))
      }
    }
    for (_, column) in cells(.email) {
      for piece in Self.emails(raw(column)) {
        if let normalised = EmailAddress.normalise(piece) {
          add(.init(kind: .email, value: TextFolding.clean(piece, limit: 300), normalised: normalised))
        } else {
          warn(
            "partner.import.badEmail", "\"\(TextFolding.clean(piece, limit: 100))\" is no e-mail address",
            column)
        }
      }
    }
    for (_, column) in cells(.web) {
      for piece in raw(column).unicodeScalars.split(whereSeparator: {
        ",;| \n\r\t".unicodeScalars.contains($0)
      }) {
        let text = TextFolding.clean(String(piece), limit: 2000)
        if let normalised = WebAddress.normalise(text) {
          add(.init(kind: .web, value: text, normalised: normalised))
        } else {
          warn(
            "partner.import.badWeb", "\"\(TextFolding.clean(text, limit: 100))\" is no web address", column)
        }
      }
    }
    let position = cell(.contactPosition, limit: 200)?.text ?? ""
    for (_, column) in cells(.contactPerson) {
      for line in Self.lines(raw(column)) {
        var person = PersonText.read(TextFolding.clean(line), country: draft.country)
        if draft.people.isEmpty, !position.isEmpty { person.position = position }
        draft.people.append(person)
      }
    }
  }

  /// "Name <a@b.c>" stays in one piece.
  private static func emails(_ text: String) -> [String] {
    if text.utf8.contains(UInt8(ascii: "<")) {
      return text.unicodeScalars.split { ",;|\n\r".unicodeScalars.contains($0) }.map { String($0) }
        .filter { !TextFolding.clean($0).isEmpty }
    }
    return EmailAddress.pieces(of: text)
  }

  /// The lines of a cell, each cleaned; blank ones left out, or only those at both ends.
  private static func lines(_ text: String, keepingBlank: Bool = false) -> [String] {
    var lines: [String] = []
    var previous: Unicode.Scalar = " "
    var line = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if "\n\r\u{85}\u{2028}\u{2029}".unicodeScalars.contains(scalar) {
        if !(scalar == "\n" && previous == "\r") {
          lines.append(TextFolding.clean(String(line), limit: .max))
          line = .init()
        }
      } else {
        line.append(scalar)
      }
      previous = scalar
    }
    lines.append(TextFolding.clean(String(line), limit: .max))
    guard keepingBlank else { return lines.filter { !$0.isEmpty } }
    return Array(lines.drop { $0.isEmpty }.reversed().drop { $0.isEmpty }.reversed())
  }

  private static func digits(_ text: String) -> String {
    String(decoding: text.utf8.filter { (0x30...0x39).contains($0) }, as: UTF8.self)
  }

  private mutating func add(_ point: ContactPoint) {
    let known = draft.contactPoints.contains { $0.kind == point.kind && $0.normalised == point.normalised }
    if !known, !point.normalised.isEmpty { draft.contactPoints.append(point) }
  }

  // MARK: - Place

  private mutating func readAddresses() {
    func part(_ field: ImportField) -> String? { cell(field, limit: 200)?.text }
    var house = part(.house)
    if let (text, column) = cell(.house, limit: 200), let number = CellValues.houseMadeDate(text) {
      house = number
      warn(
        "partner.import.houseIsDate",
        "a spreadsheet made a date of the house number: \"\(text)\" is read as \(number)", column)
    }
    var components = AddressComponents(
      country: ownCountry, region: part(.region), regionCode: part(.regionCode)?.uppercased(),
      district: part(.district), city: part(.city), street: part(.street), house: house,
      postcode: part(.postcode))
    let pieces = cells(.address).map(\.text)
    var text = pieces.joined(separator: ", ")
    let streetLine = [components.street, components.house].compactMap { $0 }.joined(separator: " ")
    if text.isEmpty {
      text = [components.postcode, components.region, components.district, components.city]
        .compactMap { $0 }.joined(separator: ", ")
      text = [text, streetLine].filter { !$0.isEmpty }.joined(separator: ", ")
    } else if draft.plannerID == nil, let city = components.city,
      !TextFolding.fold(text).contains(TextFolding.fold(city))
    {
      // A street in its own column needs the town to mean anything.
      text = "\(city), \(text)"
    }
    if !text.isEmpty {
      if components == AddressComponents() { components = .init() }
      draft.addresses.append(Address(text: TextFolding.clean(text, limit: 1000), components: components))
    }
    if let (legal, _) = cell(.legalAddress) { draft.addresses.append(Address(type: .legal, text: legal)) }
    if let (mailing, _) = cell(.mailingAddress) {
      draft.addresses.append(Address(type: .mailing, text: mailing))
    }
  }

  private mutating func readCoordinates() {
    let certain = ownCountry != nil
    let latitude = cell(.latitude)
    let longitude = cell(.longitude)
    let column: Int
    let reading: CoordinateText.Reading
    if let latitude, let longitude {
      column = latitude.column
      reading = CoordinateText.read(latitude.text, longitude.text, country: draft.country, certain: certain)
    } else if let both = cell(.coordinates) {
      column = both.column
      reading = CoordinateText.read(both.text, country: draft.country, certain: certain)
    } else if let alone = latitude ?? longitude {
      warn("partner.import.coordinateIncomplete", "only one of latitude and longitude is given", alone.column)
      return
    } else {
      return
    }
    switch reading {
    case .found(let c): draft.coordinate = c
    case .swapped(let c):
      draft.coordinate = c
      warn(
        "partner.import.coordinatesSwapped",
        "latitude and longitude were swapped: read as \(c.latitude), \(c.longitude)", column)
    case .outsideCountry(let c):
      draft.coordinate = c
      warn(
        "partner.import.coordinatesOutsideCountry",
        "\(c.latitude), \(c.longitude) is not in \(draft.country ?? "the country given")", column)
    case .refused(let error): warn(error.code, error.message, column)
    case .zero: warn("partner.import.coordinatesZero", "0, 0 stands for an unknown place", column)
    }
    guard draft.coordinate != nil, let level = cell(.locationLevel)?.text else { return }
    draft.isPin = level == LocationLevelText.pin
    draft.level = draft.isPin ? .given : GeocodeLevel(rawValue: level)
    draft.isStale = cell(.locationStale)?.text == LocationLevelText.stale
  }
}
