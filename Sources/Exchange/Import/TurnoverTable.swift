import Geo

/// What partners sold, from a list of another system: one row a partner, or one a sale.
///
/// The partner's column holds its identifier here or its code there, the other an amount in one currency for all rows.
public struct TurnoverTable: Hashable, Sendable {
  public enum Failure: CodedError, Hashable {
    case noColumn(path: String, role: String, columns: [String])
    case badAmount(path: String, row: Int, text: String)
    case noRows(path: String)

    public var code: String {
      switch self {
      case .noColumn: "turnover.column"
      case .badAmount: "turnover.amount"
      case .noRows: "turnover.empty"
      }
    }
    public var message: String {
      switch self {
      case .noColumn(let path, let role, let columns):
        "\(path) has no column of the \(role) among \(columns.joined(separator: ", "))"
      case .badAmount(let path, let row, let text): "\(path), row \(row): \"\(text)\" is no amount"
      case .noRows(let path): "\(path) has headings and nothing under them"
      }
    }
    public var hint: String {
      switch self {
      case .noColumn(_, let role, _):
        role == TurnoverTable.partnerRole
          ? "head it partner, id or code (код)" : "head it turnover, revenue or sales (оборот, выручка)"
      case .badAmount: "write 1250, 1 250.50 or 1250,50, not below 0, in one currency without its name"
      case .noRows: "export the list again"
      }
    }
  }

  /// Sums by what the partner's column says.
  public private(set) var amounts: [String: Double] = [:]

  static let partnerRole = "partner"
  private static let headings = Set(
    [
      "turnover", "revenue", "sales", "amount", "оборот", "выручка", "продажи", "сумма", "obrót", "przychód",
      "sprzedaż", "umsatz",
    ].map { TextFolding.fold($0) })

  /// - Throws: ``TableError``, ``Failure``.
  public init(path: String) throws {
    let reader = try TableFile.open(path)
    guard let head = try reader.next() else { throw TableError.empty(path: path) }
    func column(_ role: String, _ fits: (String) -> Bool) throws -> Int {
      guard let index = head.cells.firstIndex(where: fits) else {
        throw Failure.noColumn(path: path, role: role, columns: head.cells)
      }
      return index
    }
    let partner = try column(Self.partnerRole) {
      HeadingGuess.field($0) == .externalKey || TextFolding.fold($0) == TextFolding.fold("partner")
    }
    let amount = try column("turnover") { heading in
      TextFolding.fold(heading).split(separator: " ").contains { Self.headings.contains(String($0)) }
    }
    while let row = try reader.next() {
      func cell(_ column: Int) -> String {
        column < row.cells.count ? TextFolding.clean(row.cells[column]) : ""
      }
      let key = cell(partner)
      if key.isEmpty { continue }
      let text = cell(amount)
      guard let value = text.isEmpty ? 0 : Self.amount(text) else {
        throw Failure.badAmount(path: path, row: row.number, text: text)
      }
      amounts[key, default: 0] += value
    }
    if amounts.isEmpty { throw Failure.noRows(path: path) }
  }

  /// `1250`, `1 250.50`, `1.250,50`, `1,250`; nil for what is no amount, or below 0.
  ///
  /// Of a point and a comma the last is the decimal sign; one alone is, unless three digits follow it: money has two.
  static func amount(_ text: String) -> Double? {
    let plain = text.unicodeScalars.filter { !$0.properties.isWhitespace && $0 != "'" && $0 != "’" }
    let marks = plain.filter { $0 == "." || $0 == "," }
    var groups = plain.split(omittingEmptySubsequences: false) { $0 == "." || $0 == "," }.map(String.init)
    var decimals = ""
    if let last = groups.last, groups.count > 1, last.utf8.count != 3 || Set(marks).count == 2 {
      decimals = last
      groups.removeLast()
      // The decimal sign comes once.
      if marks.dropLast().contains(where: { $0 == marks.last }) { return nil }
    }
    guard Set(marks.dropLast(decimals.isEmpty ? 0 : 1)).count <= 1,
      groups.dropFirst().allSatisfy({ $0.utf8.count == 3 }),
      groups.count == 1 || (1...3).contains(groups[0].utf8.count)
    else { return nil }
    let digits = groups.joined()
    guard !digits.isEmpty, (digits + decimals).utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      let value = Double(decimals.isEmpty ? digits : digits + "." + decimals), value < 1e15
    else { return nil }
    return value
  }
}
