/// Lines as short text, the way Google's maps and OSRM write them: differences of latitude and longitude in units of the
/// last decimal, five bits a character.
public enum Polyline {
  /// Decimals of a degree that are kept.
  public enum Precision: Int, Sendable, Hashable, CaseIterable {
    case five = 5
    case six = 6

    var factor: Double { self == .five ? 1e5 : 1e6 }
  }

  public static func encode(_ points: some Sequence<Coordinate>, precision: Precision = .five) -> String {
    var bytes: [UInt8] = []
    var last = (latitude: 0, longitude: 0)
    for point in points {
      let here = (
        latitude: Int((point.latitude * precision.factor).rounded()),
        longitude: Int((point.longitude * precision.factor).rounded())
      )
      append(here.latitude - last.latitude, to: &bytes)
      append(here.longitude - last.longitude, to: &bytes)
      last = here
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func append(_ value: Int, to bytes: inout [UInt8]) {
    var rest = value < 0 ? ~(value << 1) : value << 1
    while rest >= 0x20 {
      bytes.append(UInt8(0x20 | rest & 0x1F) + 63)
      rest >>= 5
    }
    bytes.append(UInt8(rest) + 63)
  }

  /// - Throws: ``PolylineError`` for text of other characters, cut off in the middle of a point, or leading off the
  ///   globe.
  public static func decode(
    _ text: some Sequence<UInt8>, precision: Precision = .five
  ) throws(PolylineError) -> [Coordinate] {
    var points: [Coordinate] = []
    var numbers = [0, 0]
    var axis = 0
    var value = 0
    var shift = 0
    var offset = 0
    for byte in text {
      // Seven characters hold the whole globe at six decimals.
      guard (63...126).contains(byte), shift <= 30 else { throw .unreadable(offset: offset) }
      let bits = Int(byte) - 63
      value |= (bits & 0x1F) << shift
      shift += 5
      offset += 1
      guard bits < 0x20 else { continue }
      numbers[axis] += value & 1 == 1 ? ~(value >> 1) : value >> 1
      value = 0
      shift = 0
      if axis == 1 {
        guard
          let point = try? Coordinate(
            latitude: Double(numbers[0]) / precision.factor,
            longitude: Double(numbers[1]) / precision.factor)
        else { throw .offTheGlobe(point: points.count) }
        points.append(point)
      }
      axis = 1 - axis
    }
    guard axis == 0, shift == 0 else { throw .unreadable(offset: offset) }
    return points
  }
}

/// Why a text is no encoded line.
public enum PolylineError: CodedError, Equatable {
  case unreadable(offset: Int)
  case offTheGlobe(point: Int)

  public var code: String {
    switch self {
    case .unreadable: "geo.polyline.unreadable"
    case .offTheGlobe: "geo.polyline.offTheGlobe"
    }
  }

  public var message: String {
    switch self {
    case .unreadable(let offset): "the encoded line cannot be read at byte \(offset)"
    case .offTheGlobe(let point): "point \(point + 1) of the encoded line is on no globe"
    }
  }

  public var hint: String { "check that it is written with the precision said, 5 or 6 decimals" }
}
