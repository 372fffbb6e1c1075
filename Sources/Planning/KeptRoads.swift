import Foundation
import Geo
import Routing
import Store

/// Roads whose driving times are kept in the database, by place and version of the network.
///
/// Places are rounded to about a metre first, so that equal keys have equal answers. What cannot be kept (the database is
/// busy or full) is asked again next time: it never stands in the way of a plan.
public struct KeptRoads: RoadRouting {
  private let roads: any RoadRouting
  private let database: Database
  private let now: @Sendable () -> Date

  public init(roads: any RoadRouting, database: Database, now: @escaping @Sendable () -> Date = { Date() }) {
    self.roads = roads
    self.database = database
    self.now = now
  }

  public func networkVersion() async throws -> String { try await roads.networkVersion() }

  public func nearest(_ place: Coordinate, count: Int, options: RoadOptions) async throws -> [RoadWaypoint] {
    try await roads.nearest(place, count: count, options: options)
  }

  public func route(through places: [Coordinate], options: RoadOptions) async throws -> RoadRoute {
    try await roads.route(through: places.map { RoadPlace($0).coordinate }, options: options)
  }

  public func table(sources: [Coordinate], targets: [Coordinate], options: RoadOptions) async throws
    -> RoadTimes
  {
    let radius = options.radius.map { "within \(Int($0.value)) m" } ?? "anywhere"
    let version = "\(try await roads.networkVersion()) \(radius)"
    let from = sources.map { RoadPlace($0) }
    let to = targets.map { RoadPlace($0) }
    var known = (try? database.read { try $0.roadCosts(from: from + to, version: version) }) ?? [:]
    let wanted = Set(to)
    let missing = Set(from).filter { place in
      guard let costs = known[place] else { return true }
      return !wanted.allSatisfy { costs.targets[$0] != nil }
    }
    let isComplete = missing.isEmpty && to.allSatisfy { known[$0] != nil }
    if !isComplete {
      // Asked for at once: which places share a part of the network depends on all of them.
      let all = Array(Set(from + to)).sorted { ($0.latitude, $0.longitude) < ($1.latitude, $1.longitude) }
      let places = all.map(\.coordinate)
      let times = try await roads.table(sources: places, targets: places, options: options)
      var fresh: [RoadPlace: RoadCosts] = [:]
      for (i, place) in all.enumerated() {
        var costs = RoadCosts(roadDistance: times.sources[i]?.distance, targets: [:])
        costs.targets.reserveCapacity(all.count)
        for (j, target) in all.enumerated() {
          costs.targets[target] = RoadCosts.Cost(
            milliseconds: times.milliseconds[i * all.count + j],
            decimetres: times.decimetres[i * all.count + j])
        }
        fresh[place] = costs
      }
      known.merge(fresh) { _, new in new }
      let kept = fresh
      try? database.write(as: Actor(name: "roads"), at: now()) {
        try $0.keep(roadCosts: kept, version: version)
      }
    }
    var milliseconds = [Int32](repeating: -1, count: from.count * to.count)
    var decimetres = milliseconds
    for (i, source) in from.enumerated() {
      guard let costs = known[source] else { continue }
      for (j, target) in to.enumerated() {
        guard let cost = costs.targets[target] else { continue }
        milliseconds[i * to.count + j] = cost.milliseconds
        decimetres[i * to.count + j] = cost.decimetres
      }
    }
    func waypoint(_ place: RoadPlace) -> RoadWaypoint? {
      known[place]?.roadDistance.map { RoadWaypoint(coordinate: place.coordinate, distance: $0) }
    }
    return RoadTimes(
      sources: from.map(waypoint), targets: to.map(waypoint), milliseconds: milliseconds,
      decimetres: decimetres)
  }
}
