import CRM
import Hummingbird
import Store

/// The page of one's own account. It changes what it shows by the API.
struct AccountPagesController: Sendable {
  let services: Services
  let renderer: PageRenderer

  func addRoutes(to table: RouteTable) {
    table.add(.get, "/account", "pageAccount", access: .signedIn, account)
  }

  @Sendable private func account(request: Request, context: PageContext) async throws -> Response {
    _ = try QueryReader(request, known: [])
    guard let identity = context.identity else { throw APIError.signInNeeded }
    let (user, clock) = (identity.user.id, services.clock)
    let isSession = if case .session = identity.proof { true } else { false }
    let view = try await services.read { reader in
      AccountView(
        user: identity.user, tokens: try reader.tokens(of: user),
        hasSecondFactor: try reader.hasSecondFactor(user), isSession: isSession,
        mayAdminister: identity.may(.manageUsers), clock: clock)
    }
    let frame = PageFrame(request, context)
    return .page(renderer.account(view, in: frame), frame.language)
  }
}
