import Foundation
import Geo

/// A question in OSRM's HTTP language, version 1:
///
///     /SERVICE/v1/PROFILE/COORDINATES[.json][?OPTION=VALUE&…]
///
/// Coordinates are `lon,lat;lon,lat…`, `polyline(…)` or `polyline6(…)`. Which words an option may have is OSRM's own
/// grammar: an option or value it does not know is refused there too, so that slips are noticed.
struct OSRMRequest: Equatable {
  enum Service: String, CaseIterable { case route, table, nearest, trip }

  let service: Service
  /// As written; a server knows one network, whatever it is called.
  let profile: String
  let coordinates: [Coordinate]
  let options: OSRMOptions

  /// - Parameter uri: path and query as they came, percent-encoded.
  /// - Throws: ``OSRMProblem``
  init(uri: String) throws(OSRMProblem) {
    var reader = OSRMReader(Self.decoded(uri))
    let service = try reader.pathPart()
    let version = try reader.pathPart()
    profile = try reader.pathPart()
    try reader.slash()
    guard !reader.isAtEnd else { throw reader.malformedURL() }
    try reader.checkBytes()
    guard let known = Service(rawValue: service) else {
      throw OSRMProblem(code: .invalidService, message: "Service \(service) not found!")
    }
    guard version == "v1" else {
      throw OSRMProblem(code: .invalidVersion, message: "Service \(service) not found!")
    }
    self.service = known

    let pairs = try Self.coordinates(&reader)
    if !reader.take(".json"), reader.take(".flatbuffers") { throw OSRMProblem.notSupported }
    var options = OSRMOptions()
    if reader.take("?") {
      try options.read(&reader, for: known)
    }
    guard reader.isAtEnd else { throw reader.malformed() }

    try options.check(coordinates: pairs.count)
    let least = known == .nearest ? 1 : 2
    guard pairs.count >= least else {
      throw .options("Number of coordinates needs to be at least \(least == 1 ? "one" : "two").")
    }
    var coordinates: [Coordinate] = []
    coordinates.reserveCapacity(pairs.count)
    for (longitude, latitude) in pairs {
      guard let coordinate = try? Coordinate(latitude: latitude, longitude: longitude) else {
        throw OSRMProblem(code: .invalidValue, message: "Invalid coordinate value.")
      }
      coordinates.append(coordinate)
    }
    self.coordinates = coordinates
    self.options = options
  }

  private static func coordinates(
    _ reader: inout OSRMReader
  ) throws(OSRMProblem) -> [(longitude: Double, latitude: Double)] {
    for (word, precision) in [("polyline(", Polyline.Precision.five), ("polyline6(", .six)]
    where reader.take(word) {
      let text = reader.take(while: { (63...126).contains($0) })
      guard reader.take(")") else { throw reader.malformed() }
      do throws(PolylineError) {
        return try Polyline.decode(text, precision: precision).map { ($0.longitude, $0.latitude) }
      } catch {
        switch error {
        case .unreadable: throw reader.malformed()
        case .offTheGlobe: throw OSRMProblem(code: .invalidValue, message: "Invalid coordinate value.")
        }
      }
    }
    var pairs: [(Double, Double)] = []
    repeat {
      let longitude = try reader.double()
      guard reader.take(",") else { throw reader.malformed() }
      pairs.append((longitude, try reader.double()))
    } while reader.take(";")
    return pairs
  }

  /// Percent escapes as the bytes they stand for; what is no escape stays.
  private static func decoded(_ uri: String) -> [UInt8] {
    let raw = Array(uri.utf8)
    guard raw.contains(UInt8(ascii: "%")) else { return raw }
    func digit(_ byte: UInt8) -> UInt8? { Character(Unicode.Scalar(byte)).hexDigitValue.map(UInt8.init) }
    var result: [UInt8] = []
    result.reserveCapacity(raw.count)
    var index = 0
    while index < raw.count {
      if raw[index] == UInt8(ascii: "%"), index + 2 < raw.count, let high = digit(raw[index + 1]),
        let low = digit(raw[index + 2])
      {
        result.append(high << 4 | low)
        index += 3
      } else {
        result.append(raw[index])
        index += 1
      }
    }
    return result
  }
}

