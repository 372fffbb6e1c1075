/// Writes a FeatureCollection feature by feature as UTF-8 (RFC 7946), in constant memory.
///
/// Coordinates have at most seven decimals (a centimetre). Outer rings run counter-clockwise and holes clockwise
/// whatever way round they come (§3.1.6); polygons and lines that cross the 180th meridian are cut (§3.1.9).
/// Members and properties keep their order, so equal input gives equal bytes.
///
///     var writer = GeoJSONWriter { try handle.write(contentsOf: $0) }
///     try writer.write(.init(geometry: .point(c), properties: [("name", "Минск")]))
///     try writer.finish()
public struct GeoJSONWriter {
  private let sink: ([UInt8]) throws -> Void
  private var buffer: [UInt8] = []
  private var isFirst = true
  private var isFinished = false
  private static let chunk = 64 * 1024

  /// - Parameters:
  ///   - members: further members of the collection, written before its features (`name`, `planner:trip`).
  ///   - sink: receives the text in pieces of about 64 KiB, in order.
  public init(members: [(String, JSONValue)] = [], sink: @escaping ([UInt8]) throws -> Void) {
    self.sink = sink
    buffer.reserveCapacity(Self.chunk + 4096)
    append("{\"type\":\"FeatureCollection\"")
    for (name, value) in members {
      append(",")
      JSONValue.write(name, to: &buffer)
      append(":")
      value.write(to: &buffer)
    }
    append(",\"features\":[")
  }

  /// Appends one feature.
  /// - Precondition: ``finish()`` has not been called.
  public mutating func write(_ feature: GeoJSON.Feature) throws {
    append(feature)
    if buffer.count >= Self.chunk { try flush() }
  }

  private mutating func append(_ feature: GeoJSON.Feature) {
    precondition(!isFinished, "a finished collection takes no more features")
    append(isFirst ? "\n{\"type\":\"Feature\"" : ",\n{\"type\":\"Feature\"")
    isFirst = false
    if let id = feature.id {
      append(",\"id\":")
      id.write(to: &buffer)
    }
    append(",\"geometry\":")
    if let geometry = feature.geometry { geometry.write(to: &buffer) } else { append("null") }
    append(",\"properties\":")
    JSONValue.object(feature.properties).write(to: &buffer)
    append("}")
  }

  /// Closes the collection and hands over what is left. Call exactly once, also when no feature was written.
  public mutating func finish() throws {
    appendEnd()
    try flush()
  }

  private mutating func appendEnd() {
    precondition(!isFinished, "a collection is finished once")
    isFinished = true
    append("\n]}\n")
  }

  private mutating func flush() throws {
    try sink(buffer)
    buffer.removeAll(keepingCapacity: true)
  }

  private mutating func append(_ text: StaticString) {
    buffer.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  /// The whole collection in memory.
  public static func bytes(
    _ features: some Sequence<GeoJSON.Feature>, members: [(String, JSONValue)] = []
  ) -> [UInt8] {
    var all: [UInt8] = []
    var writer = GeoJSONWriter(members: members) { _ in }
    for feature in features {
      writer.append(feature)
      all += writer.buffer
      writer.buffer.removeAll(keepingCapacity: true)
    }
    writer.appendEnd()
    all += writer.buffer
    return all
  }
}

extension GeoJSON.Geometry {
  /// Appends the geometry as RFC 7946 JSON.
  public func write(to bytes: inout [UInt8]) {
    switch self {
    case .point(let c):
      bytes.append(contentsOf: "{\"type\":\"Point\",\"coordinates\":".utf8)
      Self.write(c, to: &bytes)
    case .multiPoint(let points):
      bytes.append(contentsOf: "{\"type\":\"MultiPoint\",\"coordinates\":".utf8)
      Self.write(points, to: &bytes)
    case .line(let line):
      let pieces = line.cutAtAntimeridian()
      if pieces.count == 1 {
        bytes.append(contentsOf: "{\"type\":\"LineString\",\"coordinates\":".utf8)
        Self.write(pieces[0].points, to: &bytes)
      } else {
        Self.writeLines(pieces, to: &bytes)
      }
    case .multiLine(let lines):
      Self.writeLines(lines.flatMap { $0.cutAtAntimeridian() }, to: &bytes)
    case .polygon(let polygon):
      let cut = MultiPolygon([polygon]).cutAtAntimeridian()
      if cut.polygons.count == 1 {
        bytes.append(contentsOf: "{\"type\":\"Polygon\",\"coordinates\":".utf8)
        Self.write(cut.polygons[0], to: &bytes)
      } else {
        Self.writeArea(cut, to: &bytes)
      }
    case .multiPolygon(let area): Self.writeArea(area.cutAtAntimeridian(), to: &bytes)
    case .collection(let parts):
      bytes.append(contentsOf: "{\"type\":\"GeometryCollection\",\"geometries\":[".utf8)
      for (i, part) in parts.enumerated() {
        if i > 0 { bytes.append(UInt8(ascii: ",")) }
        part.write(to: &bytes)
      }
      bytes.append(UInt8(ascii: "]"))
    }
    bytes.append(UInt8(ascii: "}"))
  }

