/// The non-sequential move of four edges: two exchanges that leave two cycles, and two that join them again.
///
/// Where nodes stand in clusters or on grids, no sequential move changes how far parts are joined; this one does.
extension LinKernighan {
  /// Cycles of more nodes are not looked through.
  private static var longestBridged: Int { 1000 }

  /// Two exchanges that gain but leave two cycles, and the best two that join them: the double bridge and its
  /// kin, which are no sequential moves (Helsgaun 2000, section 4.3). All nodes of the shorter cycle are looked at.
  @inline(never)
  mutating func bridge(_ t1: Int32, _ split: Exchange) -> Int {
    let (order, place, n) = (tour.order, tour.place, tour.count)
    let here = Int(place[Int(t1)])
    let way = split.way
    // Places t2 … t3 in direction way are one cycle, t4 … t1 the other.
    let place2 = wrapped(here &+ way)
    var length = (split.place3 &- place2) &* way &+ 1
    if length <= 0 { length &+= n }
    var begin = way > 0 ? place2 : split.place3
    if 2 &* length > n {
      length = n &- length
      begin = way > 0 ? wrapped(split.place3 &+ 1) : wrapped(here)
    }
    if length > Self.longestBridged || length < 3 { return 0 }
    var best = (gain: 0, s1: 0, side1: 0, s3: 0, side3: 0)
    let width = candidates.width
    for step in 0..<length {
      let at = wrapped(begin &+ step)
      let s1 = order[at]
      // The edges that leave the cycle are gone.
      let edgeAfter = step &+ 1 == length ? Int.min : tour.edge(at, 1)
      let edgeBefore = step == 0 ? Int.min : tour.edge(at, -1)
      let most = split.gain &+ max(edgeAfter, edgeBefore)
      let row = candidates.near + Int(s1) &* width
      for k in 0..<width {
        let (s3, joined) = (row[k].x, Int(row[k].y))
        if most &- joined <= best.gain { break }
        let at3 = Int(place[Int(s3)])
        var steps = at3 &- begin
        if steps < 0 { steps &+= n }
        if steps < length { continue }
        for side in stride(from: 1, through: -1, by: -2) {
          let edge = side > 0 ? edgeAfter : edgeBefore
          if edge == .min { continue }
          let g = split.gain &+ edge &- joined
          if g <= best.gain { continue }
          let s2 = order[at &+ side]
          for side3 in stride(from: 1, through: -1, by: -2) {
            if side3 > 0 ? steps &+ 1 == n : steps == length { continue }
            let gain = g &+ tour.edge(at3, side3) &- cost(order[at3 &+ side3], s2)
            if gain > best.gain { best = (gain, at, side, at3, side3) }
          }
        }
      }
    }
    if best.gain <= 0 { return 0 }
    set(0, t1, here, way)
    set(1, split.t3, split.place3, way)
    // s2 to s1, s3 to s4: (s1,s3) and (s4,s2) join.
    set(2, order[best.s1 &+ best.side1], wrapped(best.s1 &+ best.side1), 0 &- best.side1)
    set(3, order[best.s3], best.s3, best.side3)
    _ = move.closes(4, split: 2)
    tour.rebuild(4, move.sorted, move.sequence)
    for i in 0..<8 { push(move.t[i]) }
    return best.gain
  }
}
