import Foundation
import Geo

/// A place in steps of 1e-5 degrees, about a metre: what is nearer is one place on the road.
public struct RoadPlace: Hashable, Sendable {
  public var latitude: Int32
  public var longitude: Int32

  public init(_ coordinate: Coordinate) {
    latitude = Int32((coordinate.latitude * 1e5).rounded())
    longitude = Int32((coordinate.longitude * 1e5).rounded())
  }

  init(latitude: Int32, longitude: Int32) {
    self.latitude = latitude
    self.longitude = longitude
  }

  public var coordinate: Coordinate {
    Coordinate(trustedLatitude: Double(latitude) / 1e5, longitude: Double(longitude) / 1e5)
  }
}

/// What is known of the drives that begin at a place.
public struct RoadCosts: Hashable, Sendable {
  /// -1 where there is no way.
  public struct Cost: Hashable, Sendable {
    public var milliseconds: Int32
    public var decimetres: Int32
    public init(milliseconds: Int32, decimetres: Int32) {
      self.milliseconds = milliseconds
      self.decimetres = decimetres
    }
  }

  /// From the place to its road; nil when no road is near.
  public var roadDistance: Metres?
  public var targets: [RoadPlace: Cost]

  public init(roadDistance: Metres?, targets: [RoadPlace: Cost]) {
    self.roadDistance = roadDistance
    self.targets = targets
  }

  /// Sixteen bytes a target, in the order of places.
  fileprivate var bytes: [UInt8] {
    var words: [Int32] = []
    words.reserveCapacity(targets.count * 4)
    for (place, cost) in targets.sorted(by: {
      ($0.key.latitude, $0.key.longitude) < ($1.key.latitude, $1.key.longitude)
    }) {
      words += [place.latitude, place.longitude, cost.milliseconds, cost.decimetres].map(\.littleEndian)
    }
    return words.withUnsafeBytes { [UInt8]($0) }
  }

  fileprivate init(roadDistance: Metres?, bytes: UnsafeRawBufferPointer) {
    self.roadDistance = roadDistance
    targets = [:]
    targets.reserveCapacity(bytes.count / 16)
    for k in 0..<bytes.count / 16 {
      func word(_ n: Int) -> Int32 {
        Int32(littleEndian: bytes.loadUnaligned(fromByteOffset: k * 16 + n * 4, as: Int32.self))
      }
      targets[RoadPlace(latitude: word(0), longitude: word(1))] = Cost(
        milliseconds: word(2), decimetres: word(3))
    }
  }
}

extension ReadAccess {
  /// What is kept of the drives from the places, by a network's version.
  public func roadCosts(from places: [RoadPlace], version: String) throws -> [RoadPlace: RoadCosts] {
    var found: [RoadPlace: RoadCosts] = [:]
    for place in places where found[place] == nil {
      found[place] = try db.first(
        "SELECT road_metres, targets FROM road_cost WHERE version = ? AND latitude = ? AND longitude = ?",
        .text(version), .int(Int64(place.latitude)), .int(Int64(place.longitude))
      ) { RoadCosts(roadDistance: $0.doubleOrNil(0).map { Metres($0) }, bytes: $0.bytes(1)) }
    }
    return found
  }
}

extension Writer {
  /// Places kept at most; those that were not written for longest go first.
  public static let roadPlaceLimit = 20_000
  /// Drives kept of a place at most: a place with more begins anew.
  static let roadTargetLimit = 5_000

  /// Keeps drives; what was known of a place before stays. Nothing of the business: not audited.
  /// - Parameter limit: of places.
  public func keep(
    roadCosts: [RoadPlace: RoadCosts], version: String, limit: Int = Writer.roadPlaceLimit
  ) throws {
    for (place, new) in roadCosts {
      var costs = new
      if let known = try kept(place, version), known.targets.count + new.targets.count <= Self.roadTargetLimit
      {
        costs.targets.merge(known.targets) { new, _ in new }
      }
      try db.run(
        """
        INSERT OR REPLACE INTO road_cost (version, latitude, longitude, road_metres, used_at, targets)
        VALUES (?, ?, ?, ?, ?, ?)
        """, .text(version), .int(Int64(place.latitude)), .int(Int64(place.longitude)),
        .optional(costs.roadDistance?.value), .date(at), .blob(costs.bytes))
    }
    // What is asked of a network that is no longer there goes this way too.
    try db.run(
      """
      DELETE FROM road_cost WHERE (version, latitude, longitude) IN (
        SELECT version, latitude, longitude FROM road_cost ORDER BY used_at DESC LIMIT -1 OFFSET ?)
      """, .int(Int64(limit)))
  }

  private func kept(_ place: RoadPlace, _ version: String) throws -> RoadCosts? {
    try access.roadCosts(from: [place], version: version)[place]
  }
}
