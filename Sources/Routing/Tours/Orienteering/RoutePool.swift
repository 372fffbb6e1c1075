/// Good days met during the search, from which better plans are put together.
///
/// Recombination of routes by set packing: after Hu and Lim 2014, "An iterative three-component heuristic for the team
/// orienteering problem with time windows". Here two days at a time are chosen anew, exactly, by the score of their
/// union: a node on both counts once and is dropped from one.
struct RoutePool {
  static let capacity = 2_400
  static let mostChecks = 60_000

  let model: OrienteeringModel
  private let words: Int
  /// Days with the same windows share their routes; otherwise a route belongs to its day.
  let alike: Bool
  private let bits: UnsafeMutablePointer<UInt64>
  private let nodes: UnsafeMutablePointer<Int32>
  private let covered: UnsafeMutablePointer<UInt64>
  private let stride: Int
  private var lengths: [Int32] = []
  private var scores: [Int] = []
  private var spents: [Int] = []
  private var days: [Int32] = []
  private var keys: [UInt64] = []
  private var table: [Int32]
  private let marks: [UInt64]
  private(set) var count = 0

  init(_ model: OrienteeringModel, random: inout SeededRandom) {
    self.model = model
    let n = model.n
    words = (n + 63) / 64
    stride = n
    alike = (0..<model.days).allSatisfy { model.isAlike(0, $0) }
    bits = .allocate(capacity: Self.capacity * words)
    nodes = .allocate(capacity: Self.capacity * stride)
    covered = .allocate(capacity: words)
    table = [Int32](repeating: -1, count: 8_192)
    marks = (0..<n).map { _ in random.next() }
  }

  func free() {
    bits.deallocate()
    nodes.deallocate()
    covered.deallocate()
  }

  /// Keeps a day of a state, or its shorter order where the same nodes are known.
  mutating func add(_ state: OrienteeringState, _ day: Int) {
    let length = state.length[day] - 1
    guard length > 0 else { return }
    let order = state.order + day * state.stride + 1
    var key = alike ? 0 : UInt64(day + 1) &* 0x9E37_79B9_7F4A_7C15
    for k in 0..<length { key ^= marks[Int(order[k])] }
    var at = Int(truncatingIfNeeded: key & 8_191)
    while table[at] >= 0 {
      let entry = Int(table[at])
      if keys[entry] == key {
        if state.spent[day] < spents[entry] {
          (nodes + entry * stride).update(from: order, count: length)
          spents[entry] = state.spent[day]
        }
        return
      }
      at = (at + 1) & 8_191
    }
    if count == Self.capacity {
      forgetOlderHalf()
      add(state, day)
      return
    }
    table[at] = Int32(count)
    let mine = bits + count * words
    for w in 0..<words { mine[w] = 0 }
    var score = 0
    for k in 0..<length {
      let v = Int(order[k])
      mine[v >> 6] |= 1 << UInt64(v & 63)
      score += model.score[v]
      nodes[count * stride + k] = order[k]
    }
    lengths.append(Int32(length))
    scores.append(score)
    spents.append(state.spent[day])
    days.append(alike ? -1 : Int32(day))
    keys.append(key)
    count += 1
  }

  private mutating func forgetOlderHalf() {
    let half = count / 2
    for entry in half..<count {
      (bits + (entry - half) * words).update(from: bits + entry * words, count: words)
      (nodes + (entry - half) * stride).update(from: nodes + entry * stride, count: Int(lengths[entry]))
    }
    lengths.removeFirst(half)
    scores.removeFirst(half)
    spents.removeFirst(half)
    days.removeFirst(half)
    keys.removeFirst(half)
    count -= half
    table = [Int32](repeating: -1, count: 8_192)
    for (entry, key) in keys.enumerated() {
      var at = Int(truncatingIfNeeded: key & 8_191)
      while table[at] >= 0 { at = (at + 1) & 8_191 }
      table[at] = Int32(entry)
    }
  }

  /// The best two routes for two days while the others stay; nil where nothing beats what they hold.
  func bestPair(_ state: OrienteeringState, _ a: Int, _ b: Int) -> (first: [Int32], second: [Int32])? {
    for w in 0..<words { covered[w] = 0 }
    var held = 0
    for v in model.usable {
      let day = Int(state.dayOf[Int(v)])
      if day < 0 { continue }
      if day == a || day == b {
        held += model.score[Int(v)]
      } else {
        covered[Int(v) >> 6] |= 1 << UInt64(Int(v) & 63)
      }
    }
    let firsts = ranked(a)
    let seconds = alike ? firsts : ranked(b)
    guard !firsts.isEmpty, !seconds.isEmpty else { return nil }
    var best = held
    var found: (Int, Int)?
    var checks = 0
    for (k, first) in firsts.enumerated() {
      if first.score + seconds[0].score <= best || checks > Self.mostChecks { break }
      for second in seconds[(alike ? k : 0)...] {
        if first.score &+ second.score <= best { break }
        checks &+= 1
        let value = first.score &+ second.score &- overlap(first.entry, second.entry)
        if value > best {
          best = value
          found = (first.entry, second.entry)
        }
      }
    }
    guard let (first, second) = found else { return nil }
    return (free(first, except: nil), free(second, except: first))
  }

  /// Routes usable on a day by what they add to the days that stay, most first.
  private func ranked(_ day: Int) -> [(score: Int, entry: Int)] {
    var list: [(score: Int, entry: Int)] = []
    list.reserveCapacity(count)
    for entry in 0..<count where alike || days[entry] == Int32(day) {
      var score = scores[entry]
      let mine = bits + entry * words
      for w in 0..<words { score &-= scoreOf(mine[w] & covered[w], w) }
      list.append((score, entry))
    }
    list.sort { ($0.score, $0.entry) > ($1.score, $1.entry) }
    return list
  }

  @inline(__always)
  private func scoreOf(_ set: UInt64, _ word: Int) -> Int {
    var (set, sum) = (set, 0)
    while set != 0 {
      sum &+= model.score[word &* 64 &+ set.trailingZeroBitCount]
      set &= set &- 1
    }
    return sum
  }

  @inline(__always)
  private func overlap(_ a: Int, _ b: Int) -> Int {
    var sum = 0
    for w in 0..<words {
      let both = bits[a &* words &+ w] & bits[b &* words &+ w] & ~covered[w]
      if both != 0 { sum &+= scoreOf(both, w) }
    }
    return sum
  }

  /// The nodes of a route that are on no day that stays, nor on the other route.
  private func free(_ entry: Int, except other: Int?) -> [Int32] {
    (0..<Int(lengths[entry])).map { nodes[entry * stride + $0] }.filter { node in
      let (w, bit) = (Int(node) >> 6, UInt64(1) << UInt64(Int(node) & 63))
      if covered[w] & bit != 0 { return false }
      return other.map { bits[$0 * words + w] & bit == 0 } ?? true
    }
  }
}
