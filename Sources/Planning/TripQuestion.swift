import CRM
import Foundation
import Geo
import Routing

/// A request with the partners it came to, laid out for the optimiser.
struct TripQuestion {
  var request: PlanRequest
  var zone: TimeZone
  /// Everybody asked for but those whose visit is over.
  var asked: [PartnerSummary]
  /// Partner of each visit of the problem; those already made come first.
  var visited: [PartnerSummary]
  /// Left out before the optimiser was asked.
  var refused: [UnassignedStop]
  var history: TripHistory
  var draft: ProblemDraft
  var notes: [String]

  var partners: [PartnerID: PartnerSummary] {
    Dictionary(asked.map { ($0.id, $0) }) { first, _ in first }
  }
}

extension TripPlanner {
  /// - Throws: ``PlanningError`` when there is nobody to ask the optimiser about; `ProblemError`, the matrix provider's
  ///   errors.
  func question(
    _ request: PlanRequest, partners: [PartnerSummary], plannedElsewhere: [PartnerID: OtherTrip],
    history: TripHistory
  ) async throws -> TripQuestion {
    do {
      try request.validate()
    } catch {
      guard case .orderCircle(let id, _) = error else { throw error }
      throw PlanningError.orderCircle(id, name: partners.first { $0.id == id }?.name)
    }
    guard !partners.isEmpty else { throw PlanningError.emptySelection }
    let (zone, notes) = try tripZone(of: request)
    let done = Set(request.alreadyDone)
    let asked = partners.filter { !done.contains($0.id) }
    guard !asked.isEmpty else { throw PlanningError.nothingLeft(title: request.title ?? "the trip") }

    let sieve = PartnerSieve(request: request, zone: zone, plannedElsewhere: plannedElsewhere)
    var refused: [UnassignedStop] = []
    let made = history.made
    var visited = made.map(PartnerSummary.init(made:))
    for partner in asked {
      if let left = sieve.refusal(of: partner) { refused.append(left) } else { visited.append(partner) }
    }
    withoutPredecessors(&visited, made: made.count, &refused, request.rules.orders)
    guard !made.isEmpty || asked.contains(where: { $0.coordinate != nil }) else {
      throw PlanningError.noLocatedPartner(selected: asked.count)
    }
    guard visited.count <= partnerLimit else {
      throw PlanningError.tooManyPartners(count: visited.count, limit: partnerLimit)
    }
    guard !visited.isEmpty else {
      throw PlanningError.nothingFits(
        request.mustVisitsFirst(refused), days: request.dayCount, start: request.start)
    }
    let draft = try await makeProblem(request, visited: visited, zone: zone, history: history)
    return TripQuestion(
      request: request, zone: zone, asked: asked, visited: visited, refused: refused, history: history,
      draft: draft, notes: notes + draft.notes)
  }

  /// Whoever comes only after a partner that is left out is left out for the same reason.
  private func withoutPredecessors(
    _ visited: inout [PartnerSummary], made: Int, _ refused: inout [UnassignedStop],
    _ orders: [TripRules.Order]
  ) {
    func next() -> (place: Int, before: UnassignedStop)? {
      for index in visited.indices.dropFirst(made) {
        let needed = orders.filter { $0.after == visited[index].id }.map(\.before)
        if let left = refused.first(where: { needed.contains($0.partner) }) { return (index, left) }
      }
      return nil
    }
    while let found = next() {
      let partner = visited.remove(at: found.place)
      refused.append(
        UnassignedStop(
          partner: partner.id, name: partner.name, coordinate: partner.coordinate,
          reason: found.before.reason, detail: "\"\(found.before.name)\", which comes first, is left out"))
    }
  }

