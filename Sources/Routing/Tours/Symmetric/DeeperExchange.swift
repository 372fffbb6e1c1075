/// More exchanges than three (Lin, Kernighan 1973): step by step on the one open way that promises most.
extension LinKernighan {
  /// Looks on from the best three exchanges that gain until they are closed.
  @inline(never)
  mutating func extend(_ t1: Int32, _ path: Exchange) -> Int {
    let (order, place) = (tour.order, tour.place)
    set(0, t1, Int(place[Int(t1)]), path.way)
    set(1, path.t3, path.place3, path.side3)
    set(2, path.t5, path.place5, path.side5)
    var open = path.gain
    var k = 3
    while k < depth {
      let last = move.t[2 &* k &- 1]
      let placeLast = Int(place[Int(last)])
      let row = candidates.near + Int(last) &* candidates.width
      var best = (gain: 0, node: Int32(0), at: 0, side: 0)
      var further = (gain: 0, node: Int32(0), at: 0, side: 0)
      for c in 0..<candidates.width {
        let (node, joined) = (row[c].x, Int(row[c].y))
        let g = open &- joined
        if g <= 0 { break }
        let at = Int(place[Int(node)])
        if order[placeLast &+ 1] == node || order[placeLast &- 1] == node { continue }
        for side in stride(from: 1, through: -1, by: -2) {
          let cut = side > 0 ? at : (at == 0 ? tour.count : at) &- 1
          var isTaken = false
          for i in 0..<k where move.cut[i] == cut { isTaken = true }
          if isTaken { continue }
          let other = order[at &+ side]
          let next = g &+ tour.edge(at, side)
          let gain = next &- cost(other, t1)
          guard gain > best.gain || next > further.gain else { continue }
          set(k, node, at, side)
          guard move.closes(k &+ 1) else { continue }
          if gain > best.gain { best = (gain, node, at, side) }
          if next > further.gain { further = (next, node, at, side) }
        }
      }
      if best.gain > 0 {
        set(k, best.node, best.at, best.side)
        k &+= 1
        _ = move.closes(k)
        tour.rebuild(k, move.sorted, move.sequence)
        for i in 0..<(2 &* k) { push(move.t[i]) }
        return best.gain
      }
      if further.gain <= 0 { return 0 }
      set(k, further.node, further.at, further.side)
      open = further.gain
      k &+= 1
    }
    return 0
  }
}
