import CRM
import Geo
import Routing
import Store

extension TripPlanner {
  /// A trip in the manager's own order, and what is wrong with it.
  public struct Scheduled: Sendable {
    public var result: Result
    /// Each rule that the order breaks; empty when it keeps all.
    public var violations: [BrokenRule]
  }

  /// A rule that a trip breaks, by the names of its partners and the dates of its days.
  public struct BrokenRule: Sendable, Hashable {
    public var date: LocalDate?
    /// Name of the partner.
    public var partner: String?
    public var kind: Violation.Kind
    /// One English sentence with the numbers.
    public var detail: String

    /// All of it: `2026-06-01, Вектор, window: closed that day`.
    public var line: String {
      let place = [date.map { "\($0)" }, partner].compactMap { $0 }
      return (place + ["\(kind.rawValue): \(detail)"]).joined(separator: ", ")
    }
  }

  /// Times the manager's own order of visits: every stop stays on its day and in its place, whatever it breaks. Whoever
  /// is selected and not named is left out, with what stands in the way.
  ///
  /// - Parameter order: partners by day; they belong to the trip, selected or not.
  /// - Throws: ``PlanningError/ruleDate(_:dates:)`` for a day that is none of the trip's,
  ///   ``PlanningError/orderTwice(name:)``, ``PlanningError/partnerUnknown(_:)``, ``PlanningError/notWanted(_:)`` for
  ///   whoever the request refuses; those of ``plan(_:in:)``.
  public func schedule(
    _ request: PlanRequest, order: [(date: LocalDate, partners: [PartnerID])], in database: Database
  ) async throws -> Scheduled {
    try await schedule(request, order: order, in: database, of: nil, history: .none)
  }

  private func schedule(
    _ request: PlanRequest, order: [(date: LocalDate, partners: [PartnerID])], in database: Database,
    of trip: TripID?, history: TripHistory
  ) async throws -> Scheduled {
    let (planner, bare, numbers) = try await ordered(request, order, in: database, of: trip, history)
    let (question, orders) = try await planner.lodged(bare, order: numbers)
    let (plan, violations) = TripSolver.schedule(question.draft.problem, order: orders)
    var result = try await planner.answer(plan, to: question, accepting: Set(Violation.Kind.allCases))
    // There is no other order to compare with.
    result.trip.givenOrderSeconds = nil
    return Scheduled(
      result: result,
      violations: Self.broken(
        violations, draft: question.draft, visited: question.visited, dates: question.request.dates))
  }

  /// A saved trip in the manager's own order, not saved yet; see ``replacement(of:task:by:creator:)``. An open stop with
  /// photographs that the order leaves out stays on its day as a record.
  /// - Parameter improves: start the search from the order instead of keeping it.
  /// - Throws: `StoreError.tripHasVisits` when a visit of the trip is over: what happened has its order; otherwise as
  ///   ``schedule(_:order:in:)``.
  public func reorder(
    _ trip: Trip, order: [(date: LocalDate, partners: [PartnerID])], improves: Bool, in database: Database
  ) async throws -> Scheduled {
    let over = trip.days.flatMap(\.stops).filter { $0.visit != .planned }
    guard over.isEmpty else {
      throw StoreError.tripHasVisits(title: trip.title, stops: over.map(\.name))
    }
    let request = try Self.storedRequest(of: trip).request
    let photographed = try database.read { try $0.photographedStops(of: trip.id) }
    var history = TripHistory.none
    history.keep(trip) { photographed.contains($0.id) }
    guard improves else {
      return try await schedule(request, order: order, in: database, of: trip.id, history: history)
    }
    return Scheduled(
      result: try await improve(request, order: order, in: database, of: trip.id, history: history),
      violations: [])
  }

  /// The best plan found from the manager's own order on; never worse than it where it keeps all rules.
  /// - Throws: as ``schedule(_:order:in:)``.
  public func improve(
    _ request: PlanRequest, order: [(date: LocalDate, partners: [PartnerID])], in database: Database
  ) async throws -> Result {
    try await improve(request, order: order, in: database, of: nil, history: .none)
  }

  private func improve(
    _ request: PlanRequest, order: [(date: LocalDate, partners: [PartnerID])], in database: Database,
    of trip: TripID?, history: TripHistory
  ) async throws -> Result {
    let (planner, question, orders) = try await ordered(request, order, in: database, of: trip, history)
    let (plan, lodged) = try await planner.solve(question, from: orders)
    var result = try await planner.answer(plan, to: lodged)
    result.trip.givenOrderSeconds = TripSolver.schedule(question.draft.problem, order: orders).plan.driving
    return result
  }

  private func ordered(
    _ request: PlanRequest, _ order: [(date: LocalDate, partners: [PartnerID])], in database: Database,
    of trip: TripID?, _ history: TripHistory
  ) async throws -> (planner: TripPlanner, question: TripQuestion, orders: [[Int]]) {
    var request = request
    let named = order.flatMap(\.partners)
    request.selection = request.selection.beside(named)
    let (partners, elsewhere) = try asked(request, in: database, without: trip)
    let planner = try keeping(in: database, for: request, near: partners.compactMap(\.coordinate))
    let question = try await planner.question(
      request, partners: partners, plannedElsewhere: elsewhere, history: history)
    var numbers: [PartnerID: Int] = [:]
    for (index, partner) in question.visited.enumerated() { numbers[partner.id] = index }
    var orders = [[Int]](repeating: [], count: question.request.dates.count)
    var seen = Set<PartnerID>()
    for (date, list) in order {
      guard let day = question.request.dates.firstIndex(of: date) else {
        throw PlanningError.ruleDate(date, dates: question.request.dates)
      }
      for id in list {
        guard let number = numbers[id] else {
          if let refusal = question.refused.first(where: { $0.partner == id }) {
            throw PlanningError.notWanted(refusal)
          }
          throw PlanningError.partnerUnknown(id.description)
        }
        guard seen.insert(id).inserted else {
          throw PlanningError.orderTwice(name: question.visited[number].name)
        }
        orders[day].append(number)
      }
    }
    return (planner, question, orders)
  }
}
