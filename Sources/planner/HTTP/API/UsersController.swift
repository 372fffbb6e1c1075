import CRM
import Foundation
import Geo
import Hummingbird
import Store

/// People of the company: who they are, their teams, their territories.
struct UsersController: Sendable {
  let services: Services

  func addRoutes(to table: RouteTable) {
    table.api(
      .get, "users", "listUsers", access: .reads(or: .manageUsers, .manageTerritories), services, list)
    table.api(.post, "users", "createUser", access: .needs(.manageUsers), services, create)
    table.api(.get, "users/{id}", "showUser", access: .reads(or: .manageUsers), services, show)
    table.api(.patch, "users/{id}", "changeUser", access: .needs(.manageUsers), services, change)
    table.api(.post, "users/{id}/link", "makePasswordLink", access: .needs(.manageUsers), services, link)
    table.api(.post, "users/{id}/invitation", "mailPasswordLink", access: .needs(.manageUsers), services) {
      call in
      let id: UserID = try call.id("user")
      let (base, language) = (services.settings.publicURL, call.request.language)
      return try await call.commit { writer in
        guard let user = try writer.user(id), !user.disabled else {
          throw StoreError.notFound(entity: "active user", id: id.description)
        }
        let purpose: LinkPurpose = try writer.passwordHash(of: id) == nil ? .invitation : .reset
        try LinkMail.post(purpose, for: user, base: base, language: language, in: writer)
        return .accepted(.object([("sentTo", .optional(user.email))]), at: "/api/v1/users/\(id)")
      }
    }
    table.api(.delete, "users/{id}/sessions", "endSessions", access: .needs(.manageUsers), services) { call in
      let id: UserID = try call.id("user")
      return try await call.commit { writer in
        guard try writer.user(id) != nil else {
          throw StoreError.notFound(entity: "user", id: id.description)
        }
        try writer.endSessions(of: id)
        return .done
      }
    }
    addTeams(to: table)
    addTerritories(to: table)
  }

  private func list(_ call: APICall) async throws -> APIAnswer {
    let query = try call.query("role", "disabled", "fields")
    let roles = try query.choices("role", UserRole.self)
    let disabled = try query.bool("disabled")
    let fields = try call.fields(query, known: UserResource.members)
    return try await call.read { reader in
      let teams = try UserResource.teams(reader)
      let users = try reader.users().filter { user in
        roles?.contains(user.role) ?? true && disabled.map { $0 == user.disabled } ?? true
      }
      return APIPage.answer(
        users.map { UserResource.json($0, teams: teams, fields: fields) }, next: nil, call: call)
    }
  }

  private func show(_ call: APICall) async throws -> APIAnswer {
    let id: UserID = try call.id("user")
    let fields = try call.fields(call.query("fields"), known: UserResource.members)
    return try await call.read { reader in
      guard let user = try reader.user(id) else {
        throw StoreError.notFound(entity: "user", id: id.description)
      }
      return .ok(
        UserResource.json(user, teams: try UserResource.teams(reader), fields: fields), version: user.version)
    }
  }

  private func create(_ call: APICall) async throws -> APIAnswer {
    let body = try call.body().object([
      "login", "name", "role", "email", "team", "visibility", "language",
    ])
    var user = User(
      login: try UserResource.login(body.required("login")), name: try body.required("name").text(1...200),
      role: try body.required("role").choice())
    try UserResource.apply(body, to: &user)
    let made = user
    return try await call.commit { writer in
      try writer.add(user: made)
      return .created(
        UserResource.json(made, teams: try UserResource.teams(writer)), at: "/api/v1/users/\(made.id)",
        version: made.version)
    }
  }

  private func change(_ call: APICall) async throws -> APIAnswer {
    let id: UserID = try call.id("user")
    let field = try call.body()
    let body = try field.object(["name", "role", "email", "team", "visibility", "language", "disabled"])
    let version = try call.version()
    let current: @Sendable (Reader) throws -> JSONValue = { reader in
      try reader.user(id).map { UserResource.json($0, teams: try UserResource.teams(reader)) } ?? .null
    }
    return try await call.edit(field.value, current: current) { writer in
      guard var user = try writer.user(id) else {
        throw StoreError.notFound(entity: "user", id: id.description)
      }
      user.version = version
      try UserResource.apply(body, to: &user)
      let after = try writer.update(user: user)
      return .ok(UserResource.json(after, teams: try UserResource.teams(writer)), version: after.version)
    }
  }

