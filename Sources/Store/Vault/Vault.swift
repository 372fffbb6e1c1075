import Crypto
import Foundation

/// Seals single values with the key of the database: AES-256-GCM (NIST SP 800-38D) with a random nonce each.
///
/// What a value belongs to is sealed with it as authenticated data. A sealed value that was moved to another row, or to
/// another field of its row, does not open.
public struct Vault: Sendable {
  /// What a sealed value belongs to.
  public struct Context: Sendable, Hashable {
    public var table: String
    /// The public identifier of the row, as text.
    public var record: String
    public var field: String

    public init(table: String, record: String, field: String) {
      self.table = table
      self.record = record
      self.field = field
    }

    /// Each part behind its length, so that no two contexts give the same bytes.
    fileprivate var bytes: Data {
      var data = Data()
      for part in [table, record, field] {
        let utf8 = Array(part.utf8)
        withUnsafeBytes(of: UInt32(utf8.count).bigEndian) { data.append(contentsOf: $0) }
        data.append(contentsOf: utf8)
      }
      return data
    }
  }

  /// The first byte of what is sealed: how the rest is to be read.
  private static let version: UInt8 = 1
  private static let overhead = 1 + 12 + 16
  let keys: KeyRing.Keys

  /// The sealed form of a value: 29 bytes longer than the value, and another each time.
  public func seal(_ value: some DataProtocol, context: Context) throws -> [UInt8] {
    let box = try AES.GCM.seal(value, using: keys[.seal], authenticating: context.bytes)
    return [Self.version] + Array(box.nonce) + Array(box.ciphertext) + Array(box.tag)
  }

  public func seal(_ text: String, context: Context) throws -> [UInt8] {
    try seal(Data(text.utf8), context: context)
  }

  /// The value again.
  /// - Throws: ``StoreError/sealBroken(table:record:field:)`` when the bytes were changed, were sealed for another
  ///   context or with another key.
  public func open(_ sealed: [UInt8], context: Context) throws -> Data {
    let broken = StoreError.sealBroken(table: context.table, record: context.record, field: context.field)
    guard sealed.count >= Self.overhead, sealed[0] == Self.version else { throw broken }
    do {
      return try AES.GCM.open(
        AES.GCM.SealedBox(combined: Data(sealed[1...])), using: keys[.seal], authenticating: context.bytes)
    } catch {
      throw broken
    }
  }

  /// A sealed text again. Throws as ``open(_:context:)``.
  public func openText(_ sealed: [UInt8], context: Context) throws -> String {
    String(decoding: try open(sealed, context: context), as: UTF8.self)
  }

  /// A code of 32 bytes that only this database's key makes: HMAC-SHA256 (RFC 2104). By it tokens can be found and
  /// cursors recognised without their text being kept.
  /// - Parameter purpose: keeps codes of different uses apart, `calendar` for instance.
  public func code(_ value: some DataProtocol, for purpose: String) -> [UInt8] {
    var hmac = HMAC<SHA256>(key: keys[.code])
    let name = Array(purpose.utf8)
    withUnsafeBytes(of: UInt32(name.count).bigEndian) { hmac.update(data: $0) }
    hmac.update(data: name)
    hmac.update(data: value)
    return Array(hmac.finalize())
  }
}

extension ReadAccess {
  /// What seals and opens values of this database.
  /// - Throws: ``StoreError/keyMissing(path:)``, ``StoreError/keyDamaged(path:detail:)``,
  ///   ``StoreError/keyWrong(path:)``.
  public func vault() throws -> Vault { Vault(keys: try shared.requiredKeys(db)) }
}
