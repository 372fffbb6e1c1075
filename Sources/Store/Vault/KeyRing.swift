import Crypto
import Foundation
import GRDB
import Synchronization

/// The keys of one database: one for each purpose, derived from the one in the key file by HKDF (RFC 5869).
///
/// The file is read when a key is asked for the first time, and its key is used only if the database bears its mark.
final class KeyRing: Sendable {
  /// What a key is for. A key of one purpose says nothing about those of others.
  enum Purpose: String, Sendable, CaseIterable {
    /// Sealed values: ``Vault``.
    case seal
    /// Codes that are no values to be read again: ``Vault/code(_:for:)``.
    case code
    /// The chain of the audit trail.
    case audit
    /// By which a database knows its key.
    case mark
  }

  struct Keys: Sendable {
    fileprivate let derived: [Purpose: SymmetricKey]

    init(_ master: SymmetricKey) {
      let salt = Data("planner".utf8)
      derived = Dictionary(
        uniqueKeysWithValues: Purpose.allCases.map { purpose in
          (
            purpose,
            HKDF<SHA256>.deriveKey(
              inputKeyMaterial: master, salt: salt, info: Data(purpose.rawValue.utf8), outputByteCount: 32)
          )
        })
    }

    subscript(_ purpose: Purpose) -> SymmetricKey { derived[purpose]! }

    /// What the database keeps of the key: tells one key from another, and nothing about it.
    var mark: [UInt8] {
      Array(HMAC<SHA256>.authenticationCode(for: Data("planner key mark".utf8), using: self[.mark]))
    }
  }

  let file: KeyFile
  private let keys = Mutex<Keys?>(nil)

  init(_ file: KeyFile) { self.file = file }

  /// The keys of a database that has its mark.
  /// - Throws: ``StoreError/keyMissing(path:)``, ``StoreError/keyDamaged(path:detail:)``,
  ///   ``StoreError/keyWrong(path:)``.
  func keys(_ db: GRDB.Database) throws -> Keys {
    if let known = keys.withLock({ $0 }) { return known }
    guard let mark = try db.first("SELECT mark FROM key_mark", body: { $0.blob(0) }) else {
      throw StoreError.unreadable(table: "key_mark", detail: "the mark of the key is missing")
    }
    let found = Keys(try file.read())
    guard Self.areEqual(mark, found.mark) else { throw StoreError.keyWrong(path: file.path) }
    keys.withLock { $0 = found }
    return found
  }

  /// The keys of a database that has no mark yet; the file is made when there is none.
  func begin() throws -> Keys { Keys(try file.readOrMake()) }

  /// Takes the key that is in the file now for the database's, whatever it had before; made when there is none.
  func renew(_ db: GRDB.Database) throws -> Keys {
    let found = Keys(try file.readOrMake())
    try db.run("INSERT OR REPLACE INTO key_mark (id, mark) VALUES (1, ?)", .blob(found.mark))
    keys.withLock { $0 = nil }
    return found
  }

  /// In a time that does not tell where they differ.
  static func areEqual(_ a: some Collection<UInt8>, _ b: some Collection<UInt8>) -> Bool {
    a.count == b.count && zip(a, b).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
  }
}

extension Migration {
  /// By what a database knows its key. The key file is made now when there is none.
  static let keyMark = Migration(
    name: "key-mark",
    statements: [
      """
      CREATE TABLE key_mark (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        mark BLOB NOT NULL CHECK (length(mark) = 32)
      ) STRICT
      """
    ],
    code: { db, ring in
      guard let ring else { return }
      try db.run("INSERT INTO key_mark (id, mark) VALUES (1, ?)", .blob(try ring.begin().mark))
    })
}
