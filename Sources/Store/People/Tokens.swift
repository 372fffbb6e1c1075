import CRM
import Foundation

/// A personal token by which a program acts for its owner.
public struct APIToken: Sendable, Hashable, Codable {
  public var id: TokenID
  public var user: UserID
  public var name: String
  public var scopes: Set<TokenScope>
  public var made: Date
  public var expires: Date
  public var used: Date?
  public var revoked: Date?
}

public typealias TokenID = Identifier<APIToken>

extension ReadAccess {
  /// Tokens of a user, newest first; of everybody when nil.
  public func tokens(of user: UserID?) throws -> [APIToken] {
    try db.all(
      """
      SELECT a.uid, u.uid, a.name, a.scopes, a.made_at, a.expires_at, a.used_at, a.revoked_at
      FROM api_token a JOIN user u ON u.id = a.user_id
      WHERE ?1 IS NULL OR a.user_id = (SELECT id FROM user WHERE uid = ?1) ORDER BY a.id DESC
      """, user?.blob ?? .null
    ) { c in
      APIToken(
        id: c.id(0), user: c.id(1), name: c.text(2),
        scopes: try JSONText.decode(Set<TokenScope>.self, from: c.text(3), table: "api_token"),
        made: c.date(4), expires: c.date(5), used: c.dateOrNil(6), revoked: c.dateOrNil(7))
    }
  }
}

extension Writer {
  /// Makes a token; its secret is told this once.
  public func addToken(
    for user: UserID, name: String, scopes: Set<TokenScope>, expires: Date
  ) throws -> (token: APIToken, secret: Secret) {
    let secret = Secret.new(.token)
    let token = APIToken(
      id: .new(), user: user, name: name.composed, scopes: scopes, made: at, expires: expires)
    let names = scopes.map(\.rawValue).sorted()
    try db.run(
      """
      INSERT INTO api_token (uid, hash, user_id, name, scopes, made_at, expires_at)
      VALUES (?, ?, ?, ?, ?, ?, ?)
      """, token.id.blob, .blob(secret.hash), .int(try userRow(user)), .text(token.name),
      .text(try JSONText.encode(names)), .date(at), .date(expires))
    try audit(
      "create", entity: "token", id: token.id.description, after: try JSONText.encode(token))
    return (token, secret)
  }

  /// Ends a token; nil `owner` for whoever may end everybody's. Repeating changes nothing.
  /// - Throws: ``StoreError/notFound(entity:id:)``.
  public func revoke(token id: TokenID, of owner: UserID?) throws {
    guard let token = try tokens(of: owner).first(where: { $0.id == id }) else {
      throw StoreError.notFound(entity: "token", id: id.description)
    }
    guard token.revoked == nil else { return }
    try db.run("UPDATE api_token SET revoked_at = ? WHERE uid = ?", .date(at), id.blob)
    try audit("revoke", entity: "token", id: id.description)
  }
}
