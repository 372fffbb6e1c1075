import CRM
import Foundation
import Geo
import Store

/// Users, teams, territories and tokens as the API shows and takes them.
enum UserResource {
  static let members = [
    "id", "login", "name", "role", "email", "team", "visibility", "language", "disabled", "version",
  ]

  /// - Parameter teams: names by identifier.
  static func json(_ user: User, teams: [TeamID: String], fields: Set<String>? = nil) -> JSONValue {
    let team: JSONValue =
      user.team.map { .object([("id", .id($0)), ("name", .optional(teams[$0]))]) } ?? .null
    return APIFields.object(
      [
        ("id", .id(user.id)), ("login", .string(user.login)), ("name", .string(user.name)),
        ("role", .string(user.role.rawValue)), ("email", .optional(user.email)), ("team", team),
        ("visibility", .string((user.visibility ?? user.role.visibility).rawValue)),
        ("language", .optional(user.language)), ("disabled", .bool(user.disabled)),
        ("version", .int(user.version)),
      ], only: fields)
  }

  static func teams(_ reader: some ReadAccess) throws -> [TeamID: String] {
    Dictionary(uniqueKeysWithValues: try reader.teams().map { ($0.id, $0.name) })
  }

  static func json(_ token: APIToken) -> JSONValue {
    .object([
      ("id", .id(token.id)), ("name", .string(token.name)),
      ("scopes", .texts(token.scopes.map(\.rawValue).sorted())), ("made", .instant(token.made)),
      ("expires", .instant(token.expires)), ("used", .optional(token.used)),
      ("revoked", .optional(token.revoked)),
    ])
  }

  /// Applies the members that stand in a change.
  /// - Throws: ``APIError/badField(path:detail:hint:)``.
  static func apply(_ body: RequestObject, to user: inout User) throws {
    if let name = body["name"] { user.name = try name.text(1...200) }
    if let role = body["role"] { user.role = try role.choice() }
    if let email = body["email"] { user.email = email.isNull ? nil : try Self.email(email) }
    if let team = body["team"] { user.team = team.isNull ? nil : try team.id() }
    if let visibility = body["visibility"] {
      user.visibility = visibility.isNull ? nil : try visibility.choice()
    }
    if let language = body["language"] {
      user.language = language.isNull ? nil : try Self.language(language)
    }
    if let disabled = body["disabled"] { user.disabled = try disabled.bool() }
  }

  static func login(_ field: RequestField) throws -> String {
    let login = try field.text(1...64).lowercased()
    guard LoginName.isValid(login) else {
      throw field.fault("\"\(login)\" is no sign-in name", hint: LoginName.rule)
    }
    return login
  }

  private static func language(_ field: RequestField) throws -> String {
    let code = try field.text(1...20)
    guard Language.all.contains(where: { $0.code == code }) else {
      throw field.fault(
        "there is no language \"\(code)\"",
        hint: "known: " + Language.all.map(\.code).joined(separator: ", "))
    }
    return code
  }

  private static func email(_ field: RequestField) throws -> String {
    let text = try field.text(3...254)
    guard let email = EmailAddress.normalise(text) else {
      throw field.fault("\"\(text)\" is no e-mail address", hint: "write name@example.com")
    }
    return email
  }
}

/// What a sign-in name is made of.
enum LoginName {
  static let rule = "use 1 to 64 letters, digits, dots, hyphens, underscores"

  static func isValid(_ login: String) -> Bool {
    (1...64).contains(login.unicodeScalars.count)
      && login.unicodeScalars.allSatisfy {
        $0.properties.isAlphabetic || ("0"..."9").contains($0) || "._-@".unicodeScalars.contains($0)
      }
  }
}

/// Objects with all members, or only those that were asked for.
enum APIFields {
  static func object(_ members: [(String, JSONValue)], only fields: Set<String>?) -> JSONValue {
    guard let fields else { return .object(members) }
    return .object(members.filter { fields.contains($0.0) })
  }
}
