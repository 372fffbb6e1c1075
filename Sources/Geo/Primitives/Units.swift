/// A length along the ground in metres. Never NaN.
public struct Metres: Hashable, Comparable, Sendable, Codable {
  public var value: Double

  public init(_ value: Double) { self.value = value }
  public init(kilometres: Double) { self.value = kilometres * 1000 }

  public static let zero = Metres(0)
  public var kilometres: Double { value / 1000 }

  public static func < (a: Metres, b: Metres) -> Bool { a.value < b.value }
  public static func + (a: Metres, b: Metres) -> Metres { Metres(a.value + b.value) }
  public static func - (a: Metres, b: Metres) -> Metres { Metres(a.value - b.value) }
  public static func * (a: Metres, factor: Double) -> Metres { Metres(a.value * factor) }
  public static func += (a: inout Metres, b: Metres) { a.value += b.value }

  public init(from decoder: any Decoder) throws {
    value = try decoder.singleValueContainer().decode(Double.self)
  }
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(value)
  }
}

/// A span of time in whole seconds. Schedules and costs are whole seconds so that equal inputs give equal
/// plans on every machine.
public struct Seconds: Hashable, Comparable, Sendable, Codable {
  public var value: Int

  public init(_ value: Int) { self.value = value }
  public init(minutes: Int) { self.value = minutes * 60 }
  public init(hours: Int) { self.value = hours * 3600 }
  /// The nearest whole second of a measured duration.
  public init(rounding value: Double) { self.value = Int(value.rounded()) }

  public static let zero = Seconds(0)
  public var minutes: Double { Double(value) / 60 }
  public var hours: Double { Double(value) / 3600 }

  public static func < (a: Seconds, b: Seconds) -> Bool { a.value < b.value }
  public static func + (a: Seconds, b: Seconds) -> Seconds { Seconds(a.value + b.value) }
  public static func - (a: Seconds, b: Seconds) -> Seconds { Seconds(a.value - b.value) }
  public static func += (a: inout Seconds, b: Seconds) { a.value += b.value }

  public init(from decoder: any Decoder) throws {
    value = try decoder.singleValueContainer().decode(Int.self)
  }
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(value)
  }
}
