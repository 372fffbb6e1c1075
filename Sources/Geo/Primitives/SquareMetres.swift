/// An area on the ground in square metres. Never NaN.
public struct SquareMetres: Hashable, Comparable, Sendable, Codable {
  public var value: Double

  public init(_ value: Double) { self.value = value }

  public static let zero = SquareMetres(0)
  public var squareKilometres: Double { value / 1_000_000 }

  public static func < (a: SquareMetres, b: SquareMetres) -> Bool { a.value < b.value }
  public static func + (a: SquareMetres, b: SquareMetres) -> SquareMetres { .init(a.value + b.value) }
  public static func - (a: SquareMetres, b: SquareMetres) -> SquareMetres { .init(a.value - b.value) }
  public static func += (a: inout SquareMetres, b: SquareMetres) { a.value += b.value }

  public init(from decoder: any Decoder) throws {
    value = try decoder.singleValueContainer().decode(Double.self)
  }
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(value)
  }
}
