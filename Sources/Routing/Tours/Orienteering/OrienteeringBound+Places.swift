extension OrienteeringBound {
  /// The places a best plan may need: those that score, and others that shorten a way between two of them.
  static func places(_ model: OrienteeringModel) -> [Int32] {
    let n = model.n
    let idle = (0..<n).filter { v in
      model.score[v] == 0 && v != Int(model.first) && v != Int(model.last)
        && (0..<model.days).contains { model.close[$0 * n + v] >= model.open[$0 * n + v] }
    }
    guard !idle.isEmpty else { return model.usable }
    let ends = model.usable.map { Int($0) } + idle + [Int(model.first), Int(model.last)]
    let useful = idle.filter { v in
      ends.contains { i in
        i != v
          && ends.contains { j in j != v && model.out[i * n + v] + model.out[v * n + j] < model.out[i * n + j]
          }
      }
    }
    return (model.usable + useful.map { Int32($0) }).sorted()
  }

  /// The days, those with the same windows together.
  static func groups(_ model: OrienteeringModel) -> [[Int]] {
    var groups: [[Int]] = []
    for day in 0..<model.days {
      if let same = groups.firstIndex(where: { model.isAlike($0[0], day) }) {
        groups[same].append(day)
      } else {
        groups.append([day])
      }
    }
    return groups
  }

  /// What the score of each place exceeds the price of its detour by, at the price of time that the plan pays.
  static func firstMultipliers(_ model: OrienteeringModel, _ nodes: [Int32], _ best: OrienteeringState)
    -> [Int]
  {
    var length = 0
    for day in 0..<model.days { length += model.dayClose[day] - model.dayOpen[day] }
    let price = Double(best.score * grain) / Double(max(1, length))
    return nodes.map { v in
      let day = Int(best.dayOf[Int(v)])
      if day < 0 { return 0 }
      let order = best.order + day * best.stride
      var p = 1
      while order[p] != v { p += 1 }
      let (before, here, next) = (Int(order[p - 1]), Int(v), Int(order[p + 1]))
      let n = model.n
      let detour = model.out[before * n + here] + model.out[here * n + next] - model.out[before * n + next]
      return model.score[here] * grain - Int(min(price * Double(detour), 1e17))
    }
  }

  /// For each place those near it and itself.
  static func nearest(_ model: OrienteeringModel, _ nodes: [Int32], _ kept: Int) -> [PlaceSet] {
    nodes.indices.map { i in
      let ways = nodes.indices.filter { $0 != i }.map { j in
        (model.out[Int(nodes[i]) * model.n + Int(nodes[j])], j)
      }.sorted { $0 < $1 }
      return ways.prefix(kept).reduce(PlaceSet(i)) { $0 | PlaceSet($1.1) }
    }
  }

  /// The most score that visits, with half the shortest way in and half the shortest way out of each, can have within
  /// all days, the last one taken in part.
  static func knapsack(_ model: OrienteeringModel) -> Int {
    let n = model.n
    let (first, last) = (Int(model.first), Int(model.last))
    // Doubled, so that halves are whole.
    func way(_ i: Int, _ j: Int) -> Int { model.out[i * n + j] - (i == first ? 0 : model.visit[i]) }
    func shortestFrom(_ i: Int) -> Int { (0..<n).lazy.filter { $0 != i }.map { way(i, $0) }.min() ?? 0 }
    func shortestTo(_ j: Int) -> Int { (0..<n).lazy.filter { $0 != j }.map { way($0, j) }.min() ?? 0 }
    let places = model.usable.map { Int($0) }
    let weights = places.map { 2 * model.visit[$0] + shortestFrom($0) + shortestTo($0) }
    let (leave, arrive) = (shortestFrom(first), shortestTo(last))
    var room = 0
    for day in 0..<model.days {
      room += max(0, 2 * (model.dayClose[day] - model.dayOpen[day]) - leave - arrive)
    }
    let ranked = places.indices.sorted {
      let (a, b) = (
        Double(model.score[places[$0]]) / Double(max(1, weights[$0])),
        Double(model.score[places[$1]]) / Double(max(1, weights[$1]))
      )
      return (a, $1) > (b, $0)
    }
    var sum = 0
    for k in ranked {
      let score = model.score[places[k]]
      if weights[k] <= room {
        sum += score
        room -= weights[k]
      } else {
        return sum + Int((Double(score) * Double(room) / Double(weights[k])).rounded(.up))
      }
    }
    return sum
  }
}
