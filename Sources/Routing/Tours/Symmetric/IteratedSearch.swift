/// Iterated Lin–Kernighan (Johnson, McGeoch 1997): local double bridges, each followed by a descent from its ends
/// and taken back when the tour became dearer.
struct IteratedSearch {
  var search: LinKernighan
  private(set) var cost: Int
  private(set) var iterations = 0
  private var random: SeededRandom
  private let clock: SearchClock
  private let cuts: UnsafeMutablePointer<Int>
  private let sequence: UnsafeMutablePointer<Int>

  init(_ search: LinKernighan, seed: UInt64, _ clock: SearchClock, _ arena: Arena) {
    self.search = search
    self.clock = clock
    random = SeededRandom(seed: seed)
    cuts = arena.take(4, 0)
    sequence = arena.take(4, 0)
    cost = Self.length(search)
  }

  static func length(_ search: LinKernighan) -> Int {
    var sum = 0
    for k in 0..<search.costs.count {
      let node = search.tour.order[k]
      sum += Int(search.costs.cost(node, search.tour.next(node)))
    }
    return sum
  }

  mutating func run() {
    let n = search.costs.count
    for k in 0..<n { search.push(search.tour.order[k]) }
    cost -= search.descend()
    guard n >= 8 else { return }
    search.tour.isLogging = true
    let limit = clock.iterations ?? .max
    let seconds = clock.total ?? .infinity
    while iterations < limit {
      if iterations & 63 == 0 && clock.elapsed > seconds { break }
      iterations += 1
      step()
    }
  }

  private mutating func step() {
    let n = search.costs.count
    search.tour.forget()
    let stretch = min(Int(Tuning.a), n - 2)
    var a = random.below(stretch) + 1
    var b = random.below(stretch - 1) + 1
    if b >= a { b += 1 }
    var c = random.below(stretch - 2) + 1
    let (low, high) = (min(a, b), max(a, b))
    if c >= low { c += 1 }
    if c >= high { c += 1 }
    if c < low {
      (a, b, c) = (c, low, high)
    } else if c < high {
      (a, b, c) = (low, c, high)
    } else {
      (a, b) = (low, high)
    }
    let dearer = DoubleBridge.kick(&search, random.below(n), (a, b - a, c - b), cuts, sequence)
    let gain = search.descend()
    if gain >= dearer {
      cost -= gain - dearer
    } else {
      search.tour.undo()
    }
  }
}
