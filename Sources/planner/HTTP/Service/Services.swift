import CRM
import Foundation
import Geo
import Logging
import NIOPosix
import Planning
import Routing
import Store

/// What the routes work with: made once when the service starts.
struct Services: Sendable {
  var database: Database
  var gazetteer: Gazetteer?
  /// Turns addresses into places: the gazetteer and the outside geocoders behind it.
  var geocoder: (any GeocodingProvider)?
  var planner: TripPlanner
  var roads: (any RoadRouting)?
  var settings: ServiceSettings
  var passwords: KnownPasswords = .none
  /// Jobs and standing workers; nil where nothing works behind the requests.
  var background: Background?
  /// Reads of the database block; they run here.
  var threads: NIOThreadPool = .singleton
  /// Where changes wait for their turn: one writes at a time anyhow, and those that wait keep no reader waiting.
  var writers: NIOThreadPool = Self.writingThread
  /// Partners as they were answered lately.
  let recentPartners = GenerationCache<PartnerID, PartnerAnswer>()
  /// And as lists showed them.
  let writtenPartners = WrittenPartners()
  /// Where trips are planned.
  var desk = PlanningDesk()
  var now: @Sendable () -> Date = { Date() }

  /// The planner for somebody who asks, within his sight.
  func planner(for viewer: Viewer) -> TripPlanner {
    var own: TripPlanner = planner
    own.sight = viewer.scope
    return own
  }

  /// Today, as days are cut where the service runs.
  var clock: DayClock { DayClock(now: now(), zone: .current) }

  /// Who asks, by this database.
  var gate: Gate {
    let (database, threads, now) = (database, threads, now)
    // Most requests need no look at sessions and tokens.
    let recent = GenerationCache<Secret, SignedIn>()
    let notes = UseNotes(database: database, writers: writers, now: now)
    return Gate(
      lookUp: { secret, isToken in
        let (generation, date) = (database.generation, now())
        if let known = recent.value(secret, generation: generation, now: date) { return known }
        let found = try await database.readShort(on: threads) { reader in
          isToken
            ? try reader.signedIn(token: secret, at: date)
            : try reader.signedIn(session: secret, at: date)
        }
        if let found { recent.keep(found, for: secret, generation: generation, readAt: date) }
        return found
      },
      noteUse: { notes.note($0, isToken: $1) }, now: now)
  }

  private static let writingThread: NIOThreadPool = {
    let pool = NIOThreadPool(numberOfThreads: 1)
    pool.start()
    return pool
  }()
}

/// What an administrator sets: by file, by environment, by option.
struct ServiceSettings: Sendable, Equatable {
  /// Map and road surfaces may be read without signing in.
  var openSurfaces = false
  /// Metrics may be read from other computers.
  var openMetrics = false
  /// Requests a minute for each person; 0 for no limit.
  var rateLimit = 100
  /// How the service is reached from outside, for links in mails: `https://planner.example.com`.
  var publicURL: String?
  /// Who says for whom he asks.
  var trustedProxies = TrustedProxies.none
  var logLevel = Logger.Level.warning
  /// The map under everything, where the operator has a service of tiles; nil draws the service's own.
  var tiles: OperatorTiles?
}

/// A service of picture tiles that the operator may use.
struct OperatorTiles: Sendable, Equatable {
  /// With `{z}`, `{x}` and `{y}` in it.
  var address: String
  /// Whom the map is owed to, as its terms want it said.
  var credit = ""

  /// - Parameter address: `https://tiles.example.com/{z}/{x}/{y}.png`; over HTTP from this computer only.
  init?(_ address: String) {
    let parts = ["{z}", "{x}", "{y}"]
    let plain = parts.reduce(address) { $0.replacingOccurrences(of: $1, with: "0") }
    guard parts.allSatisfy(address.contains), !plain.contains("{"),
      plain.utf8.allSatisfy({ (0x21...0x7E).contains($0) && !"\"'<>;,\\".utf8.contains($0) }),
      let url = URL(string: plain), let host = url.host(), url.user() == nil,
      // Names and addresses as they are, no wildcard and nothing that changes from tile to tile.
      host.wholeMatch(of: /[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?/) != nil, address.contains("//\(host)"),
      url.scheme == "https" || url.scheme == "http" && LoopbackNames.isLoopback(host)
    else { return nil }
    self.address = address
  }

  /// `https://tiles.example.com`, for the policy of the pages.
  var origin: String {
    guard
      let url = URL(
        string: address.replacingOccurrences(of: "{", with: "").replacingOccurrences(of: "}", with: "")),
      let scheme = url.scheme, let host = url.host()
    else { return "" }
    return "\(scheme)://\(host)" + (url.port.map { ":\($0)" } ?? "")
  }
}

extension Database {
  /// Answers a question of a few rows at once when a connection is free, which costs less than changing the thread; else
  /// on a thread that may wait.
  func readShort<T: Sendable>(
    on threads: NIOThreadPool, _ body: @escaping @Sendable (Reader) throws -> T
  ) async throws -> T {
    if let answer = try readIfFree(body) { return answer }
    return try await threads.runIfActive { try self.read(body) }
  }
}
