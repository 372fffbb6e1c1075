/// The best plan of a small problem, proven: dynamic programming over sets of visits.
///
/// For each day, labels (cost, hungry time, fed time, driving) are extended visit by visit over (set, last visit)
/// as in Held and Karp 1962, "A dynamic programming approach to sequencing problems"; a label is dropped only when
/// another of its state is no worse in all four (Desrochers and Soumis 1988). That gives the cheapest order of
/// each set a day can hold, with windows, lunch and driving limits. Days at home depend on each other only by
/// who is visited when, so they are joined by minimum over the splits of each set, 3ⁿ steps a day. Where the last day
/// ends elsewhere than the others, each day is tried as the last.
///
/// Nights away are solved for one day only, where they are the same as nights at home.
struct ExactDays {
  /// Largest problem tried: time grows with 2ⁿ·n² for one day and 3ⁿ for several.
  static func applies(to model: SearchModel) -> Bool {
    if model.limitsWaiting { return false }
    return model.dayCount == 1 ? model.visits <= 13 : model.home && model.visits <= 10 && model.dayCount <= 14
  }

  private struct Label {
    var cost: Int
    var clock: DayClock
    var parent: Int32
    var next: Int32
    var visit: Int32
  }

  /// For each set of visits the cheapest cost of making exactly it on a day (hole when impossible) and the label its
  /// order is read from.
  private struct Closing {
    var cost: [Int]
    var end: [Int]
    var label: [Int32]

    init(sets: Int) {
      cost = .init(repeating: SearchModel.hole, count: sets)
      end = .init(repeating: 0, count: sets)
      label = .init(repeating: -1, count: sets)
    }

    mutating func take(_ set: Int, _ label: Int32, cost: Int, end: Int) {
      guard cost < SearchModel.hole,
        (cost, end) < (self.cost[set], self.end[set]) || self.label[set] < 0
      else { return }
      self.cost[set] = cost
      self.end[set] = end
      self.label[set] = label
    }
  }

  /// One day, as the last of the trip and as one before it; the same where the days do not differ.
  private struct DayTable {
    var last: Closing
    var before: Closing
    var labels: [Label]

    func order(of set: Int, isLast: Bool) -> [Int] {
      var list: [Int] = []
      var k = (isLast ? last : before).label[set]
      while k >= 0 {
        list.append(Int(labels[Int(k)].visit))
        k = labels[Int(k)].parent
      }
      return list.reversed()
    }
  }

  /// The orders of each day; nil when the number of labels outgrows `labelLimit` on some day.
  static func solve(_ model: SearchModel, labelLimit: Int = 300_000) -> [[Int]]? {
    let sets = 1 << model.visits
    var tables: [DayTable] = []
    for day in 0..<model.dayCount {
      if let same = (0..<day).first(where: { model.isSameDay($0, day) }) {
        tables.append(tables[same])
      } else if let table = table(day, model, labelLimit) {
        tables.append(table)
      } else {
        return nil
      }
    }
    let joined = join(tables, sets: sets, model)
    let mustSet = model.must.indices.reduce(0) { model.must[$1] ? $0 | 1 << $1 : $0 }
    var chosen = model.standing.map { 1 << $0 } ?? 0
    func weight(_ set: Int) -> Int {
      model.weight.indices.reduce(0) { set & 1 << $1 != 0 ? $0 + model.weight[$1] : $0 }
    }
    for set in 1..<max(sets, 1) where joined.cost[set] < SearchModel.hole {
      let rank = ((set & mustSet).nonzeroBitCount, weight(set))
      let old = ((chosen & mustSet).nonzeroBitCount, weight(chosen))
      if rank > old
        || (rank == old
          && (joined.cost[set], joined.end[set]) < (joined.cost[chosen], joined.end[chosen]))
      {
        chosen = set
      }
    }
    var orders = [[Int]](repeating: [], count: model.dayCount)
    var day = joined.lastDay[chosen]
    var today = joined.lastPart[chosen]
    var isLast = true
    while day >= 0 {
      orders[day] = tables[day].order(of: today, isLast: isLast)
      chosen ^= today
      day -= 1
      isLast = !model.lastDayDiffers
      if day >= 0 { today = Int(joined.parts[day][chosen]) }
    }
    return orders
  }

