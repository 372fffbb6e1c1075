import CRM
import Foundation

/// The address of a webhook as its row keeps it: sealed, for what stands behind the host often lets in whoever has it.
/// One from before addresses were sealed stands there in clear and is sealed when its row is written next.
enum WebhookAddress {
  private static let mark = "sealed:"
  /// In the place of an address that does not open.
  static let unknown = "…"

  /// Bound to the webhook: a sealed address opens in its own row only.
  private static func context(_ id: WebhookID) -> Vault.Context {
    Vault.Context(table: "webhook", record: id.description, field: "url")
  }

  static func isSealed(_ stored: String) -> Bool { stored.hasPrefix(mark) }

  /// - Throws: `StoreError.badValue` for one that is too long for its column when it is sealed.
  static func seal(_ url: String, of id: WebhookID, in vault: Vault) throws -> String {
    guard url.utf8.count <= Webhook.longestURL else {
      throw StoreError.badValue(field: "url", detail: "it is longer than \(Webhook.longestURL) bytes")
    }
    return mark + Data(try vault.seal(url, context: context(id))).base64EncodedString()
  }

  /// - Throws: `StoreError.sealBroken` when it is sealed and does not open.
  static func open(_ stored: String, of id: WebhookID, in vault: @autoclosure () throws -> Vault) throws
    -> String
  {
    guard isSealed(stored) else { return stored }
    // What is no base64 has no bytes that open.
    let sealed = Data(base64Encoded: String(stored.dropFirst(mark.count))) ?? Data()
    return try vault().openText(Array(sealed), context: context(id))
  }
}

extension ReadAccess {
  /// Webhooks whose address does not open: nobody is called for them.
  public func webhooksWithoutAddress() throws -> [WebhookID] {
    let vault = try vault()
    return try db.all("SELECT uid, url FROM webhook ORDER BY uid") { c in
      (id: c.id(0, of: Webhook.self), url: c.text(1))
    }.filter { (try? WebhookAddress.open($0.url, of: $0.id, in: vault)) == nil }.map(\.id)
  }
}

extension Writer {
  /// Seals the new address of a webhook, or without one the address that still stands in clear.
  func sealAddress(of id: WebhookID, as new: String? = nil) throws {
    let stored = try db.first("SELECT url FROM webhook WHERE uid = ?", id.blob) { $0.text(0) }
    guard let stored else { return }
    if new == nil {
      // An earlier version took longer ones.
      guard !WebhookAddress.isSealed(stored), stored.utf8.count <= Webhook.longestURL else { return }
    }
    let sealed = try WebhookAddress.seal(new ?? stored, of: id, in: try vault())
    try forgetting { try db.run("UPDATE webhook SET url = ? WHERE uid = ?", .text(sealed), id.blob) }
  }
}
