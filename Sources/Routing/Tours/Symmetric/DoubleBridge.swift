/// The local double bridge (Martin, Otto, Felten 1991): three neighbouring pieces of a short stretch of the tour in
/// the opposite order, each kept in its direction: A B C D becomes A D C B. Four edges change, which no
/// sequential move undoes at once.
enum DoubleBridge {
  /// - Parameter cuts: four places in increasing order; the edge after each is removed.
  /// - Returns: by how much the tour became dearer. Its eight ends are queued.
  @inline(__always)
  static func kick<Costs: PairCosts>(
    _ search: inout LinKernighan<Costs>, _ cuts: UnsafeMutablePointer<Int>,
    _ sequence: UnsafeMutablePointer<Int>
  ) -> Int {
    let order = search.tour.order
    var change = 0
    var ends: (Int32, Int32, Int32, Int32) = (0, 0, 0, 0)
    var starts: (Int32, Int32, Int32, Int32) = (0, 0, 0, 0)
    @inline(__always) func start(_ cut: Int) -> Int32 { order[cut &+ 1] }
    ends = (order[cuts[0]], order[cuts[1]], order[cuts[2]], order[cuts[3]])
    starts = (start(cuts[0]), start(cuts[1]), start(cuts[2]), start(cuts[3]))
    let costs = search.tour.costs
    // Pieces: 0 ends at cut 0 … ; new order 0, 3, 2, 1: joins end0–start of 3, end3–start of 2, …
    change &-= Int(costs.cost(ends.0, starts.0)) &+ Int(costs.cost(ends.1, starts.1))
    change &-= Int(costs.cost(ends.2, starts.2)) &+ Int(costs.cost(ends.3, starts.3))
    change &+= Int(costs.cost(ends.0, starts.2)) &+ Int(costs.cost(ends.3, starts.1))
    change &+= Int(costs.cost(ends.2, starts.0)) &+ Int(costs.cost(ends.1, starts.3))
    sequence[0] = 0
    sequence[1] = 6
    sequence[2] = 4
    sequence[3] = 2
    search.tour.rebuild(4, cuts, sequence)
    search.push(ends.0)
    search.push(starts.0)
    search.push(ends.1)
    search.push(starts.1)
    search.push(ends.2)
    search.push(starts.2)
    search.push(ends.3)
    search.push(starts.3)
    return change
  }
}
