/// Lines and rings cut at the rim of a tile, in the tile's own units.
struct TileClip {
  let low: Double
  let high: Double

  typealias Point = SIMD2<Double>

  /// The pieces of a line that lie in the square, by Liang and Barsky (ACM TOG 3(1), 1984) segment by segment.
  func line(_ points: some Collection<Point>) -> [[Point]] {
    var pieces: [[Point]] = []
    var piece: [Point] = []
    var last: Point?
    for point in points {
      defer { last = point }
      guard let from = last else { continue }
      guard let (enter, leave) = span(from, point) else {
        if piece.count > 1 { pieces.append(piece) }
        piece = []
        continue
      }
      let step = point - from
      if piece.isEmpty || enter > 0 {
        if piece.count > 1 { pieces.append(piece) }
        piece = [from + step * enter]
      }
      piece.append(leave < 1 ? from + step * leave : point)
      if leave < 1 {
        if piece.count > 1 { pieces.append(piece) }
        piece = []
      }
    }
    if piece.count > 1 { pieces.append(piece) }
    return pieces
  }

  private func span(_ a: Point, _ b: Point) -> (Double, Double)? {
    var (enter, leave) = (0.0, 1.0)
    for (step, room) in [
      (a.x - b.x, a.x - low), (b.x - a.x, high - a.x), (a.y - b.y, a.y - low), (b.y - a.y, high - a.y),
    ] {
      if step == 0 {
        if room < 0 { return nil }
      } else if step < 0 {
        enter = max(enter, room / step)
      } else {
        leave = min(leave, room / step)
      }
    }
    return enter <= leave ? (enter, leave) : nil
  }

  /// A ring cut by the four sides of the square, by Sutherland and Hodgman (CACM 17(1), 1974): one ring, whose parts may
  /// hang together along the rim. Without a closing point.
  func ring(_ points: [Point]) -> [Point] {
    var ring = points
    if ring.count > 1, ring.first == ring.last { ring.removeLast() }
    for side in 0..<4 {
      guard var last = ring.last else { return [] }
      var cut: [Point] = []
      cut.reserveCapacity(ring.count + 8)
      var lastIn = isIn(last, side)
      for point in ring {
        let isIn = isIn(point, side)
        if isIn != lastIn { cut.append(crossing(last, point, side)) }
        if isIn { cut.append(point) }
        (last, lastIn) = (point, isIn)
      }
      ring = cut
    }
    return ring
  }

  @inline(__always) private func isIn(_ p: Point, _ side: Int) -> Bool {
    switch side {
    case 0: p.x >= low
    case 1: p.x <= high
    case 2: p.y >= low
    default: p.y <= high
    }
  }

  private func crossing(_ a: Point, _ b: Point, _ side: Int) -> Point {
    let rim = side % 2 == 0 ? low : high
    return side < 2
      ? Point(rim, a.y + (b.y - a.y) * (rim - a.x) / (b.x - a.x))
      : Point(a.x + (b.x - a.x) * (rim - a.y) / (b.y - a.y), rim)
  }
}
