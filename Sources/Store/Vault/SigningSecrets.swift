import CRM
import Foundation
import Geo

/// The secret of signatures between planner and another program, as a table keeps it: sealed in `secret`, and for a time
/// after a change of it the one before in `former_secret`, until `former_until`.
struct SigningSecrets<Record>: Sendable {
  /// The table of records with a secret; its `uid`, `version` and `changed_at` are used.
  let table: String

  /// What ``read(_:from:at:)`` wants selected, in this order.
  static var columns: String { "secret, former_secret, former_until" }

  /// Bound to the record and the field, whichever of the two columns it stands in: a secret opens at its place only.
  private func context(_ id: Identifier<Record>) -> Vault.Context {
    Vault.Context(table: table, record: id.description, field: "secret")
  }

  func seal(_ secret: String, of id: Identifier<Record>, in vault: Vault) throws -> [UInt8] {
    try vault.seal(secret, context: context(id))
  }

  /// The sealed secrets that are right at an instant, the newer first, from ``columns`` that begin at an index.
  static func read(_ c: Columns, from first: Int32, at: Date) -> [[UInt8]] {
    let hasFormer = !c.isNull(first + 1) && c.date(first + 2) > at
    return [c.blob(first)] + (hasFormer ? [c.blob(first + 1)] : [])
  }

  /// - Throws: `StoreError.sealBroken` when the newest does not open; a former one that does not is left out.
  func open(_ sealed: [[UInt8]], of id: Identifier<Record>, in vault: Vault) throws -> [String] {
    guard let newest = sealed.first else { return [] }
    return [try vault.openText(newest, context: context(id))]
      + sealed.dropFirst().compactMap { try? vault.openText($0, context: context(id)) }
  }

  /// Records whose secret does not open with this vault's keys.
  func unreadable(in reader: some ReadAccess, _ vault: Vault) throws -> [Identifier<Record>] {
    try reader.db.all("SELECT uid, secret FROM \(table) ORDER BY uid") { c in
      (id: c.id(0, of: Record.self), sealed: c.blob(1))
    }.filter { (try? vault.openText($0.sealed, context: context($0.id))) == nil }.map(\.id)
  }

  /// Gives a record a new secret; until `former` the one before is right too.
  func rotate(_ id: Identifier<Record>, to secret: String, former until: Date, in writer: Writer) throws {
    try writer.db.run(
      """
      UPDATE \(table) SET former_secret = secret, former_until = ?, secret = ?, version = version + 1,
        changed_at = ? WHERE uid = ?
      """, .date(until), .blob(try seal(secret, of: id, in: try writer.vault())), .date(writer.at), id.blob)
  }
}