  /// The geometry alone as RFC 7946 JSON.
  public var bytes: [UInt8] {
    var bytes: [UInt8] = []
    write(to: &bytes)
    return bytes
  }

  private static func writeLines(_ lines: [LineString], to bytes: inout [UInt8]) {
    bytes.append(contentsOf: "{\"type\":\"MultiLineString\",\"coordinates\":[".utf8)
    for (i, line) in lines.enumerated() {
      if i > 0 { bytes.append(UInt8(ascii: ",")) }
      write(line.points, to: &bytes)
    }
    bytes.append(UInt8(ascii: "]"))
  }

  private static func writeArea(_ area: MultiPolygon, to bytes: inout [UInt8]) {
    bytes.append(contentsOf: "{\"type\":\"MultiPolygon\",\"coordinates\":[".utf8)
    for (i, polygon) in area.polygons.enumerated() {
      if i > 0 { bytes.append(UInt8(ascii: ",")) }
      write(polygon, to: &bytes)
    }
    bytes.append(UInt8(ascii: "]"))
  }

  private static func write(_ polygon: Polygon, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "["))
    write(polygon.outer.woundCounterClockwise(true), to: &bytes)
    for hole in polygon.holes {
      bytes.append(UInt8(ascii: ","))
      write(hole.woundCounterClockwise(false), to: &bytes)
    }
    bytes.append(UInt8(ascii: "]"))
  }

  private static func write(_ points: [Coordinate], to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "["))
    for (i, c) in points.enumerated() {
      if i > 0 { bytes.append(UInt8(ascii: ",")) }
      write(c, to: &bytes)
    }
    bytes.append(UInt8(ascii: "]"))
  }

  private static func write(_ c: Coordinate, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "["))
    writeDegrees(c.longitude, to: &bytes)
    bytes.append(UInt8(ascii: ","))
    writeDegrees(c.latitude, to: &bytes)
    bytes.append(UInt8(ascii: "]"))
  }

  /// Degrees with at most seven decimals and no trailing zeros.
  static func writeDegrees(_ degrees: Double, to bytes: inout [UInt8]) {
    let scaled = Int((degrees * 1e7).rounded())
    if scaled < 0 { bytes.append(UInt8(ascii: "-")) }
    let (whole, fraction) = abs(scaled).quotientAndRemainder(dividingBy: 10_000_000)
    if whole >= 100 { bytes.append(0x30 + UInt8(whole / 100)) }
    if whole >= 10 { bytes.append(0x30 + UInt8(whole / 10 % 10)) }
    bytes.append(0x30 + UInt8(whole % 10))
    guard fraction > 0 else { return }
    bytes.append(UInt8(ascii: "."))
    var rest = fraction
    var unit = 1_000_000
    while rest > 0 {
      bytes.append(0x30 + UInt8(rest / unit))
      rest %= unit
      unit /= 10
    }
  }
}

extension [Coordinate] {
  /// The closed ring, turned round when it does not run the way wanted.
  func woundCounterClockwise(_ wanted: Bool) -> [Coordinate] {
    guard let first else { return self }
    var doubleArea = 0.0
    for (a, b) in zip(self, dropFirst()) {
      doubleArea +=
        (a.longitude - first.longitude) * (b.latitude - first.latitude)
        - (b.longitude - first.longitude) * (a.latitude - first.latitude)
    }
    return (doubleArea >= 0) == wanted ? self : reversed()
  }
}
