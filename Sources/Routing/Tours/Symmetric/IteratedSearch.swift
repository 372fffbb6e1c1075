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

  private static func length(_ search: LinKernighan) -> Int {
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
    while iterations < limit {
      if iterations & 63 == 0, clock.isOver { break }
      iterations += 1
      step()
    }
  }

  private mutating func step() {
    search.tour.forget()
    chooseStretch()
    let dearer = DoubleBridge.kick(&search, cuts, sequence)
    let gain = search.descend()
    if gain >= dearer {
      cost -= gain - dearer
    } else {
      search.tour.undo()
    }
  }

  private func insert(_ place: Int, _ held: inout Int) {
    var at = held
    while at > 0 && cuts[at - 1] > place {
      cuts[at] = cuts[at - 1]
      at -= 1
    }
    cuts[at] = place
    held += 1
  }

  /// Nodes of the tour among which a double bridge is laid.
  private static let stretch = 30

  /// Four places of one stretch, in increasing order.
  private mutating func chooseStretch() {
    let n = search.costs.count
    let stretch = min(Self.stretch, n)
    let first = random.below(n)
    var held = 0
    while held < 4 {
      var place = first + random.below(stretch)
      if place >= n { place -= n }
      var isNew = true
      for k in 0..<held where cuts[k] == place { isNew = false }
      if isNew { insert(place, &held) }
    }
  }
}
