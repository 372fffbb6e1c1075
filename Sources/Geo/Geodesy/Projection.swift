import CProj
import Foundation
import Synchronization

/// Turns WGS 84 coordinates into another system and boxes of it back, through PROJ.
///
/// Axes stand in the order the register gives them: latitude first in EPSG:4326, northing first in EPSG:2180. Safe to
/// use from many threads; they take turns, since a transformation of PROJ belongs to one thread at a time.
public final class Projection: Sendable {
  public let system: ReferenceSystem
  /// True where northing or latitude is the first axis.
  public let isNorthFirst: Bool
  private let handle: Mutex<Handle>

  private struct Handle: @unchecked Sendable {
    let context: OpaquePointer
    let transformation: OpaquePointer
  }

  /// - Throws: ``ProjectionError/unknown(_:)`` when PROJ does not know the system, as without its database.
  public init(_ system: ReferenceSystem) throws(ProjectionError) {
    self.system = system
    let target = system.epsg.map { "EPSG:\($0)" } ?? "OGC:CRS84"
    guard let context = proj_context_create() else { throw .unknown(target) }
    proj_log_level(context, PJ_LOG_NONE)
    // Nothing is fetched from elsewhere, whatever the environment says.
    proj_context_set_enable_network(context, 0)
    guard let plain = proj_create_crs_to_crs(context, "OGC:CRS84", target, nil) else {
      proj_context_destroy(context)
      throw .unknown(target)
    }
    defer { proj_destroy(plain) }
    guard let normalised = proj_normalize_for_visualization(context, plain) else {
      proj_context_destroy(context)
      throw .unknown(target)
    }
    isNorthFirst = Self.isNorthFirst(target, context)
    handle = Mutex(Handle(context: context, transformation: normalised))
  }

  deinit {
    handle.withLock { handle in
      proj_destroy(handle.transformation)
      proj_context_destroy(handle.context)
    }
  }

  private static func isNorthFirst(_ target: String, _ context: OpaquePointer) -> Bool {
    guard let crs = proj_create(context, target) else { return false }
    defer { proj_destroy(crs) }
    guard let axes = proj_crs_get_coordinate_system(context, crs) else { return false }
    defer { proj_destroy(axes) }
    var direction: UnsafePointer<CChar>?
    proj_cs_get_axis_info(context, axes, 0, nil, nil, &direction, nil, nil, nil, nil)
    return direction.map { String(cString: $0).lowercased() == "north" } ?? false
  }

  /// A point in the system, in the order of its axes.
  public struct Position: Sendable, Hashable {
    public var first: Double
    public var second: Double

    public init(first: Double, second: Double) {
      self.first = first
      self.second = second
    }
  }

  /// The points in the system; nil when one of them has no place in it, as the poles have none in EPSG:3857.
  public func positions(_ points: [Coordinate]) -> [Position]? {
    guard !points.isEmpty else { return [] }
    var xs = points.map(\.longitude)
    var ys = points.map(\.latitude)
    let isWhole = run(&xs, &ys, PJ_FWD)
    // PROJ gives a pole in Mercator a number of hundreds of thousands of kilometres.
    let farthest = 1e8
    guard isWhole, zip(xs, ys).allSatisfy({ abs($0) < farthest && abs($1) < farthest }) else { return nil }
    return zip(xs, ys).map {
      isNorthFirst ? Position(first: $1, second: $0) : Position(first: $0, second: $1)
    }
  }

  /// The point on WGS 84 at a position of the system; nil when there is none.
  public func coordinate(_ position: Position) -> Coordinate? {
    var xs = [isNorthFirst ? position.second : position.first]
    var ys = [isNorthFirst ? position.first : position.second]
    guard run(&xs, &ys, PJ_INV) else { return nil }
    return try? Coordinate(latitude: ys[0], longitude: xs[0])
  }

  private func run(_ xs: inout [Double], _ ys: inout [Double], _ direction: PJ_DIRECTION) -> Bool {
    let count = xs.count
    let stride = MemoryLayout<Double>.stride
    return handle.withLock { handle in
      xs.withUnsafeMutableBufferPointer { x in
        ys.withUnsafeMutableBufferPointer { y in
          proj_trans_generic(
            handle.transformation, direction, x.baseAddress, stride, count, y.baseAddress, stride, count, nil,
            0, 0, nil, 0, 0) == count
        }
      }
    }
  }

  /// The box on WGS 84 around a box of the system, its edges followed at 21 points each; nil when it lies outside of
  /// what the system covers.
  /// - Parameters:
  ///   - low: the smallest value of each axis, in the order of the axes.
  ///   - high: the greatest.
  public func boundingBox(low: Position, high: Position) -> BoundingBox? {
    let (west, south) = isNorthFirst ? (low.second, low.first) : (low.first, low.second)
    let (east, north) = isNorthFirst ? (high.second, high.first) : (high.first, high.second)
    if system.isGeographic {
      guard (-180...180).contains(west), (-180...180).contains(east) else { return nil }
      return BoundingBox(south: max(south, -90), west: west, north: min(north, 90), east: east)
    }
    var (minX, minY, maxX, maxY) = (0.0, 0.0, 0.0, 0.0)
    let isDone = handle.withLock { handle in
      proj_trans_bounds(
        handle.context, handle.transformation, PJ_INV, west, south, east, north, &minX, &minY, &maxX, &maxY,
        21) == 1
    }
    guard isDone, [minX, minY, maxX, maxY].allSatisfy(\.isFinite) else { return nil }
    return BoundingBox(
      south: max(-90, minY), west: max(-180, minX), north: min(90, maxY), east: min(180, maxX))
  }
}

/// Why a coordinate reference system cannot be used.
public enum ProjectionError: CodedError, Equatable {
  case unknown(String)

  public var code: String { "geo.projection.unknown" }
  public var message: String {
    switch self {
    case .unknown(let name): "PROJ does not know the coordinate reference system \(name)"
    }
  }
  public var hint: String { "PROJ's database proj.db is missing or damaged: install the package proj-data" }
}
