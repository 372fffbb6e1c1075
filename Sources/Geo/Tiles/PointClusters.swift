import Foundation

/// Points of one tile put together where they lie close.
///
/// The tile is cut into cells that lie still in the world: 8 by 8, 64 pixels each. Points of a cell are one cluster at
/// their middle, and a cell belongs to one tile alone. So a cluster is the same from wherever the map is looked at, and
/// none is drawn twice or cut at a tile's rim. O(points).
public struct PointClusters: Sendable {
  public static let cells = 8

  /// What is counted of the points of a cell.
  public struct Cell: Sendable {
    public fileprivate(set) var count = 0
    /// By category.
    public fileprivate(set) var counts: [Int]
    fileprivate var x = 0.0
    fileprivate var y = 0.0
    /// The first point that fell into it.
    public fileprivate(set) var first = -1

    /// The middle of its points, in the tile's units.
    public var place: TilePoint {
      let limit = VectorTileLayer.extent - 1
      return TilePoint(
        min(limit, max(0, Int32((x / Double(max(1, count))).rounded()))),
        min(limit, max(0, Int32((y / Double(max(1, count))).rounded()))))
    }
  }

  private let address: TileAddress
  public private(set) var cells: [Cell]
  public private(set) var count = 0

  /// - Parameter categories: how many there are.
  public init(_ address: TileAddress, categories: Int) {
    self.address = address
    cells = Array(
      repeating: Cell(counts: Array(repeating: 0, count: categories)), count: Self.cells * Self.cells)
  }

  /// The place of a point in the tile, in its units; nil when it lies in another one.
  public static func place(_ point: WorldPoint, in address: TileAddress) -> SIMD2<Double>? {
    let extent = Double(VectorTileLayer.extent)
    let scale = Double(1 << address.zoom) * extent
    // The world's east and south rim belong to its last tiles.
    let x = min(point.x * scale, scale.nextDown) - Double(address.x) * extent
    let y = min(point.y * scale, scale.nextDown) - Double(address.y) * extent
    guard x >= 0, x < extent, y >= 0, y < extent else { return nil }
    return SIMD2(x, y)
  }

  /// The place of one of several points that share one: on a circle around it, 16 pixels from each neighbour, within the
  /// tile.
  /// - Parameter number: from 0.
  public static func spread(_ place: SIMD2<Double>, number: Int, of count: Int) -> SIMD2<Double> {
    let extent = Double(VectorTileLayer.extent)
    let neighbour = 16 * extent / 512
    let radius = max(neighbour / 2, neighbour * Double(count) / (2 * .pi))
    let angle = 2 * .pi * Double(number) / Double(count)
    let moved = place + radius * SIMD2(cos(angle), sin(angle))
    return moved.clamped(lowerBound: SIMD2(repeating: 0), upperBound: SIMD2(repeating: extent - 1))
  }

  /// Puts a point into its cell; nothing when it lies in another tile.
  /// - Parameters:
  ///   - index: the caller's number of it.
  ///   - category: what it is counted as.
  public mutating func add(_ point: WorldPoint, index: Int, category: Int) {
    guard let place = Self.place(point, in: address) else { return }
    let cell = Self.cell(place)
    count += 1
    cells[cell].count += 1
    cells[cell].counts[category] += 1
    cells[cell].x += place.x
    cells[cell].y += place.y
    if cells[cell].first < 0 { cells[cell].first = index }
  }

  /// Whether a point was the first of its cell.
  public func isFirst(_ point: WorldPoint, index: Int) -> Bool {
    guard let place = Self.place(point, in: address) else { return false }
    return cells[Self.cell(place)].first == index
  }

  private static func cell(_ place: SIMD2<Double>) -> Int {
    let side = Double(VectorTileLayer.extent) / Double(cells)
    return Int(place.y / side) * cells + Int(place.x / side)
  }

  /// A number of the cell that no other cell of the world and zoom has.
  public func id(ofCell cell: Int) -> UInt64 {
    let row = UInt64(address.y * Self.cells + cell / Self.cells)
    let column = UInt64(address.x * Self.cells + cell % Self.cells)
    return row << UInt64(address.zoom + 3) | column
  }
}
