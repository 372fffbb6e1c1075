/// The best plan of a small problem, proven: dynamic programming over sets of visits.
///
/// For each day, labels (cost, hungry time, fed time, driving) are extended visit by visit over (set, last visit)
/// as in Held and Karp 1962, "A dynamic programming approach to sequencing problems"; a label is dropped only when
/// another of its state is no worse in all four (Desrochers and Soumis 1988). That gives the cheapest order of
/// each set a day can hold, with windows, lunch and driving limits. Days at home depend on each other only by
/// who is visited when, so they are joined by minimum over the splits of each set, 3ⁿ steps a day.
///
/// Nights away are solved for one day only, where they are the same as nights at home.
struct ExactDays {
  /// Largest problem tried: time grows with 2ⁿ·n² for one day and 3ⁿ for several.
  static func applies(to model: SearchModel) -> Bool {
    model.dayCount == 1 ? model.visits <= 12 : model.home && model.visits <= 10 && model.dayCount <= 14
  }

  private struct Label {
    var cost: Int
    var clock: DayClock
    var parent: Int32
    var next: Int32
    var visit: Int32
  }

  /// One day: for each set of visits the cheapest cost of making exactly it (hole when impossible) and the label
  /// its order is read from.
  private struct DayTable {
    var cost: [Int]
    var end: [Int]
    var label: [Int32]
    var labels: [Label]

    func order(of set: Int) -> [Int] {
      var list: [Int] = []
      var k = label[set]
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
      if let same = (0..<day).first(where: { sameDay($0, day, model) }) {
        tables.append(tables[same])
      } else if let table = table(day, model, labelLimit) {
        tables.append(table)
      } else {
        return nil
      }
    }
    // best[set]: cheapest way to have made exactly `set` after the days so far; part[day][set]: today's share.
    var best = tables[0].cost
    var ends = tables[0].end
    var parts: [[Int32]] = [(0..<sets).map { Int32($0) }]
    for table in tables.dropFirst() {
      var next = best
      var nextEnds = ends
      var part = [Int32](repeating: 0, count: sets)
      for set in 0..<sets {
        var today = set
        while today > 0 {
          let cost = table.cost[today] + best[set ^ today]
          if cost < SearchModel.hole {
            let end = table.end[today] + ends[set ^ today]
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
      parts.append(part)
    }
    let mustSet = model.must.indices.reduce(0) { model.must[$1] ? $0 | 1 << $1 : $0 }
    var chosen = 0
    for set in 1..<max(sets, 1) where best[set] < SearchModel.hole {
      let rank = ((set & mustSet).nonzeroBitCount, set.nonzeroBitCount)
      let old = ((chosen & mustSet).nonzeroBitCount, chosen.nonzeroBitCount)
      if rank > old || (rank == old && (best[set], ends[set]) < (best[chosen], ends[chosen])) { chosen = set }
    }
    var orders = [[Int]](repeating: [], count: model.dayCount)
    for day in stride(from: model.dayCount - 1, through: 0, by: -1) {
      let today = Int(parts[day][chosen])
      orders[day] = tables[day].order(of: today)
      chosen ^= today
    }
    return orders
  }

  private static func sameDay(_ a: Int, _ b: Int, _ model: SearchModel) -> Bool {
    model.problem.days[a] == model.problem.days[b]
      && model.problem.visits.allSatisfy { $0.windows == nil || $0.windows![a] == $0.windows![b] }
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

    let morning = model.morning(day)
    for visit in 0..<n {
      let cost = model.cost(model.startNode, visit)
      let clock = model.advance(morning, from: model.startNode, to: visit, on: day)
      if clock.isDead || cost >= SearchModel.hole { continue }
      add(
        Label(cost: cost, clock: clock, parent: -1, next: -1, visit: Int32(visit)),
        to: (1 << visit) * n + visit)
    }
    var table = DayTable(
      cost: .init(repeating: SearchModel.hole, count: sets), end: .init(repeating: 0, count: sets),
      label: .init(repeating: -1, count: sets), labels: [])
    table.cost[0] = 0
    for set in 1..<max(sets, 1) {
      for last in 0..<n where set & (1 << last) != 0 {
        var k = heads[set * n + last]
        while k >= 0 {
          let label = labels[Int(k)]
          for visit in 0..<n where set & (1 << visit) == 0 {
            let cost = label.cost + model.cost(last, visit)
            if cost >= SearchModel.hole { continue }
            let clock = model.advance(label.clock, from: last, to: visit, on: day)
            if clock.isDead { continue }
            add(
              Label(cost: cost, clock: clock, parent: k, next: -1, visit: Int32(visit)),
              to: (set | 1 << visit) * n + visit)
          }
          let total = label.cost + model.cost(last, model.endNode)
          if total < SearchModel.hole {
            let end = model.finish(label.clock, from: last, to: model.endNode, on: day)
            if end < SearchModel.never,
              (total, end) < (table.cost[set], table.end[set])
                || (table.label[set] < 0)
            {
              table.cost[set] = total
              table.end[set] = end
              table.label[set] = k
            }
          }
          k = label.next
        }
      }
      if labels.count > labelLimit { return nil }
    }
    table.labels = labels
    return table
  }
}
