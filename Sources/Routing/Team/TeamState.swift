/// A ``TeamProblem`` laid out for searching: one ``SearchModel`` a member, each over all visits.
struct TeamModel {
  let models: [SearchModel]
  var allowed: [[Bool]]
  var visits: Int { models[0].visits }
  /// A must-visit of anybody, and the most a visit is worth to anybody: where days differ, so may these.
  let must: [Bool]
  let weight: [Int]

  init(_ problem: TeamProblem) {
    let models = problem.members.map { SearchModel($0) }
    self.models = models
    allowed = problem.allowed
    must = models[0].must.indices.map { visit in models.contains { $0.must[visit] } }
    weight = models[0].weight.indices.map { visit in models.reduce(0) { max($0, $1.weight[visit]) } }
  }
}

/// Plans of all members being searched. Every visit is made by one member at most.
struct TeamState {
  var members: [TripState]
  /// Member of each visit, -1 while nobody makes it.
  private(set) var owner: [Int]
  /// Seconds each member drives and is at doors.
  private(set) var work: [Int]

  init(_ model: TeamModel) {
    members = model.models.map { TripState($0) }
    owner = .init(repeating: -1, count: model.visits)
    work = .init(repeating: 0, count: model.models.count)
  }

  /// Takes over orders of visits; nil when a constraint breaks.
  init?(_ orders: [[[Int]]], _ model: TeamModel) {
    self.init(model)
    for member in orders.indices {
      guard members[member].take(orders[member], model.models[member]) else { return nil }
      for visit in orders[member].joined() { owner[visit] = member }
      work[member] = Self.work(members[member], model.models[member])
    }
  }

  var leftOut: [Int] { owner.indices.filter { owner[$0] < 0 } }
  var orders: [[[Int]]] { members.map(\.days) }
  var longest: Int { work.max() ?? 0 }

  static func work(_ state: TripState, _ model: SearchModel) -> Int {
    var sum = state.totalDriving(model)
    for (day, order) in state.days.enumerated() where !order.isEmpty {
      var here = state.before(day, model)
      for (k, visit) in order.enumerated() {
        sum += model.length(of: visit, after: here, isMorning: k == 0)
        here = visit
      }
    }
    return sum
  }

  /// Where a visit goes.
  struct Place {
    var member: Int
    var place: InsertionPlace
    /// What is compared: growth of the cost, with what working beyond the wanted length costs.
    var price: Int
  }

  /// The least price of putting a visit in; nil when no member has room.
  /// - Parameters:
  ///   - goal: working time beyond it costs.
  ///   - barred: a member that is passed over.
  func cheapestPlace(
    for visit: Int, _ model: TeamModel, goal: TeamGoal, barred: Int = -1, skip: () -> Bool = { false }
  ) -> Place? {
    var best: Place?
    for member in members.indices where member != barred && model.allowed[member][visit] {
      let own = model.models[member]
      guard let place = members[member].cheapestPlace(for: visit, own, skip: skip) else { continue }
      var price = place.delta
      if let limit = goal.limit {
        let after = work[member] + driving(to: visit, at: place, of: member, own) + own.longest(visit)
        price += goal.weight * (max(0, after - limit) - max(0, work[member] - limit))
      }
      if best == nil || price < best!.price { best = Place(member: member, place: place, price: price) }
    }
    return best
  }

  /// Seconds more at the wheel.
  private func driving(to visit: Int, at place: InsertionPlace, of member: Int, _ own: SearchModel) -> Int {
    guard own.problem.metric == .distance else { return place.delta }
    let state = members[member]
    let order = state.days[place.day]
    let from = place.position == 0 ? state.before(place.day, own) : order[place.position - 1]
    let to = place.position < order.count ? order[place.position] : state.after(place.day, own)
    let straight = order.isEmpty && own.home ? 0 : own.seconds(from, to)
    return own.seconds(from, visit) + own.seconds(visit, to) - straight
  }

  mutating func insert(_ visit: Int, at place: Place, _ model: TeamModel) {
    members[place.member].insert(visit, at: place.place, model.models[place.member])
    owner[visit] = place.member
    work[place.member] = Self.work(members[place.member], model.models[place.member])
  }

  /// Takes visits out, and with them those that cannot stay without them.
  mutating func remove(_ taken: [Int], _ model: TeamModel) {
    for member in members.indices {
      let own = taken.filter { owner[$0] == member }
      guard !own.isEmpty else { continue }
      members[member].remove(own, model.models[member])
      for visit in owner.indices where owner[visit] == member && members[member].dayOf[visit] < 0 {
        owner[visit] = -1
      }
      work[member] = Self.work(members[member], model.models[member])
    }
  }

  /// Puts in whoever fits, must-visits first, each time the visit for which waiting would cost most (Potvin and
  /// Rousseau 1993, regret insertion over members): one that only one member can make goes before all others.
  mutating func insertAll(_ model: TeamModel, goal: TeamGoal) {
    for must in [true, false] {
      var waiting = leftOut.filter { model.must[$0] == must }
      while !waiting.isEmpty {
        var best: (index: Int, place: Place, regret: Int)?
        for (index, visit) in waiting.enumerated() {
          guard let (place, regret) = placeAndRegret(visit, model, goal) else { continue }
          if best == nil || (regret, -place.price) > (best!.regret, -best!.place.price) {
            best = (index, place, regret)
          }
        }
        guard let best else { break }
        insert(waiting[best.index], at: best.place, model)
        waiting.remove(at: best.index)
      }
    }
  }

  private func placeAndRegret(_ visit: Int, _ model: TeamModel, _ goal: TeamGoal) -> (Place, Int)? {
    guard let place = cheapestPlace(for: visit, model, goal: goal) else { return nil }
    let second = cheapestPlace(for: visit, model, goal: goal, barred: place.member)
    return (place, (second?.price ?? SearchModel.hole) - place.price)
  }
}

/// What a sharing is searched for.
struct TeamGoal {
  /// Working time of a member beyond it costs `weight` a second; nil where only the sum counts.
  var limit: Int?
  var weight = 0
  /// Whether the longest working time decides before the sum.
  var byLongest = false
  /// Whether the limit falls below each shorter longest working time found.
  var shrinks = false

  static let total = TeamGoal()
}

/// How good a team's plan is; smaller is better, compared in the order of the members.
struct TeamScore: Comparable {
  var mustLeftOut = 0
  /// Weight of what is left out.
  var leftOut = 0
  /// 0 where the sum alone counts.
  var longest = 0
  var cost = 0
  var overtime = 0
  var end = 0
  /// What annealing compares: the cost with working time beyond the goal.
  var energy = 0

  init(_ state: TeamState, _ model: TeamModel, _ goal: TeamGoal) {
    for visit in state.owner.indices where state.owner[visit] < 0 {
      leftOut += model.weight[visit]
      if model.must[visit] { mustLeftOut += 1 }
    }
    for (member, own) in state.members.enumerated() {
      cost += own.price(model.models[member])
      overtime += model.models[member].overtime(own.ends)
      end += own.endSum
    }
    energy = cost
    if let limit = goal.limit {
      for work in state.work { energy += goal.weight * max(0, work - limit) }
    }
    if goal.byLongest { longest = state.longest }
  }

  static func < (a: TeamScore, b: TeamScore) -> Bool {
    (a.mustLeftOut, a.leftOut, a.longest, a.cost, a.overtime, a.end)
      < (b.mustLeftOut, b.leftOut, b.longest, b.cost, b.overtime, b.end)
  }
}
