/// Finds forbidden sequences of directed edges while they are driven (Aho, Corasick 1975): its states are the beginnings
/// of forbidden sequences, so that restrictions over any number of via ways, overlapping ones too, are one look-up a turn.
struct TurnAutomaton {
  private var next: [UInt64: Int32] = [:]
  private var fail: [Int32] = [0]
  private var forbidden: [Bool] = [false]
  private(set) var depth: [Int32] = [0]
  /// Edges that begin a sequence: all others lead to the root from everywhere.
  private var firsts: Set<Int32> = []

  var stateCount: Int { fail.count }

  init(_ sequences: [[Int32]]) {
    for sequence in sequences where !sequence.isEmpty {
      firsts.insert(sequence[0])
      var state: Int32 = 0
      for edge in sequence {
        let key = Self.key(state, edge)
        if let known = next[key] {
          state = known
        } else {
          let new = Int32(fail.count)
          fail.append(0)
          forbidden.append(false)
          depth.append(depth[Int(state)] + 1)
          next[key] = new
          state = new
        }
      }
      forbidden[Int(state)] = true
    }
    // Level by level: what a state falls back to is nearer to the root than itself.
    let transitions = next.sorted { (depth[Int($0.value)], $0.value) < (depth[Int($1.value)], $1.value) }
    for (key, state) in transitions {
      let parent = Int32(key >> 32)
      guard parent != 0 else { continue }
      let edge = Int32(truncatingIfNeeded: key & 0xFFFF_FFFF)
      let target = step(fail[Int(parent)], edge)
      fail[Int(state)] = target
      if forbidden[Int(target)] { forbidden[Int(state)] = true }
    }
  }

  private static func key(_ state: Int32, _ edge: Int32) -> UInt64 {
    UInt64(UInt32(bitPattern: state)) << 32 | UInt64(UInt32(bitPattern: edge))
  }

  /// The state after one more edge.
  func step(_ state: Int32, _ edge: Int32) -> Int32 {
    if state == 0, !firsts.contains(edge) { return 0 }
    var state = state
    while true {
      if let found = next[Self.key(state, edge)] { return found }
      if state == 0 { return 0 }
      state = fail[Int(state)]
    }
  }

  /// Whether a sequence that may not be driven ends in this state.
  func isForbidden(_ state: Int32) -> Bool { forbidden[Int(state)] }
}
