/// The or-3opt move with windows: two neighbouring runs of stops change places, both kept in their direction, so that
/// a chosen stop is followed by a chosen other.
///
/// The only pure 3-opt move that turns nothing (Kanellakis and Papadimitriou 1980, "Local search for the asymmetric
/// traveling salesman problem"). Contract: `propose` tries the moves that join `node` and `next`, applies the first
/// whose travel changes by less than `most` and that keeps every window, and gives its change; nil where there is
/// none. Travel changes by three arcs in less three out, O(1); the windows are driven through the two runs, then
/// checked in O(1) by `latest`. Needs positions; for travel only. O(``longest``²) at most.
enum SegmentExchange {
  static let longest = 50

  static func propose(
    _ state: inout WindowTourState, _ node: Int32, _ next: Int32, below most: Int
  ) -> Int? {
    let (i, q) = (Int(state.position[Int(node)]), Int(state.position[Int(next)]))
    guard i >= 0, q > 0 else { return nil }
    return q > i ? forward(&state, i, q, most) : backward(&state, q, i, most)
  }

  /// `next` stands behind: its run, of some length, goes before what lies between.
  private static func forward(_ state: inout WindowTourState, _ i: Int, _ q: Int, _ most: Int) -> Int? {
    guard q > i &+ 1, q &- i <= longest else { return nil }
    let (model, order) = (state.model, state.order)
    let fixed = model.time(order[i], order[q]) &- state.leg[i &+ 1] &- state.leg[q]
    var clock = state.start[i] &+ model.time(order[i], order[q])
    var k = q
    let last = min(q &+ longest, state.stops &- 1)
    while true {
      let node = Int(order[k])
      clock = max(model.open[node], clock)
      if clock > model.close[node] { return nil }
      let change =
        fixed &+ model.time(order[k], order[i &+ 1]) &+ model.time(order[q &- 1], order[k &+ 1])
        &- state.leg[k &+ 1]
      if change < most, drives(state, i &+ 1, q &- 1, from: clock, at: order[k], then: k &+ 1) {
        state.exchange(i &+ 1, q, k, travel: change)
        return change
      }
      k &+= 1
      if k > last { return nil }
      clock &+= state.leg[k]
    }
  }

  /// `next` stands before: what lies between is cut somewhere and its parts change places.
  private static func backward(_ state: inout WindowTourState, _ q: Int, _ i: Int, _ most: Int) -> Int? {
    guard i > q, i &- q <= longest else { return nil }
    let (model, order) = (state.model, state.order)
    let fixed = model.time(order[i], order[q]) &- state.leg[q] &- state.leg[i &+ 1]
    var m = q
    while m < i {
      let change =
        fixed &+ model.time(order[q &- 1], order[m &+ 1]) &+ model.time(order[m], order[i &+ 1])
        &- state.leg[m &+ 1]
      if change < most,
        let clock = arrival(state, m &+ 1, i, from: state.start[q &- 1], at: order[q &- 1]),
        drives(state, q, m, from: clock, at: order[i], then: i &+ 1)
      {
        state.exchange(q, m &+ 1, i, travel: change)
        return change
      }
      m &+= 1
    }
    return nil
  }

  /// The begin of service at position `last` when the run is driven from elsewhere; nil where a window breaks.
  @inline(__always)
  private static func arrival(
    _ state: WindowTourState, _ first: Int, _ last: Int, from: Int, at: Int32
  ) -> Int? {
    let model = state.model
    var clock = from &+ model.time(at, state.order[first])
    var p = first
    while true {
      let node = Int(state.order[p])
      clock = max(model.open[node], clock)
      if clock > model.close[node] { return nil }
      if p == last { return clock }
      p &+= 1
      clock &+= state.leg[p]
    }
  }

  @inline(__always)
  private static func drives(
    _ state: WindowTourState, _ first: Int, _ last: Int, from: Int, at: Int32, then: Int
  ) -> Bool {
    guard let clock = arrival(state, first, last, from: from, at: at) else { return false }
    return clock &+ state.model.time(state.order[last], state.order[then]) <= state.latest[then]
  }
}
