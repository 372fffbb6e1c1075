import CRM
import Foundation
import Geo
import Routing

/// A team's request with the partners it came to, laid out for the optimiser, and the way back.
struct TeamSharing {
  let team: TeamRequest
  let planner: TripPlanner
  let partners: [PartnerSummary]
  let plannedElsewhere: [PartnerID: OtherTrip]
  /// Partner of each visit.
  let visited: [PartnerSummary]
  /// Left out for every manager before the optimiser was asked, with the manager whose trip says so.
  let refused: [PartnerID: (stop: UnassignedStop, owner: Int?)]
  let requests: [PlanRequest]
  let drafts: [ProblemDraft]
  let problem: TeamProblem

  init(
    _ team: TeamRequest, _ partners: [PartnerSummary], _ plannedElsewhere: [PartnerID: OtherTrip],
    planner: TripPlanner
  ) async throws {
    self.team = team
    self.planner = planner
    self.partners = partners
    self.plannedElsewhere = plannedElsewhere
    guard !partners.isEmpty else { throw PlanningError.emptySelection }
    let logins = team.members.map(\.manager.login)
    func owner(_ partner: PartnerSummary) -> Int? { partner.responsible.flatMap(logins.firstIndex) }

    let zones = try team.members.map { try planner.tripZone(of: $0.request).zone }
    let own = team.members.indices.map { team.own($0) }
    var visited: [PartnerSummary] = []
    var allowed: [[Bool]] = team.members.map { _ in [] }
    var refused: [PartnerID: (stop: UnassignedStop, owner: Int?)] = [:]
    for partner in partners {
      let refusals = team.members.indices.map { member in
        PartnerSieve(
          request: own[member].request, zone: zones[member], plannedElsewhere: plannedElsewhere
        ).refusal(of: partner)
      }
      if let first = refusals[0], refusals.allSatisfy({ $0 != nil }) {
        refused[partner.id] = (first, owner(partner))
        continue
      }
      visited.append(partner)
      for member in allowed.indices {
        allowed[member].append(refusals[member] == nil && !own[member].barred.contains(partner.id))
      }
    }
    guard partners.contains(where: { $0.coordinate != nil }) else {
      throw PlanningError.noLocatedPartner(selected: partners.count)
    }
    guard visited.count <= planner.partnerLimit else {
      throw PlanningError.tooManyPartners(count: visited.count, limit: planner.partnerLimit)
    }
    let first = team.members[0].request
    guard !visited.isEmpty else {
      let left = partners.compactMap { refused[$0.id]?.stop }
      throw PlanningError.nothingFits(
        first.mustVisitsFirst(left), days: first.dayCount, start: first.start)
    }
    var drafts: [ProblemDraft] = []
    for member in team.members.indices {
      drafts.append(
        try await planner.makeProblem(
          own[member].request, visited: visited, zone: zones[member], history: .none))
    }
    self.visited = visited
    self.refused = refused
    self.drafts = drafts
    requests = own.map(\.request)
    problem = try TeamProblem(members: drafts.map(\.problem), owners: visited.map(owner), allowed: allowed)
  }

  // MARK: Back to trips

  func result(of plan: TeamPlan) async throws -> TeamResult {
    try check(plan)
    let goes = plan.orders.indices.filter { plan.orders[$0].contains { !$0.isEmpty } }
    let reasons = reasons(plan)
    guard let someone = goes.first else {
      let request = requests[0]
      let left = refused.values.map(\.stop) + reasons.values.compactMap(\.first?.stop)
      throw PlanningError.nothingFits(
        request.mustVisitsFirst(inOrder(left)), days: request.dayCount, start: request.start)
    }
    // Whoever is left out stands in one trip, that of a manager who goes.
    var home: [PartnerID: Int] = [:]
    for left in plan.leftOut {
      home[visited[left.visit].id] = left.reasons.map(\.member).first(where: goes.contains) ?? someone
    }
    for (partner, left) in refused {
      home[partner] = left.owner.flatMap { goes.contains($0) ? $0 : nil } ?? someone
    }

    var members: [TeamResult.Member] = []
    for member in team.members.indices {
      let result =
        goes.contains(member) ? try await trip(of: member, plan, home: home, reasons) : nil
      let planned = plan.members[member]
      members.append(
        .init(
          manager: team.members[member].manager, result: result,
          figures: result.map { TeamFigures(of: $0.trip, lowerBound: planned.lowerBound) } ?? planned))
    }
    let left = members.compactMap(\.result).flatMap(\.trip.unassigned).map { stop in
      TeamResult.LeftOut(stop: stop, byManager: reasons[stop.partner] ?? [])
    }
    return TeamResult(
      share: team.share, members: members, leftOut: left, total: plan.total, notes: notes(members))
  }

