import CRM
import Hummingbird
import Store

/// The page on which doubtful places are put right, one partner after another. What it sets is set by the API.
struct ReviewPagesController: Sendable {
  let services: Services
  let renderer: PageRenderer
  /// Partners of one page; the next ones come when it is loaded again.
  static let listed = 200

  func addRoutes(to table: RouteTable) {
    table.add(.get, "/review", "pageReview", access: .needs(.editPartners), review)
  }

  @Sendable private func review(request: Request, context: PageContext) async throws -> Response {
    let choice = try PartnerChoice(try QueryReader(request, known: PartnerChoice.parameters))
    guard let identity = context.identity else { throw APIError.signInNeeded }
    let (viewer, frame, clock) = (try context.viewer, PageFrame(request, context), services.clock)
    let view = try await services.read { reader in
      var (partners, total): ([Partner], Int) = ([], 0)
      for wanted in Self.queries(choice, viewer, login: identity.user.login) {
        var query = wanted
        query.limit = max(1, Self.listed - partners.count)
        query.countsTotal = true
        let page = try reader.partnerPage(query, scope: viewer.scope, by: clock)
        total += page.total ?? page.items.count
        for item in page.items.prefix(Self.listed - partners.count) {
          if let partner = try reader.partner(item.id) { partners.append(partner) }
        }
      }
      let everybody = try reader.chosenPartners(PartnerQuery(), scope: viewer.scope, by: clock)
      return ReviewView(
        partners: partners, total: total, around: try reader.extent(of: everybody, scope: viewer.scope),
        pageCode: frame.person?.code)
    }
    return .page(renderer.review(view, in: frame), frame.language)
  }

  /// Whose place is not known, not any more, or not well, among those who may be changed.
  static func queries(_ choice: PartnerChoice, _ viewer: Viewer, login: String) -> [PartnerQuery] {
    var base = choice
    base.place = nil
    var (missing, stale, rough) = (base.query, base.query, base.query)
    missing.hasLocation = false
    stale.stale = true
    rough.stale = false
    rough.level = [.region, .locality, .street, .interpolated]
    let wanted: [PartnerQuery] =
      switch choice.place {
      case .missing: [missing]
      case .stale: [stale]
      case nil: [missing, stale, rough]
      }
    guard viewer.role == .manager else { return wanted }
    let own = [login, ""]
    return wanted.compactMap { query in
      var query = query
      query.responsible = query.responsible.isEmpty ? own : query.responsible.filter(own.contains)
      return query.responsible.isEmpty ? nil : query
    }
  }
}
