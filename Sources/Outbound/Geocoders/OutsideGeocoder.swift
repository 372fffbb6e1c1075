import Foundation
import Geo

/// A geocoder of other people, reached over the network.
public protocol OutsideGeocoder: GeocodingProvider {
  /// Whom to name wherever its places are shown.
  var attribution: String { get }
}

/// How a geocoder of other people is asked.
public struct OutsideSettings: Sendable {
  /// The least time between two requests, over all tasks.
  public var interval: Duration
  /// Requests for one question when the service asks to come back later.
  public var tries: Int
  /// A longer wait than this is not waited for: the question goes unanswered and the service rests.
  public var longestWait: Duration
  /// Failures in a row after which the service rests.
  public var failuresBeforeRest: Int
  public var rest: Duration
  /// How long answers are remembered, and how long "not found".
  public var remembered: Duration
  public var rememberedNothing: Duration
  /// Answers remembered at most.
  public var capacity: Int
  /// The folder in which answers outlive the process; nil for none.
  public var memoryFolder: String?
  /// Bytes of the file of one service at most.
  public var memoryLimit: Int
  /// Candidates asked for.
  public var candidates: Int

  public init(
    interval: Duration = .seconds(1), tries: Int = 3, longestWait: Duration = .seconds(30),
    failuresBeforeRest: Int = 5, rest: Duration = .seconds(60), remembered: Duration = .seconds(30 * 86_400),
    rememberedNothing: Duration = .seconds(86_400), capacity: Int = 10_000, candidates: Int = 5,
    memoryFolder: String? = nil, memoryLimit: Int = 8_000_000
  ) {
    self.interval = interval
    self.tries = tries
    self.longestWait = longestWait
    self.failuresBeforeRest = failuresBeforeRest
    self.rest = rest
    self.remembered = remembered
    self.rememberedNothing = rememberedNothing
    self.capacity = capacity
    self.candidates = candidates
    self.memoryFolder = memoryFolder
    self.memoryLimit = memoryLimit
  }
}

/// Time as the geocoders see it, so that tests need not wait.
public struct OutsideClock: Sendable {
  public var now: @Sendable () -> ContinuousClock.Instant
  public var sleep: @Sendable (_ until: ContinuousClock.Instant) async throws -> Void
  /// The calendar's time, for `Retry-After` with a date.
  public var date: @Sendable () -> Date

  public init(
    now: @escaping @Sendable () -> ContinuousClock.Instant,
    sleep: @escaping @Sendable (_ until: ContinuousClock.Instant) async throws -> Void,
    date: @escaping @Sendable () -> Date
  ) {
    self.now = now
    self.sleep = sleep
    self.date = date
  }

  public static let system = OutsideClock(
    now: { .now }, sleep: { try await Task.sleep(until: $0, clock: .continuous) }, date: { Date() })
}

/// Why a geocoder of other people gave no answer, beyond what ``OutboundError`` says.
public enum OutsideGeocoderError: CodedError, Equatable {
  /// The service asked for a pause longer than is waited.
  case limited(provider: String, seconds: Int)
  /// It failed several times in a row and is not asked for a while.
  case resting(provider: String)
  case unreadable(provider: String)
  case contactMissing
  case badContact

  public var code: String {
    switch self {
    case .limited: "geocoder.outside.limited"
    case .resting: "geocoder.outside.resting"
    case .unreadable: "geocoder.outside.unreadable"
    case .contactMissing: "geocoder.outside.contactMissing"
    case .badContact: "geocoder.outside.badContact"
    }
  }
  public var message: String {
    switch self {
    case .limited(let provider, let seconds): "\(provider) asks for a pause of \(seconds) s"
    case .resting(let provider): "\(provider) failed several times and is not asked for a while"
    case .unreadable(let provider): "the answer of \(provider) is not what such a service answers"
    case .contactMissing: "an outside geocoder is set, but nobody it could write to"
    case .badContact: "the contact for outside geocoders is no mail address or web page in one line of ASCII"
    }
  }
  public var hint: String {
    switch self {
    case .limited, .resting: "the gazetteer's answers stand; ask for the rest later"
    case .unreadable: "check the address of the service"
    case .contactMissing, .badContact: "set PLANNER_GEOCODER_CONTACT to a mail address: services require it"
    }
  }
}