  /// The cheapest way to make each set on all days together.
  private struct Joined {
    var cost: [Int]
    var end: [Int]
    /// The last day counted, and the part of the set made on it.
    var lastDay: [Int]
    var lastPart: [Int]
    /// `parts[day][set]`: what of the set made by the end of the day, another being the last, is made on it.
    var parts: [[Int32]] = []

    init(sets: Int) {
      cost = .init(repeating: SearchModel.hole, count: sets)
      end = .init(repeating: 0, count: sets)
      lastDay = .init(repeating: -1, count: sets)
      lastPart = .init(repeating: 0, count: sets)
    }
  }

  private static func join(_ tables: [DayTable], sets: Int, _ model: SearchModel) -> Joined {
    var joined = Joined(sets: sets)
    // The cheapest way to have made exactly a set after the days so far, with a day to come.
    var best = [Int](repeating: SearchModel.hole, count: sets)
    var ends = [Int](repeating: 0, count: sets)
    best[0] = 0
    let needed = neededBefore(sets, model)
    /// Whether what is made today has before it, by the end of the day, what it needs.
    func isComplete(_ today: Int, within set: Int) -> Bool { needed.isEmpty || needed[today] & ~set == 0 }
    for (day, table) in tables.enumerated() {
      let mayRest = day > 0 || model.standing == nil
      // Where days do not differ, only all of them together make a trip.
      if model.lastDayDiffers || day == tables.count - 1 {
        for set in 0..<sets {
          func consider(_ today: Int, _ cost: Int, _ end: Int) {
            guard cost < SearchModel.hole, (cost, end) < (joined.cost[set], joined.end[set]) else { return }
            joined.cost[set] = cost
            joined.end[set] = end
            joined.lastDay[set] = day
            joined.lastPart[set] = today
          }
          // The last day counted is a used one, but for a trip of no visits.
          if mayRest && (set == 0 || !model.lastDayDiffers) { consider(0, best[set], ends[set]) }
          var today = set
          while today > 0 {
            if isComplete(today, within: set) {
              consider(
                today, best[set ^ today] + table.last.cost[today], ends[set ^ today] + table.last.end[today])
            }
            today = (today - 1) & set
          }
        }
      }
      var next = mayRest ? best : [Int](repeating: SearchModel.hole, count: sets)
      var nextEnds = ends
      var part = [Int32](repeating: 0, count: sets)
      for set in 0..<sets {
        var today = set
        while today > 0 {
          let cost = table.before.cost[today] + best[set ^ today]
          if cost < SearchModel.hole, isComplete(today, within: set) {
            let end = table.before.end[today] + ends[set ^ today]
            if cost < next[set] || (cost == next[set] && end < nextEnds[set]) {
              next[set] = cost
              nextEnds[set] = end
              part[set] = Int32(today)
            }
          }
          today = (today - 1) & set
        }
      }
      best = next
      ends = nextEnds
      joined.parts.append(part)
    }
    return joined
  }

  /// For each set of visits those that must be made for it; empty where none needs another.
  private static func neededBefore(_ sets: Int, _ model: SearchModel) -> [Int] {
    guard let rules = model.orderRules, rules.before.contains(where: { !$0.isEmpty }) else { return [] }
    let own = rules.before.map { $0.reduce(0) { $0 | 1 << $1 } }
    var needed = [Int](repeating: 0, count: sets)
    for set in 1..<max(sets, 1) {
      needed[set] = needed[set & (set - 1)] | own[set.trailingZeroBitCount]
    }
    return needed
  }

