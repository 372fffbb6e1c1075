import Foundation
import Geo
import Routing

/// Roads as a server knows them that speaks OSRM's HTTP API, version 1: one of ours, a single `osrm-routed`, or a
/// cluster that covers the planet.
///
/// Requests go through ``OutboundClient``. Failures of the server come as ``RoadRoutingError/server(_:)``; 429 and 5xx
/// are tried again after a growing pause, `Retry-After` is kept.
public final class OSRMClient: RoadRouting {
  /// Address of the server without a slash at its end.
  public let base: String
  public let settings: OSRMSettings
  private let client: OutboundClient
  private let clock: OutsideClock
  private let turnstile: Turnstile

  /// - Parameter base: where the server is; `/route/v1/…` comes behind it.
  /// - Throws: ``OutboundError`` when `base` is no address of the web.
  public init(
    base: String, client: OutboundClient, settings: OSRMSettings = OSRMSettings(),
    clock: OutsideClock = .system
  ) throws(OutboundError) {
    _ = try OutboundURL(base)
    guard !base.contains(where: { "?#".contains($0) }) else {
      throw .badURL("the address of a routing server has no ? and no #")
    }
    var base = base
    while base.hasSuffix("/") { base.removeLast() }
    self.base = base
    self.settings = settings
    self.client = client
    self.clock = clock
    turnstile = Turnstile(places: max(1, settings.concurrency))
  }

  /// Address, profile, and the version of the data where the server tells one; else where it puts a certain place,
  /// which says at least whether it has the same part of the world.
  public func networkVersion() async throws -> String {
    let version: String
    do {
      let answer = try await ask("nearest", "0,0", ["radiuses=unlimited"])
      if let text = answer["data_version"]?.text, !text.isEmpty {
        version = text
      } else {
        guard case .array(let found) = answer["waypoints"], let first = found.first,
          let waypoint = OSRMReading.waypoint(first, asked: Self.origin)
        else { throw Self.unreadable }
        version = "\(waypoint.coordinate.longitude),\(waypoint.coordinate.latitude) \(waypoint.nodes)"
      }
    } catch let refusal as OSRMRefusal where refusal.code == "NoSegment" {
      version = "empty"
    } catch let refusal as OSRMRefusal {
      throw refusal.error
    }
    return "osrm \(base) \(settings.profile) \(version)"
  }

  private static let origin = Coordinate(trustedLatitude: 0, longitude: 0)

  public func nearest(
    _ place: Coordinate, count: Int, options: RoadOptions
  ) async throws -> [RoadWaypoint] {
    guard count > 0 else { return [] }
    let limit = options.radius(of: 0) ?? Self.unlimited
    do {
      let answer = try await ask(
        "nearest", Self.text([place]), ["number=\(min(count, 100))"] + Self.words([limit]))
      guard case .array(let found) = answer["waypoints"] else { throw Self.unreadable }
      return try found.map { value in
        guard let waypoint = OSRMReading.waypoint(value, asked: place) else { throw Self.unreadable }
        return waypoint
      }.filter { $0.distance <= limit }
    } catch let refusal as OSRMRefusal {
      if refusal.code == "NoSegment" { return [] }
      throw refusal.error
    }
  }

  // MARK: Routes

  /// Places of a route asked for at once; longer routes are put together.
  private static let mostPlaces = 100

  public func route(through places: [Coordinate], options: RoadOptions) async throws -> RoadRoute {
    guard places.count >= 2 else { throw RoadRoutingError.tooFewPlaces(places.count) }
    var legs: [RoadLeg] = []
    var waypoints: [RoadWaypoint] = []
    var start = 0
    while start < places.count - 1 {
      let end = min(places.count, start + Self.mostPlaces)
      let part = try await part(places, start..<end, options)
      legs += part.legs
      waypoints += waypoints.isEmpty ? part.waypoints : Array(part.waypoints.dropFirst())
      start = end - 1
    }
    return RoadRoute(legs: legs, waypoints: waypoints)
  }

  private func part(
    _ places: [Coordinate], _ range: Range<Int>, _ options: RoadOptions
  ) async throws -> RoadRoute {
    let limits = range.map { options.radius(of: $0) ?? Self.unlimited }
    // Lines come by the step: the overview would not say where a leg ends. At a stop one may turn round.
    var words = ["overview=false", "steps=true", "geometries=polyline6", "continue_straight=false"]
    words += Self.words(limits)
    if options.annotations { words.append("annotations=duration,distance,nodes") }
    let answer: JSONValue
    do {
      answer = try await ask("route", Self.text(places[range]), words)
    } catch let refusal as OSRMRefusal {
      switch refusal.code {
      case "NoSegment":
        let index = range.lowerBound + min(refusal.coordinate ?? 0, range.count - 1)
        throw RoadRoutingError.noRoad(index: index, place: places[index])
      case "NoRoute": throw try await noRoute(places, range)
      default: throw refusal.error
      }
    }
    guard case .array(let routes) = answer["routes"], let first = routes.first,
      case .array(let legs) = first["legs"], legs.count == range.count - 1,
      case .array(let snapped) = answer["waypoints"], snapped.count == range.count
    else { throw Self.unreadable }
    let waypoints = try zip(snapped, range).map { value, index in
      guard let waypoint = OSRMReading.waypoint(value, asked: places[index]) else { throw Self.unreadable }
      guard waypoint.distance <= limits[index - range.lowerBound] else {
        throw RoadRoutingError.noRoad(index: index, place: places[index])
      }
      return waypoint
    }
    return RoadRoute(
      legs: try legs.map { value in
        guard let leg = OSRMReading.leg(value, options: options) else { throw Self.unreadable }
        return leg
      }, waypoints: waypoints)
  }

