import Geo

/// How a server that speaks OSRM's language is asked.
public struct OSRMSettings: Sendable {
  /// The word behind `/v1/`: most servers know one network whatever it is called.
  public var profile: String
  /// Rows and columns of a table asked for at once; larger ones are put together. Public servers allow 100.
  public var tableSide: Int
  /// Requests under way at once.
  public var concurrency: Int
  /// Requests for one question when the server fails or asks to come back later.
  public var tries: Int
  public var interval: Duration
  /// A longer wait than this is not waited for.
  public var longestWait: Duration

  public init(
    profile: String = "driving", tableSide: Int = 100, concurrency: Int = 2, tries: Int = 3,
    interval: Duration = .seconds(1), longestWait: Duration = .seconds(30)
  ) {
    self.profile = profile
    self.tableSide = tableSide
    self.concurrency = concurrency
    self.tries = tries
    self.interval = interval
    self.longestWait = longestWait
  }
}

extension OSRMClient {
  /// The client that the environment asks for; nil when it names no server.
  ///
  /// Reads `PLANNER_OSRM_URL` (address of the server, `/route/v1/…` comes behind it), `PLANNER_OSRM_PROFILE`,
  /// `PLANNER_OSRM_TABLE` (largest side of a table), `PLANNER_OSRM_CONCURRENCY` and `PLANNER_OUTBOUND_ALLOW`.
  /// - Throws: ``OutboundError``, ``OSRMConfigurationError``.
  public static func configured(
    from environment: [String: String], settings given: OSRMSettings = OSRMSettings(),
    limits: OutboundClient.Limits = .init(deadline: .seconds(60), bodyBytes: 64_000_000),
    clock: OutsideClock = .system
  ) throws -> OSRMClient? {
    func value(_ name: String) -> String? {
      environment["PLANNER_" + name].flatMap { $0.isEmpty ? nil : $0 }
    }
    guard let base = value("OSRM_URL") else { return nil }
    var settings = given
    if let profile = value("OSRM_PROFILE") {
      guard profile.utf8.count <= 40, profile.utf8.allSatisfy(isWordByte) else {
        throw OSRMConfigurationError.badProfile(profile)
      }
      settings.profile = profile
    }
    func number(_ name: String, _ range: ClosedRange<Int>, _ place: WritableKeyPath<OSRMSettings, Int>) throws
    {
      guard let text = value(name) else { return }
      guard let number = Int(text), range.contains(number) else {
        throw OSRMConfigurationError.badNumber(variable: "PLANNER_" + name, text: text, range: range)
      }
      settings[keyPath: place] = number
    }
    try number("OSRM_TABLE", 1...1000, \.tableSide)
    try number("OSRM_CONCURRENCY", 1...64, \.concurrency)
    let client = OutboundClient(
      userAgent: OutsideConfiguration.product, allowed: try OutboundAllowance(value("OUTBOUND_ALLOW") ?? ""),
      limits: limits)
    return try OSRMClient(base: base, client: client, settings: settings, clock: clock)
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x5F: true
    default: false
    }
  }
}

/// Why the environment does not say how to ask a routing server.
public enum OSRMConfigurationError: CodedError, Equatable {
  case badProfile(String)
  case badNumber(variable: String, text: String, range: ClosedRange<Int>)

  public var code: String {
    switch self {
    case .badProfile: "routing.osrm.badProfile"
    case .badNumber: "routing.osrm.badNumber"
    }
  }

  public var message: String {
    switch self {
    case .badProfile(let text): "\"\(text.prefix(60))\" is no name of a profile"
    case .badNumber(let variable, let text, let range):
      "\(variable) is \"\(text.prefix(60))\", not a number of \(range.lowerBound) … \(range.upperBound)"
    }
  }

  public var hint: String {
    switch self {
    case .badProfile: "set PLANNER_OSRM_PROFILE to letters, digits, - and _: driving, car, foot"
    case .badNumber: "leave it out for the usual value"
    }
  }
}