/// What Nominatim and Photon have in common: pace, patience, memory and the reading of answers one by one.
struct OutsideService: Sendable {
  let name: String
  private let base: String
  let client: OutboundClient
  let settings: OutsideSettings
  let clock: OutsideClock
  private let gate: RequestGate
  private let memory: AnswerMemory

  /// - Parameter base: the address of the service: another one's answers are not its own.
  init(
    name: String, base: String, client: OutboundClient, settings: OutsideSettings, clock: OutsideClock
  ) {
    self.name = name
    self.base = base
    self.client = client
    self.settings = settings
    self.clock = clock
    gate = RequestGate(name: name, settings: settings)
    memory = AnswerMemory(
      settings: settings,
      file: settings.memoryFolder.map {
        AnswerFile(path: $0 + "/outside-\(name).jsonl", limit: settings.memoryLimit)
      })
  }

  /// - Parameters:
  ///   - url: the request for the question in one line.
  ///   - read: the candidates of an answer, as many as can be read; nil when it is no answer of such a service.
  /// - Throws: ``OutsideGeocoderError``, ``OutboundError``, `CancellationError`.
  func answer(
    _ query: GeocodeQuery, url: (_ text: String) -> String, read: (JSONValue) -> [GeocodeCandidate]?
  ) async throws -> [GeocodeCandidate] {
    let text = OutsideQuery.text(query)
    guard !text.isEmpty, query.limit > 0 else { return [] }
    let key = base + "\u{1F}" + OutsideQuery.key(query, text: text)
    if let known = await memory.recall(key, now: clock.now(), date: clock.date()) {
      return Array(known.prefix(query.limit))
    }
    try await clock.sleep(gate.slot(now: clock.now()))
    // Meanwhile another task may have asked the same, or the service may have failed too often.
    if let known = await memory.recall(key, now: clock.now(), date: clock.date()) {
      return Array(known.prefix(query.limit))
    }
    try await gate.mayGo(now: clock.now())
    let body = try await fetch(url(text))
    guard let value = try? JSONValue(parsing: body), let found = read(value) else {
      await gate.failed(now: clock.now())
      throw OutsideGeocoderError.unreadable(provider: name)
    }
    await gate.succeeded()
    var seen = Set<GeocodeCandidate>()
    let ranked = found.enumerated()
      .sorted { ($1.element.score, $0.offset) < ($0.element.score, $1.offset) }
      .map(\.element).filter { seen.insert($0).inserted }
    await memory.remember(key, ranked, now: clock.now(), date: clock.date())
    return Array(ranked.prefix(query.limit))
  }

  private func fetch(_ url: String) async throws -> [UInt8] {
    var wait = settings.interval
    for attempt in 1... {
      do {
        return try await client.get(url)
      } catch OutboundError.status(_, let code, let retryAfter) where code == 429 || code == 503 {
        wait = max(wait * 2, RetryAfter.duration(retryAfter, now: clock.date()) ?? .zero)
        let until = clock.now() + wait
        guard attempt < settings.tries, wait <= settings.longestWait else {
          await gate.restUntil(until)
          throw OutsideGeocoderError.limited(provider: name, seconds: Int(wait.components.seconds))
        }
        await gate.holdUntil(until)
        try await clock.sleep(gate.slot(now: clock.now()))
      } catch let error as OutboundError {
        await gate.failed(now: clock.now())
        throw error
      }
    }
    throw CancellationError()
  }
}