/// Reads a request front to back; problems name the byte they were noticed at, as OSRM's do.
struct OSRMReader {
  private let text: [UInt8]
  private(set) var position = 0

  init(_ text: [UInt8]) { self.text = text }

  var isAtEnd: Bool { position == text.count }
  private var next: UInt8? { position < text.count ? text[position] : nil }

  func malformed(at place: Int? = nil) -> OSRMProblem {
    OSRMProblem(
      code: .invalidQuery, message: "Query string malformed close to position \(place ?? position)")
  }

  func malformedURL() -> OSRMProblem {
    let near = text[max(0, position - 3)..<min(text.count, position + 3)]
    return OSRMProblem(
      code: .invalidURL,
      message:
        "URL string malformed close to position \(position): \"\(String(decoding: near, as: UTF8.self))\"")
  }

  /// No space, no control character and no other letters: none of them has a meaning in a question.
  func checkBytes() throws(OSRMProblem) {
    guard let bad = text[position...].firstIndex(where: { !(0x21...0x7E).contains($0) }) else { return }
    var reader = self
    reader.position = bad
    throw reader.malformedURL()
  }

  mutating func slash() throws(OSRMProblem) {
    guard take("/") else { throw malformedURL() }
  }

  mutating func pathPart() throws(OSRMProblem) -> String {
    try slash()
    let word = word()
    guard !word.isEmpty else { throw malformedURL() }
    return word
  }

  /// Letters, digits, `_` and `-`.
  mutating func word() -> String {
    let bytes = take { byte in
      (0x61...0x7A).contains(byte) || (0x41...0x5A).contains(byte) || (0x30...0x39).contains(byte)
        || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  mutating func take(_ word: String) -> Bool {
    guard text[position...].starts(with: word.utf8) else { return false }
    position += word.utf8.count
    return true
  }

  mutating func take(while holds: (UInt8) -> Bool) -> ArraySlice<UInt8> {
    let start = position
    while let byte = next, holds(byte) { position += 1 }
    return text[start..<position]
  }

  private mutating func digits() -> Bool { !take { (0x30...0x39).contains($0) }.isEmpty }

  /// A whole number from zero on.
  mutating func index() throws(OSRMProblem) -> Int {
    let start = position
    guard digits(), let value = Int(String(decoding: text[start..<position], as: UTF8.self)) else {
      throw malformed(at: start)
    }
    return value
  }

  mutating func double() throws(OSRMProblem) -> Double {
    let start = position
    if !take("-") { _ = take("+") }
    var isNumber = digits()
    let point = position
    if take(".") {
      if digits() { isNumber = true } else { position = point }
    }
    let power = position
    if isNumber, take("e") || take("E") {
      if !take("-") { _ = take("+") }
      if !digits() { position = power }
    }
    guard isNumber, let value = Double(String(decoding: text[start..<position], as: UTF8.self)) else {
      throw malformed(at: start)
    }
    return value
  }

  /// One of some words; the longest that fits.
  mutating func choice<Value>(_ words: KeyValuePairs<String, Value>) throws(OSRMProblem) -> Value {
    let start = position
    let word = word()
    guard let value = words.first(where: { $0.key == word })?.value else { throw malformed(at: start) }
    return value
  }

  mutating func bool() throws(OSRMProblem) -> Bool { try choice(["true": true, "false": false]) }

  /// One value or more with a separator between them.
  mutating func list<Value>(
    by separator: String, _ element: (inout OSRMReader) throws(OSRMProblem) -> Value
  ) throws(OSRMProblem) -> [Value] {
    var values: [Value] = []
    repeat { values.append(try element(&self)) } while take(separator)
    return values
  }

  /// One entry for each coordinate, nil for empty ones.
  mutating func perCoordinate<Value>(
    _ element: (inout OSRMReader) throws(OSRMProblem) -> Value
  ) throws(OSRMProblem) -> [Value?] {
    try list(by: ";") { (reader) throws(OSRMProblem) -> Value? in
      switch reader.next {
      case nil, UInt8(ascii: ";"), UInt8(ascii: "&"): nil
      default: try element(&reader)
      }
    }
  }
}