  /// The price of a day that ends then, overtime included, and what decides between days of the same price: least
  /// overtime, then the earliest end.
  private static func closing(_ cost: Int, _ end: Int, on day: Int, _ model: SearchModel) -> (
    cost: Int, end: Int
  ) {
    guard end < SearchModel.never else { return (SearchModel.hole, end) }
    let overtime = model.allowsOvertime ? max(0, end - model.dayRules[day].overtimeFrom) : 0
    return (cost + overtime * model.problem.overtimeWeight, end + overtime << 34)
  }

  private static func table(_ day: Int, _ model: SearchModel, _ labelLimit: Int) -> DayTable? {
    let n = model.visits
    let sets = 1 << n
    let limitsDriving = model.problem.days[day].maxDriving != nil
    var heads = [Int32](repeating: -1, count: sets * n)
    var labels: [Label] = []
    labels.reserveCapacity(min(labelLimit, sets * max(n, 1) / 2 + 16))

    func dominates(_ a: Label, _ b: Label) -> Bool {
      a.cost <= b.cost && a.clock.hungry <= b.clock.hungry && a.clock.fed <= b.clock.fed
        && (!limitsDriving || a.clock.driving <= b.clock.driving)
        && (!model.limitsDistance || a.clock.metres <= b.clock.metres)
    }
    func add(_ label: Label, to state: Int) {
      var previous: Int32 = -1
      var k = heads[state]
      while k >= 0 {
        let next = labels[Int(k)].next
        if dominates(labels[Int(k)], label) { return }
        if dominates(label, labels[Int(k)]) {
          if previous < 0 { heads[state] = next } else { labels[Int(previous)].next = next }
        } else {
          previous = k
        }
        k = next
      }
      var label = label
      label.next = heads[state]
      heads[state] = Int32(labels.count)
      labels.append(label)
    }

    let rules = model.orderRules
    let morning = model.morning(day)
    for visit in 0..<n where day > 0 || model.standing == nil || visit == model.standing {
      let cost = model.cost(model.startNode, visit)
      let clock = model.advance(morning, from: model.startNode, to: visit, on: day)
      if clock.isDead || cost >= SearchModel.hole { continue }
      if rules?.allows(visit, after: 0, last: nil, on: day) == false { continue }
      add(
        Label(cost: cost, clock: clock, parent: -1, next: -1, visit: Int32(visit)),
        to: (1 << visit) * n + visit)
    }
    var last = Closing(sets: sets)
    var before = Closing(sets: sets)
    for set in 1..<max(sets, 1) {
      for end in 0..<n where set & (1 << end) != 0 {
        var k = heads[set * n + end]
        while k >= 0 {
          let label = labels[Int(k)]
          for visit in 0..<n where set & (1 << visit) == 0 {
            let cost = label.cost + model.cost(end, visit)
            if cost >= SearchModel.hole { continue }
            let clock = model.advance(label.clock, from: end, to: visit, on: day)
            if clock.isDead || rules?.allows(visit, after: set, last: end, on: day) == false { continue }
            add(
              Label(cost: cost, clock: clock, parent: k, next: -1, visit: Int32(visit)),
              to: (set | 1 << visit) * n + visit)
          }
          let done = closing(
            label.cost + model.cost(end, model.endNode),
            model.homecoming(label.clock, from: end, on: day, isLast: true), on: day, model)
          last.take(set, k, cost: done.cost, end: done.end)
          if model.lastDayDiffers {
            let back = closing(
              label.cost + model.cost(end, model.startNode),
              model.homecoming(label.clock, from: end, on: day, isLast: false), on: day, model)
            before.take(set, k, cost: back.cost, end: back.end)
          }
          k = label.next
        }
      }
      if labels.count > labelLimit { return nil }
    }
    return DayTable(last: last, before: model.lastDayDiffers ? before : last, labels: labels)
  }
}
