import CRM
import Foundation
import GRDB
import Geo
import Synchronization

/// Everything that can be asked of the database; both ``Reader`` and ``Writer`` can.
public protocol ReadAccess {
  /// The snapshot or transaction the questions go to.
  var access: Reader { get }
}

/// One consistent snapshot. Valid only inside the closure it was passed to.
public struct Reader: ReadAccess {
  let db: GRDB.Database
  let shared: SharedState
  /// Of the database when the snapshot was taken, or before; nil in a write, and where nobody counts.
  var generation: UInt64?
  /// Part of a write: what it sees may yet be rolled back.
  var isWriting = false
  public var access: Reader { self }
}

/// One write transaction. Valid only inside the closure it was passed to.
public struct Writer: ReadAccess {
  let db: GRDB.Database
  let shared: SharedState
  /// Who makes the changes of this transaction, and when.
  public let actor: Actor
  public let at: Date
  let tail = AuditChain.Tail()
  public var access: Reader { Reader(db: db, shared: shared, isWriting: true) }
}

extension ReadAccess {
  var db: GRDB.Database { access.db }
  var shared: SharedState { access.shared }
}

/// What the connections of one database share.
final class SharedState: Sendable {
  /// The keys of the database; nil for a file as an earlier version left it, which knows of none.
  let ring: KeyRing?

  init(ring: KeyRing? = nil) { self.ring = ring }

  func requiredKeys(_ db: GRDB.Database) throws -> KeyRing.Keys {
    guard let ring else { throw StoreError.keyMissing(path: "-") }
    return try ring.keys(db)
  }

  /// Prepared regions by row and revision, so that a region's thousands of vertices are read once.
  private let prepared = Mutex<[RegionKey: PreparedPolygon]>([:])

  /// The points of all partners as of some committed state.
  let points = Mutex<PointTable?>(nil)
  /// What lists filter and sort by, as of some committed state.
  let directory = Mutex<PartnerDirectory?>(nil)
  /// Partners as lists show them, and in full, as last read.
  let summaries = RecentPartners<SummaryRow>(limit: 8192)
  let details = RecentPartners<Partner>(limit: 4096)
  /// Logins by user's row, as of a generation.
  private let logins = Mutex<(generation: UInt64, names: [Int64: String])>((0, [:]))
  /// The words of the search index.
  let vocabulary = Mutex<Vocabulary?>(nil)
  /// Whether a selection was asked before.
  let wasAsked = Atomic(false)

  struct RegionKey: Hashable {
    var row: Int64
    var revision: Int64
  }

  func logins(of generation: UInt64) -> [Int64: String]? {
    logins.withLock { $0.generation == generation ? $0.names : nil }
  }

  func keep(logins names: [Int64: String], of generation: UInt64) {
    logins.withLock { $0 = (generation, names) }
  }

  func region(_ key: RegionKey, prepare: () throws -> PreparedPolygon) rethrows -> PreparedPolygon {
    if let found = prepared.withLock({ $0[key] }) { return found }
    let polygon = try prepare()
    prepared.withLock { cache in
      if cache.count >= 256 { cache.removeAll() }
      cache[key] = polygon
    }
    return polygon
  }
}

extension Identifier {
  /// The 16 bytes the file keeps.
  var blob: SQLValue {
    withUnsafeBytes(of: uuid.uuid) { .blob([UInt8]($0)) }
  }
}

extension Columns {
  func id<E>(_ i: Int32, of entity: E.Type = E.self) -> Identifier<E> {
    let bytes = bytes(i)
    var uuid: uuid_t = (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
    withUnsafeMutableBytes(of: &uuid) { target in
      if bytes.count == 16 { target.copyMemory(from: bytes) }
    }
    return Identifier(UUID(uuid: uuid))
  }

  func idOrNil<E>(_ i: Int32, of entity: E.Type = E.self) -> Identifier<E>? {
    isNull(i) ? nil : id(i)
  }

  /// An enumeration stored by its raw text.
  func value<E: RawRepresentable>(_ i: Int32, in table: String) throws -> E where E.RawValue == String {
    guard let value = E(rawValue: text(i)) else {
      throw StoreError.unreadable(table: table, detail: "\(text(i)) is no \(E.self)")
    }
    return value
  }
}