  private func trip(
    of member: Int, _ plan: TeamPlan, home: [PartnerID: Int],
    _ reasons: [PartnerID: [(login: String, stop: UnassignedStop)]]
  ) async throws -> TripPlanner.Result {
    let own = Set(plan.orders[member].joined().map { visited[$0].id })
    let asked = partners.filter { own.contains($0.id) || home[$0.id] == member }
    let request = requests[member].about(
      asked.map(\.id), title: title(member))
    let question = try await planner.question(
      request, partners: asked, plannedElsewhere: plannedElsewhere, history: .none)
    var answer: TripPlanner.Result
    if request.night == .away, request.rules.lodging != nil {
      let (solved, lodged) = try await planner.solve(question)
      answer = try await planner.answer(solved, to: lodged)
    } else {
      var number: [PartnerID: Int] = [:]
      for (index, partner) in question.visited.enumerated() { number[partner.id] = index }
      let order = plan.orders[member].map { $0.compactMap { number[visited[$0].id] } }
      let timed = TripSolver.timed(
        question.draft.problem, order: order, leastDriving: plan.members[member].lowerBound)
      answer = try await planner.answer(timed, to: question)
    }
    for index in answer.trip.unassigned.indices {
      let others = (reasons[answer.trip.unassigned[index].partner] ?? []).filter {
        $0.login != team.members[member].manager.login
      }
      for other in others {
        answer.trip.unassigned[index].detail +=
          "; \(other.login): \(other.stop.reason.rawValue)"
          + (other.stop.detail.isEmpty ? "" : ", \(other.stop.detail)")
      }
    }
    return answer
  }

  private func title(_ member: Int) -> String {
    let request = team.members[member].request
    return "\(request.title ?? TripPlanner.title(for: request)): \(team.members[member].manager.name)"
  }

  /// Why each manager who might visit a partner does not, in the manager's terms.
  private func reasons(_ plan: TeamPlan) -> [PartnerID: [(login: String, stop: UnassignedStop)]] {
    var result: [PartnerID: [(login: String, stop: UnassignedStop)]] = [:]
    for left in plan.leftOut {
      let partner = visited[left.visit]
      result[partner.id] = left.reasons.map { reason in
        let draft = drafts[reason.member]
        let reader = ObstacleReader(draft: draft, visited: visited, dates: requests[reason.member].dates)
        var detail = reader.sentence(reason.detail)
        if reason.reason == .closedThatDay, let why = draft.closures[left.visit] { detail += "; " + why }
        return (
          team.members[reason.member].manager.login,
          UnassignedStop(
            partner: partner.id, name: partner.name, coordinate: partner.coordinate,
            reason: ReasonCode(reason.reason), detail: detail,
            obstacles: reader.read(reason.obstacles, of: left.visit))
        )
      }
    }
    return result
  }

  private func inOrder(_ list: [UnassignedStop]) -> [UnassignedStop] {
    let byPartner = Dictionary(list.map { ($0.partner, $0) }) { first, _ in first }
    return partners.compactMap { byPartner[$0.id] }
  }

  /// Notes that every trip has stand once.
  private func notes(_ members: [TeamResult.Member]) -> [String] {
    var seen = Set<String>()
    return members.compactMap(\.result).flatMap(\.notes).filter { seen.insert($0).inserted }
  }

  /// Nobody is in two trips, and nobody is lost. Each trip by itself is checked when it is made.
  private func check(_ plan: TeamPlan) throws {
    var times = [Int](repeating: 0, count: visited.count)
    for visit in plan.orders.joined().joined() { times[visit] += 1 }
    for left in plan.leftOut { times[left.visit] += 1 }
    let wrong = times.indices.filter { times[$0] != 1 }
    guard wrong.isEmpty else {
      throw PlanningError.checkFailed(wrong.map { "\(visited[$0].name) is shared out \(times[$0]) times" })
    }
  }
}

extension TeamFigures {
  /// What a trip means for who goes: nights in beds are part of it, which the sharing did not know.
  init(of trip: Trip, lowerBound: Seconds?) {
    self.init()
    let stops = trip.days.flatMap(\.stops)
    days = trip.days.count { !$0.stops.isEmpty }
    visits = stops.count
    driving = trip.seconds
    distance = trip.metres
    work =
      trip.seconds
      + Seconds(stops.reduce(0) { $0 + Int($1.departure.timeIntervalSince($1.serviceStart).rounded()) })
    self.lowerBound = lowerBound
  }
}