  /// The optimiser's answer as a trip, checked, with reasons and obstacles of whoever is left out.
  /// - Parameter accepting: rules a person's own order of stops may break.
  /// - Throws: ``PlanningError/checkFailed(_:)``, ``PlanningError/nothingFits(_:days:start:)``.
  func answer(
    _ plan: TripPlan, to question: TripQuestion, accepting: Set<Violation.Kind> = []
  ) async throws -> Result {
    let draft = question.draft
    var (request, history) = (question.request, question.history)
    let violations = PlanChecker.violations(of: plan, in: draft.problem).filter {
      !accepting.contains($0.kind)
    }
    guard violations.isEmpty else { throw PlanningError.checkFailed(violations.map { "\($0)" }) }
    let visits = plan.days.flatMap(\.stops).map(\.visit)
    let kept = history.setAside(
      unless: Set(visits.filter { $0 < question.visited.count }.map { question.visited[$0].id }))
    request.recorded = kept.isEmpty ? nil : kept
    // A partner is a stop of the trip or left out of it.
    let unassigned = request.mustVisitsFirst(
      (question.refused + leftOut(plan, of: question)).filter { !kept.contains($0.partner) })
    guard plan.days.contains(where: { !$0.stops.isEmpty }) else {
      throw PlanningError.nothingFits(unassigned, days: request.dayCount, start: request.start)
    }
    let trip = try await assemble(
      plan, draft: draft, request: request, visited: question.visited, unassigned: unassigned,
      zone: question.zone, history: history)
    return Result(trip: trip, notes: question.notes, partners: question.partners)
  }

  private func leftOut(_ plan: TripPlan, of question: TripQuestion) -> [UnassignedStop] {
    let draft = question.draft
    let reader = ObstacleReader(draft: draft, visited: question.visited, dates: question.request.dates)
    return plan.leftOut.filter { draft.nights[$0.visit] == nil }.map { left in
      let partner = question.visited[left.visit]
      var detail = reader.sentence(left.detail)
      if left.reason == .closedThatDay, let why = draft.closures[left.visit] { detail += "; " + why }
      return UnassignedStop(
        partner: partner.id, name: partner.name, coordinate: partner.coordinate,
        reason: ReasonCode(left.reason), detail: detail,
        obstacles: reader.read(left.obstacles, of: left.visit))
    }
  }
}

/// Obstacles in the manager's terms: dates, names, and why a door is shut.
struct ObstacleReader {
  let draft: ProblemDraft
  let visited: [PartnerSummary]
  let dates: [LocalDate]

  func read(_ obstacles: [TripPlan.Obstacle], of visit: Int) -> [DayObstacle] {
    obstacles.map { obstacle in
      DayObstacle(
        date: dates[obstacle.day], position: obstacle.position + 1, addedSeconds: obstacle.addedDriving,
        addedMetres: obstacle.addedDistance,
        breaks: obstacle.breaks.map { broken($0, on: obstacle.day, of: visit) })
    }
  }

  func sentence(_ text: String) -> String { LeftOutText.named(text, dates: dates, name) }

  func name(_ visit: Int) -> String? {
    draft.nights[visit]?.place.label ?? (visited.indices.contains(visit) ? visited[visit].name : nil)
  }

  private func broken(_ broken: TripPlan.Broken, on day: Int, of visit: Int) -> DayObstacle.Broken {
    let item = draft.problem.visits[visit]
    let isOwn = broken.visit == nil || broken.visit == visit
    if isOwn, broken.rule == .window, item.windows?[day].isEmpty == true {
      if draft.shut[visit]?.banned.contains(day) == true { return .init(.ban) }
      return .init(.closed, name: draft.shut[visit]?.holidays[day])
    }
    return .init(
      DayObstacle.Rule(broken.rule), by: broken.amount,
      name: isOwn ? nil : broken.visit.flatMap(name))
  }
}

extension DayObstacle.Rule {
  init(_ rule: TripPlan.Rule) {
    self =
      switch rule {
      case .road: .road
      case .day: .day
      case .precedence: .precedence
      case .slot: .slot
      case .samePlace: .samePlace
      case .appointment: .appointment
      case .window: .window
      case .waiting: .waiting
      case .workEnd: .workEnd
      case .maxDriving: .maxDriving
      case .maxDistance: .maxDistance
      case .lunch: .lunch
      case .otherDay: .otherDay
      }
  }
}
