import Geo
import Testing

@testable import Routing

@Suite("Proof by listing days")
struct RouteProofTests {
  /// Problems at home with their least driving by exhaustive search: of all visits where they fit, else of those that the
  /// best plan makes.
  private func problems(seed: UInt64, count: Int) -> [(model: SearchModel, best: Int)] {
    ProvableProblems.random(seed: seed, scatter: 131, count: count, cuttingDown: true) { source in
      source.nights = [.home]
      source.precedences = seed % 4 == 1
      source.waiting = seed % 5 == 0
      source.values = seed % 3 == 1
    }
  }

  @Test(
    "never above the optimum of random problems, whatever was known before, and a better plan drives what is said",
    arguments: 1...12)
  func valid(seed: UInt64) {
    let problems = problems(seed: seed, count: 120)
    #expect(problems.count > 20)
    for (number, (model, best)) in problems.enumerated() {
      for (more, extensions) in [(0, 1_000_000), (1, 1_000_000), (3_000, 1_000_000), (3_000, 3_000)] {
        let found = RouteRelaxation.bound(
          of: ProvableProblems.guess(model), known: best + more, model, .init(extensions: extensions))
        #expect(
          found.driving <= best, "problem \(number) of seed \(seed), \(more): \(found.driving) over \(best)")
        guard let better = found.better else { continue }
        var state = TripState(model)
        #expect(better.joined().sorted() == Array(0..<model.visits))
        if state.take(better, model) { #expect(state.totalDriving(model) < best + more) }
      }
    }
  }

  @Test(
    "the optimum is proven, and found where a worse plan was known, unless a rule it does not look at binds")
  func exact() {
    var proven = 0
    var improved = 0
    let problems = [2, 3, 6, 7].flatMap { self.problems(seed: $0, count: 80) }
    for (model, best) in problems {
      if RouteRelaxation.bound(
        of: ProvableProblems.guess(model), known: best, model, .init(extensions: 3_000_000)
      ).driving
        == best
      {
        proven += 1
      }
      let found = RouteRelaxation.bound(
        of: ProvableProblems.guess(model), known: best + 2_000, model, .init(extensions: 3_000_000))
      var state = TripState(model)
      if let better = found.better, state.take(better, model), state.totalDriving(model) == best {
        improved += 1
      }
    }
    #expect(proven * 100 >= problems.count * 95, "\(proven) of \(problems.count)")
    #expect(improved * 100 >= problems.count * 95, "\(improved) of \(problems.count)")
  }

  @Test("days run backwards cost at least what days run forwards do, to the second where all is remembered")
  func backwards() throws {
    for (model, _) in problems(seed: 2, count: 40) + problems(seed: 3, count: 40) {
      let visits = Array(0..<model.visits)
      var prices = [Int32](repeating: 0, count: visits.count)
      for visit in visits { prices[visit] = Int32((visit * 7919 + 11) % 4000 * 8) }
      for day in 0..<model.dayCount {
        let kind = RouteDay(day, visits, model)
        let pricing = RoutePricing(
          near: RouteRelaxation.near(visits, memory: 8, model), grain: 1, mostLabels: 100_000)
        let completion = try #require(DayCompletion(kind, endingAt: kind.end, prices: prices, pricing))
        pricing.clear()
        let range = try #require(pricing.run(kind, starts: [pricing.morning(kind)], prices: prices))
        var least = Int32(1 << 28)
        for k in range {
          let label = pricing.labels.items[k]
          guard label.visit >= 0, label.visit < visits.count else { continue }
          let (drive, metres) = (kind.end.drives[Int(label.visit)], kind.end.metres[Int(label.visit)])
          if pricing.canEnd(label, drive: drive, metres: metres, kind) {
            least = min(least, label.cost + drive * Int32(RouteRelaxation.scale))
          }
        }
        #expect(completion.least == least)
      }
    }
  }

  @Test("the best choice of days is that of trying all of them")
  func partition() {
    var random = SeededRandom(seed: 3)
    for _ in 0..<300 {
      let n = 2 + random.below(4)
      let kinds = (0..<2).map { _ in
        (1..<1 << n).filter { _ in random.unit() < 0.5 }.map { set in
          DayEnumeration.Day(
            low: UInt64(set), high: 0, cost: Int32(random.below(100)) - 20, label: 0)
        }.sorted { $0.cost < $1.cost }
      }
      let low = random.below(3)
      let counts = DayCounts(
        least: [0, random.below(2)], most: [2, 1], total: low...(low + random.below(2)))
      var best = Int.max
      func choose(_ open: Int, _ used: [Int], _ cost: Int) {
        let sum = used[0] + used[1]
        if open == 0 {
          if counts.total.contains(sum), used[1] >= counts.least[1] { best = min(best, cost) }
          return
        }
        for kind in 0..<2 where used[kind] < counts.most[kind] {
          var more = used
          more[kind] += 1
          for day in kinds[kind] where Int(day.low) & ~open == 0 && Int(day.low) & open & -open != 0 {
            choose(open & ~Int(day.low), more, cost + Int(day.cost))
          }
        }
      }
      choose((1 << n) - 1, [0, 0], 0)
      let limit = 60
      let found = DayPartition(kinds, counts, visits: n, below: limit, mostWork: 1_000_000)
      #expect(found.best?.cost == (best < limit ? best : nil))
    }
  }
}
