/// What binds the order of visits whatever the clock says: who comes before whom, who stands where on the day, and no
/// place twice a day.
///
/// Every rule can be kept while visits are put in one after another: whoever is put in looks up the places left open
/// by those that stand already. Taking a visit out can break rules; ``broken(_:)`` then names who must go too.
struct OrderRules {
  /// For each visit those it needs before it, and those that need it.
  let before: [[Int]]
  let after: [[Int]]
  /// Number of stops before the visit on its day; `free` when it does not matter.
  private let slots: [Int]
  private static let free = Int.min
  /// Added to slots on the first day, see ``Remaining/slotShift``.
  private let slotShift: Int
  /// For each visit those at the same place; empty lists when a day may visit a place twice.
  private let twins: [[Int]]
  /// The visit of an earlier day that stands first on the first day.
  private let guest: Int?
  /// Whether some visit has a slot or a twin.
  private let bindsWithinDay: Bool

  /// Nil when nothing binds the order.
  init?(_ remaining: Remaining) {
    let problem = remaining.problem!
    let n = problem.visits.count
    var before = [[Int]](repeating: [], count: n)
    var after = before
    for rule in problem.precedences {
      before[rule.after].append(rule.before)
      after[rule.before].append(rule.after)
    }
    self.before = before
    self.after = after
    slots = problem.visits.map { $0.slot?.visitsBefore ?? Self.free }
    slotShift = remaining.slotShift
    guest = remaining.underway ? nil : remaining.standing
    twins = (0..<n).map { a in
      guard problem.samePlaceOnceADay else { return [] }
      return (0..<n).filter {
        $0 != a && problem.samePlace(problem.visits[a].point, problem.visits[$0].point)
      }
    }
    bindsWithinDay = slots.contains { $0 != Self.free } || twins.contains { !$0.isEmpty }
    if problem.precedences.isEmpty && !bindsWithinDay { return nil }
  }

  /// The visits that must be made for all of `musts` to be made.
  func needed(by musts: [Bool]) -> [Bool] {
    var needed = musts
    var stack = musts.indices.filter { musts[$0] }
    while let visit = stack.popLast() {
      for other in before[visit] where !needed[other] {
        needed[other] = true
        stack.append(other)
      }
    }
    return needed
  }

  @inline(__always)
  private func slot(_ visit: Int, on day: Int) -> Int {
    let slot = slots[visit]
    return slot == Self.free || slot == .max || day > 0 ? slot : slot + slotShift
  }

  func isOffSlot(_ visit: Int, at index: Int, of count: Int, on day: Int) -> Bool {
    let slot = slot(visit, on: day)
    return slot != Self.free && index != slot && (index > slot || index < count - 1)
  }

  func areTwins(_ a: Int, _ b: Int, on day: Int) -> Bool {
    !(day == 0 && (a == guest || b == guest)) && twins[a].contains(b)
  }

  /// Where in the day's order the visit may be put; nil for nowhere.
  /// - Parameter first: no place before this one.
  func places(for visit: Int, on day: Int, _ days: [[Int]], _ dayOf: [Int], from first: Int) -> ClosedRange<
    Int
  >? {
    let order = days[day]
    var lowest = first
    var highest = order.count
    for other in before[visit] {
      guard dayOf[other] >= 0, dayOf[other] <= day else { return nil }
      if dayOf[other] == day { lowest = max(lowest, order.firstIndex(of: other)! + 1) }
    }
    for other in after[visit] where dayOf[other] >= 0 {
      if dayOf[other] < day { return nil }
      if dayOf[other] == day { highest = min(highest, order.firstIndex(of: other)!) }
    }
    if bindsWithinDay {
      for (index, other) in order.enumerated() {
        if areTwins(visit, other, on: day) { return nil }
        let slot = slot(other, on: day)
        if slot == Self.free { continue }
        if index < slot { highest = min(highest, index) } else { lowest = max(lowest, index + 1) }
      }
      let slot = slot(visit, on: day)
      if slot != Self.free {
        lowest = max(lowest, min(slot, order.count))
        highest = min(highest, slot)
      }
    }
    return lowest <= highest ? lowest...highest : nil
  }

  /// Whether a day may go on with `visit` after the stops of `set`, of which `last` is the latest (exact solver).
  func allows(_ visit: Int, after set: Int, last: Int?, on day: Int) -> Bool {
    for other in after[visit] where set & 1 << other != 0 { return false }
    guard bindsWithinDay else { return true }
    let count = set.nonzeroBitCount
    for other in twins[visit] where set & 1 << other != 0 && areTwins(visit, other, on: day) { return false }
    if let last {
      let slot = slot(last, on: day)
      if slot != Self.free && slot != count - 1 { return false }
    }
    let slot = slot(visit, on: day)
    return slot == Self.free || slot >= count
  }

  /// A visit whose rule the orders break; nil when all are kept.
  func broken(_ days: [[Int]]) -> Int? {
    var rank = [Int](repeating: -1, count: before.count)
    for (day, order) in days.enumerated() {
      for (index, visit) in order.enumerated() { rank[visit] = day << 20 | index }
    }
    for (day, order) in days.enumerated() {
      for (index, visit) in order.enumerated() {
        for other in before[visit] where rank[other] < 0 || rank[other] > rank[visit] { return visit }
        guard bindsWithinDay else { continue }
        if isOffSlot(visit, at: index, of: order.count, on: day) { return visit }
        for other in twins[visit]
        where rank[other] >= 0 && rank[other] < rank[visit] && rank[other] >> 20 == day {
          if areTwins(visit, other, on: day) { return visit }
        }
      }
    }
    return nil
  }
}