/// When the next request to one service may go.
actor RequestGate {
  private let name: String
  private let settings: OutsideSettings
  private var next: ContinuousClock.Instant?
  private var restsUntil: ContinuousClock.Instant?
  private var failures = 0

  init(name: String, settings: OutsideSettings) {
    self.name = name
    self.settings = settings
  }

  /// The instant that is ours alone for a request.
  /// - Throws: ``OutsideGeocoderError/resting(provider:)``
  func slot(now: ContinuousClock.Instant) throws -> ContinuousClock.Instant {
    try mayGo(now: now)
    let slot = max(now, next ?? now)
    next = slot + settings.interval
    return slot
  }

  /// - Throws: ``OutsideGeocoderError/resting(provider:)``
  func mayGo(now: ContinuousClock.Instant) throws {
    if let restsUntil, now < restsUntil { throw OutsideGeocoderError.resting(provider: name) }
  }

  func holdUntil(_ instant: ContinuousClock.Instant) { next = max(next ?? instant, instant) }

  func restUntil(_ instant: ContinuousClock.Instant) { restsUntil = max(restsUntil ?? instant, instant) }

  func succeeded() { failures = 0 }

  /// After a rest one failure is enough for the next.
  func failed(now: ContinuousClock.Instant) {
    failures += 1
    if failures >= settings.failuresBeforeRest { restUntil(now + settings.rest) }
  }
}

/// Answers of one service in two generations: when the younger is full the older goes, so memory stays bounded. With a
/// file what earlier runs learned is known as well.
actor AnswerMemory {
  private struct Entry {
    var found: [GeocodeCandidate]
    var until: ContinuousClock.Instant
  }
  private let settings: OutsideSettings
  private var young: [String: Entry] = [:]
  private var old: [String: Entry] = [:]
  /// Read before the first question.
  private let file: AnswerFile?
  private var isRead = false

  init(settings: OutsideSettings, file: AnswerFile? = nil) {
    self.settings = settings
    self.file = file
  }

  func recall(_ key: String, now: ContinuousClock.Instant, date: Date) -> [GeocodeCandidate]? {
    if !isRead {
      isRead = true
      for line in file?.load(now: date) ?? [] {
        let left = min(line.until - date.timeIntervalSince1970, settings.remembered / .seconds(1))
        keep(line.key, Entry(found: line.found, until: now + .seconds(left)))
      }
    }
    guard let entry = young[key] ?? old[key], now < entry.until else { return nil }
    return entry.found
  }

  func remember(_ key: String, _ found: [GeocodeCandidate], now: ContinuousClock.Instant, date: Date) {
    let lasting = found.isEmpty ? settings.rememberedNothing : settings.remembered
    keep(key, Entry(found: found, until: now + lasting))
    let until = date.timeIntervalSince1970 + lasting / .seconds(1)
    file?.append(AnswerFile.Line(key: key, until: until, found: found))
  }

  private func keep(_ key: String, _ entry: Entry) {
    if young.count >= max(1, settings.capacity / 2) {
      old = young
      young.removeAll(keepingCapacity: true)
    }
    young[key] = entry
  }
}

/// `Retry-After` (RFC 9110, 10.2.3): seconds or a date.
enum RetryAfter {
  /// Nil when the header is absent or unreadable; never negative.
  static func duration(_ header: String?, now: Date) -> Duration? {
    guard let header = header?.trimmingCharacters(in: .whitespaces), header.utf8.count <= 40 else {
      return nil
    }
    if let seconds = Int(header) { return .seconds(min(max(0, seconds), 31 * 86_400)) }
    let format = DateFormatter()
    format.locale = Locale(identifier: "en_US_POSIX")
    format.timeZone = TimeZone(secondsFromGMT: 0)
    format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss zzz"
    guard let date = format.date(from: header) else { return nil }
    return .seconds(min(max(0, date.timeIntervalSince(now).rounded(.up)), 31 * 86_400))
  }
}
