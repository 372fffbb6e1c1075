import Foundation

/// One page of a list.
public struct Page<Item: Sendable>: Sendable {
  public var items: [Item]
  /// Where the next page begins; nil on the last one.
  public var next: ListCursor?
  /// How many the whole list has; nil when it was not asked for.
  public var total: Int?

  public init(items: [Item], next: ListCursor? = nil, total: Int? = nil) {
    self.items = items
    self.next = next
    self.total = total
  }

  /// The most one page holds.
  public static var maximumLimit: Int { 500 }
}

/// A place in an ordered list: the key and the row of the last item seen. The list goes on behind it whatever was added or
/// removed meanwhile, so no item that stays where it is comes twice or is passed over.
///
/// As text it is base64url of: format, list, order, kind of key, row, key. It holds for one list in one order; filters
/// may differ.
public struct ListCursor: Hashable, Sendable {
  enum Key: Hashable, Sendable {
    case none
    case number(Int64)
    case bytes([UInt8])
  }
  enum List: UInt8, Sendable {
    case partners = 1
    case tasks, trips, activities, users, audit, importRuns
  }

  let list: List
  /// The sort's number, with the top bit set for a descending one.
  let order: UInt8
  let key: Key
  let row: Int64

  private static let format: UInt8 = 1

  /// The form that is handed out and taken back.
  public var text: String {
    var bytes: [UInt8] = [Self.format, list.rawValue, order]
    func add(_ number: Int64) { withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) } }
    switch key {
    case .none: bytes.append(0)
    case .number: bytes.append(1)
    case .bytes: bytes.append(2)
    }
    add(row)
    switch key {
    case .none: break
    case .number(let number): add(number)
    case .bytes(let text): bytes += text
    }
    return Base64URL.encode(bytes)
  }

  /// Reads ``text``.
  /// - Throws: ``StoreError/badCursor(_:)`` for anything else.
  public init(_ text: String) throws {
    guard text.utf8.count <= 8192 else { throw StoreError.badCursor("it is too long") }
    guard let bytes = Base64URL.decode(text) else { throw StoreError.badCursor("it is no base64url") }
    guard bytes.count >= 12, bytes[0] == Self.format, let list = List(rawValue: bytes[1]) else {
      throw StoreError.badCursor("it is of no list")
    }
    func number(_ at: Int) -> Int64 {
      bytes[at..<at + 8].reduce(0) { $0 << 8 | Int64($1) }
    }
    self.list = list
    order = bytes[2]
    row = number(4)
    switch (bytes[3], bytes.count) {
    case (0, 12): key = .none
    case (1, 20): key = .number(number(12))
    case (2, _): key = .bytes([UInt8](bytes[12...]))
    default: throw StoreError.badCursor("its key is cut off")
    }
  }

  init(_ list: List, order: UInt8, key: Key, row: Int64) {
    self.list = list
    self.order = order
    self.key = key
    self.row = row
  }

  /// - Throws: ``StoreError/badCursor(_:)`` when it is of another list or order.
  func check(_ list: List, order: UInt8) throws {
    guard self.list == list else { throw StoreError.badCursor("it is of another list") }
    guard self.order == order else { throw StoreError.badCursor("the list is sorted otherwise") }
  }

  /// The key as a number.
  /// - Throws: ``StoreError/badCursor(_:)``.
  func number() throws -> Int64 {
    guard case .number(let value) = key else { throw StoreError.badCursor("its key is no number") }
    return value
  }
}

extension Page {
  /// - Throws: ``StoreError/badValue(field:detail:)``.
  static func checked(limit: Int) throws -> Int {
    guard (1...maximumLimit).contains(limit) else {
      throw StoreError.badValue(field: "limit", detail: "\(limit) is not within 1 … \(maximumLimit)")
    }
    return limit
  }
}