  /// The code of a link to set a password, told this once to the administrator who asked for it.
  private func link(_ call: APICall) async throws -> APIAnswer {
    let id: UserID = try call.id("user")
    let base = services.settings.publicURL ?? ""
    return try await call.commit(isSecret: true) { writer in
      guard let user = try writer.user(id), !user.disabled else {
        throw StoreError.notFound(entity: "active user", id: id.description)
      }
      let purpose: LinkPurpose = try writer.passwordHash(of: id) == nil ? .invitation : .reset
      let secret = try writer.makeLink(purpose, for: id)
      return .created(
        .object([
          ("purpose", .string(purpose.rawValue)), ("code", .string(secret.text)),
          ("address", .string(LinkMail.address(base, code: secret.text, login: user.login))),
          ("expires", .instant(writer.at.addingTimeInterval(purpose.life))),
        ]), at: "/set-password")
    }
  }

  // MARK: Teams

  private func addTeams(to table: RouteTable) {
    table.api(.get, "teams", "listTeams", access: .reads(or: .manageUsers), services) { call in
      _ = try call.query()
      return try await call.read { reader in
        APIPage.answer(try reader.teams().map(Self.json), next: nil, call: call)
      }
    }
    table.api(.post, "teams", "createTeam", access: .needs(.manageUsers), services) { call in
      let team = Team(name: try call.body().object(["name"]).required("name").text(1...100))
      return try await call.commit { writer in
        try writer.save(team: team)
        return .created(Self.json(team), at: "/api/v1/teams/\(team.id)")
      }
    }
    table.api(.put, "teams/{id}", "renameTeam", access: .needs(.manageUsers), services) { call in
      let id: TeamID = try call.id("team")
      let name = try call.body().object(["name"]).required("name").text(1...100)
      return try await call.commit { writer in
        guard try writer.team(id) != nil else {
          throw StoreError.notFound(entity: "team", id: id.description)
        }
        try writer.save(team: Team(id: id, name: name))
        return .ok(Self.json(Team(id: id, name: name)))
      }
    }
    table.api(.delete, "teams/{id}", "removeTeam", access: .needs(.manageUsers), services) { call in
      let id: TeamID = try call.id("team")
      return try await call.commit { writer in
        try writer.remove(team: id)
        return .done
      }
    }
  }

  private static func json(_ team: Team) -> JSONValue {
    .object([("id", .id(team.id)), ("name", .string(team.name))])
  }

  // MARK: Territories

  private func addTerritories(to table: RouteTable) {
    table.api(.get, "territories", "listTerritories", access: .reads(or: .manageTerritories), services) {
      call in
      _ = try call.query()
      return try await call.read { reader in
        let logins = Dictionary(uniqueKeysWithValues: try reader.users().map { ($0.id, $0.login) })
        let byRegion = Dictionary(grouping: try reader.territories(), by: \.region)
        let items = byRegion.sorted { $0.key < $1.key }.map { region, list in
          Self.territory(region, list.compactMap { logins[$0.manager] })
        }
        return APIPage.answer(items, next: nil, call: call)
      }
    }
    table.api(.put, "territories/{region}", "setTerritory", access: .needs(.manageTerritories), services) {
      call in
      let region = call.parameter("region").uppercased()
      let list = try call.body().object(["managers"]).required("managers")
      let logins = try list.array(limit: 100).map { try $0.text(1...64).lowercased() }
      return try await call.commit { writer in
        var managers: Set<UserID> = []
        // Who has the region already may keep it, whether he signs in or not.
        let before = Set(try writer.territories().filter { $0.region == region }.map(\.manager))
        for login in logins {
          guard let user = try writer.user(login: login), !user.disabled || before.contains(user.id) else {
            throw list.fault("there is no active user \"\(login)\"", hint: "GET /api/v1/users lists them")
          }
          managers.insert(user.id)
        }
        guard try writer.regions().contains(where: { $0.code == region }) else {
          throw StoreError.notFound(entity: "region", id: region)
        }
        try writer.set(managers: managers, of: region)
        return .ok(Self.territory(region, logins))
      }
    }
  }

  private static func territory(_ region: String, _ managers: [String]) -> JSONValue {
    .object([("region", .string(region)), ("managers", .texts(Set(managers).sorted()))])
  }
}
