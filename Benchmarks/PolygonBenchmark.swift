import Foundation
import Geo

/// Point in polygon over an outline of 800 vertices: the indexed polygon beside the plain even-odd loop, on the
/// same points in the same run.
func runPolygonBenchmark() throws {
  let vertices = 800
  let points = 100_000
  var generator = SplitMix(seed: 1)
  // A ragged outline around Belarus, as a lasso or a simplified border has it.
  let ring = (0..<vertices).map { i -> Coordinate in
    let angle = 2 * Double.pi * Double(i) / Double(vertices)
    let reach = 0.8 + 0.2 * generator.unit()
    return Coordinate(
      trustedLatitude: 53.5 + 2 * reach * sin(angle), longitude: 28 + 4 * reach * cos(angle))
  }
  let area = MultiPolygon([Polygon(outer: ring + [ring[0]])])
  let places = (0..<points).map { _ in
    Coordinate(trustedLatitude: 51 + 5 * generator.unit(), longitude: 23 + 10 * generator.unit())
  }

  var inside = 0
  var insideNaive = 0
  let preparing = measure(runs: 50) { _ = PreparedPolygon(area) }
  let prepared = PreparedPolygon(area)
  let ours = measure(runs: 11) {
    inside = 0
    for place in places where prepared.contains(place) { inside += 1 }
  }
  let naive = measure(runs: 3) {
    insideNaive = 0
    for place in places where evenOdd(ring, place) { insideNaive += 1 }
  }
  func nanoseconds(_ timings: Timings) -> Double { timings.p50 * 1e6 / Double(points) }
  printTable(
    ["\(vertices) vertices, \(points) points", "ns a point", "inside", "ratio"],
    [
      ["PreparedPolygon", fixed(nanoseconds(ours), 1), "\(inside)", "1.0"],
      [
        "even-odd loop", fixed(nanoseconds(naive), 1), "\(insideNaive)",
        fixed(nanoseconds(naive) / nanoseconds(ours), 1),
      ],
    ])
  print("  preparing: \(fixed(preparing.p50 * 1000, 1)) µs")
}

/// The textbook loop over all edges (W. R. Franklin's form), without an exact boundary.
@inline(never)
private func evenOdd(_ ring: [Coordinate], _ c: Coordinate) -> Bool {
  var inside = false
  var j = ring.count - 1
  for i in ring.indices {
    let (a, b) = (ring[i], ring[j])
    if (a.latitude > c.latitude) != (b.latitude > c.latitude),
      c.longitude < (b.longitude - a.longitude) * (c.latitude - a.latitude) / (b.latitude - a.latitude)
        + a.longitude
    {
      inside.toggle()
    }
    j = i
  }
  return inside
}
