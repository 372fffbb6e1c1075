import CRM
import Foundation
import Geo
import Hummingbird
import Store

/// One's own tokens for programs.
struct TokensController: Sendable {
  let services: Services

  func addRoutes(to table: RouteTable) {
    table.api(.get, "tokens", "listTokens", access: .signedIn, services) { call in
      _ = try call.query()
      let user = call.identity.user.id
      return try await call.read { reader in
        APIPage.answer(try reader.tokens(of: user).map(UserResource.json), next: nil, call: call)
      }
    }
    table.api(.post, "tokens", "createToken", access: .signedIn, services) { call in
      // A token that makes tokens could outlive its own end.
      if case .token = call.identity.proof {
        throw APIError.forbidden("a token does not make tokens: sign in")
      }
      let body = try call.body().object(["name", "scopes", "days"])
      let name = try body.required("name").text(1...100)
      let scopes = Set(try body.required("scopes").array(limit: 10).map { try $0.choice(TokenScope.self) })
      guard !scopes.isEmpty else {
        throw APIError.badField(path: "scopes", detail: "there is none", hint: "give at least one")
      }
      let days = try body["days"]?.integer(1...730) ?? 90
      let user = call.identity.user.id
      return try await call.commit(isSecret: true) { writer in
        let (token, secret) = try writer.addToken(
          for: user, name: name, scopes: scopes, expires: writer.at.addingTimeInterval(Double(days) * 86_400))
        guard case .object(let members) = UserResource.json(token) else { return .done }
        return .created(
          .object(members + [JSONMember("token", .string(secret.text))]), at: "/api/v1/tokens/\(token.id)")
      }
    }
    // Whoever finds a token that only reads must not be able to end all others.
    table.api(.delete, "tokens/{id}", "revokeToken", access: .needs(.editTasks), services) { call in
      let id: TokenID = try call.id("token")
      let owner: UserID? = call.identity.may(.manageUsers) ? nil : call.identity.user.id
      return try await call.commit { writer in
        try writer.revoke(token: id, of: owner)
        return .done
      }
    }
  }
}