  /// Which leg cannot be driven: the server does not say, so each is asked for.
  private func noRoute(_ places: [Coordinate], _ range: Range<Int>) async throws -> RoadRoutingError {
    if range.count > 2 {
      for from in range.dropLast() {
        do {
          _ = try await ask("route", Self.text(places[from...from + 1]), ["overview=false"])
        } catch let refusal as OSRMRefusal where refusal.code == "NoRoute" {
          return .noRoute(from: from, to: from + 1)
        } catch let refusal as OSRMRefusal {
          throw refusal.error
        }
      }
    }
    return .noRoute(from: range.lowerBound, to: range.lowerBound + 1)
  }

  // MARK: Asking

  static let unreadable = RoadRoutingError.server("it answers something else than OSRM would")

  /// An answer whose code is `Ok`.
  /// - Throws: ``OSRMRefusal`` for any other code, ``RoadRoutingError/server(_:)``, `CancellationError`.
  func ask(_ service: String, _ coordinates: String, _ options: [String]) async throws -> JSONValue {
    let query = options.isEmpty ? "" : "?" + options.joined(separator: "&")
    let body = try await fetch("\(base)/\(service)/v1/\(settings.profile)/\(coordinates)\(query)")
    guard let answer = try? JSONValue(parsing: body), let code = answer["code"]?.text else {
      throw Self.unreadable
    }
    guard code == "Ok" else { throw OSRMRefusal(code: code, message: answer["message"]?.text ?? "") }
    return answer
  }

  private func fetch(_ url: String) async throws -> [UInt8] {
    await turnstile.enter()
    do {
      // The place is kept while waiting: a server that asks for a pause gets it from all of us.
      let body = try await tried(url)
      await turnstile.leave()
      return body
    } catch {
      await turnstile.leave()
      guard let error = error as? OutboundError else { throw error }
      throw RoadRoutingError.server("\(error.message); \(error.hint)")
    }
  }

  private func tried(_ url: String) async throws -> [UInt8] {
    var wait = settings.interval
    for attempt in 1... {
      try Task.checkCancellation()
      do {
        return try await client.get(url, alsoReading: [400])
      } catch OutboundError.status(let origin, let code, let retryAfter) where code == 429 || code >= 500 {
        wait = max(wait * 2, RetryAfter.duration(retryAfter, now: clock.date()) ?? .zero)
        guard attempt < settings.tries, wait <= settings.longestWait else {
          throw OutboundError.status(origin: origin, code: code, retryAfter: retryAfter)
        }
        try await clock.sleep(clock.now() + wait)
      }
    }
    throw CancellationError()
  }

  // MARK: Words

  /// `lon,lat;lon,lat` with six decimals, as near as OSRM looks.
  static func text(_ places: some Sequence<Coordinate>) -> String {
    places.map { "\(decimal($0.longitude)),\(decimal($0.latitude))" }.joined(separator: ";")
  }

  /// Degrees without an exponent.
  private static func decimal(_ degrees: Double) -> String {
    let millionths = Int((degrees * 1e6).rounded())
    let (whole, fraction) = abs(millionths).quotientAndRemainder(dividingBy: 1_000_000)
    let digits = String(fraction)
    return (millionths < 0 ? "-" : "") + "\(whole)." + String(repeating: "0", count: 6 - digits.count)
      + digits
  }

  static let unlimited = Metres(.infinity)

  /// The option that says how far places may be from their roads, when any says so.
  private static func words(_ limits: [Metres]) -> [String] {
    guard limits.contains(where: { $0 < unlimited }) else { return [] }
    let texts = limits.map { limit in
      limit.value < 1e9 ? "\(Int(max(0, limit.value).rounded(.up)))" : "unlimited"
    }
    return ["radiuses=" + texts.joined(separator: ";")]
  }
}

/// What a server said instead of an answer.
struct OSRMRefusal: Error, Equatable {
  var code: String
  var message: String

  /// Which coordinate of the question it is about, where it says so.
  var coordinate: Int? {
    let digits = message.reversed().prefix { $0.isASCII && $0.isNumber }
    return digits.isEmpty ? nil : Int(String(digits.reversed()))
  }

  var error: RoadRoutingError {
    // Foreign text: one line, and not too long of it.
    let told = "\(code) \(message)".unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F }.prefix(200)
    return .server("it says " + String(String.UnicodeScalarView(told)))
  }
}

/// Lets a number of tasks through at once, in the order in which they came.
actor Turnstile {
  private var free: Int
  private var waiting: [CheckedContinuation<Void, Never>] = []

  init(places: Int) { free = places }

  func enter() async {
    if free > 0 {
      free -= 1
    } else {
      await withCheckedContinuation { waiting.append($0) }
    }
  }

  /// Once for each time ``enter()`` was called.
  func leave() {
    if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
  }
}
