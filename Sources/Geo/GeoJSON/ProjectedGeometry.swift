extension GeoJSON.Geometry {
  /// Appends the geometry with its positions in another system, in the order of that system's axes (OGC API – Features,
  /// part 2): metres to the millimetre, degrees to seven decimals. Cut at the 180th meridian as otherwise.
  /// - Returns: false, and nothing appended, where a point of it has no place in the system.
  public func write(to bytes: inout [UInt8], in projection: Projection) -> Bool {
    let start = bytes.count
    var writer = ProjectedGeometryWriter(bytes: bytes, projection: projection)
    bytes = []
    let isWhole = writer.write(self)
    bytes = writer.bytes
    if !isWhole { bytes.removeLast(bytes.count - start) }
    return isWhole
  }
}

private struct ProjectedGeometryWriter {
  var bytes: [UInt8]
  let projection: Projection

  mutating func write(_ geometry: GeoJSON.Geometry) -> Bool {
    switch geometry {
    case .point(let point):
      guard let position = projection.positions([point])?.first else { return false }
      begin("Point")
      append(position)
    case .multiPoint(let points):
      begin("MultiPoint")
      guard append(points) else { return false }
    case .line(let line):
      let pieces = line.cutAtAntimeridian()
      if pieces.count == 1 {
        begin("LineString")
        guard append(pieces[0].points) else { return false }
      } else {
        begin("MultiLineString")
        guard list(pieces, { $0.append($1.points) }) else { return false }
      }
    case .multiLine(let lines):
      begin("MultiLineString")
      guard list(lines.flatMap { $0.cutAtAntimeridian() }, { $0.append($1.points) }) else { return false }
    case .polygon(let polygon):
      let cut = MultiPolygon([polygon]).cutAtAntimeridian()
      if cut.polygons.count == 1 {
        begin("Polygon")
        guard append(cut.polygons[0]) else { return false }
      } else {
        begin("MultiPolygon")
        guard list(cut.polygons, { $0.append($1) }) else { return false }
      }
    case .multiPolygon(let area):
      begin("MultiPolygon")
      guard list(area.cutAtAntimeridian().polygons, { $0.append($1) }) else { return false }
    case .collection(let parts):
      bytes.append(contentsOf: "{\"type\":\"GeometryCollection\",\"geometries\":".utf8)
      guard list(parts, { $0.write($1) }) else { return false }
    }
    bytes.append(UInt8(ascii: "}"))
    return true
  }

  private mutating func begin(_ type: String) {
    bytes.append(contentsOf: "{\"type\":\"\(type)\",\"coordinates\":".utf8)
  }

  private mutating func list<Part>(_ parts: [Part], _ body: (inout Self, Part) -> Bool) -> Bool {
    bytes.append(UInt8(ascii: "["))
    for (index, part) in parts.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      guard body(&self, part) else { return false }
    }
    bytes.append(UInt8(ascii: "]"))
    return true
  }

  private mutating func append(_ polygon: Polygon) -> Bool {
    list(
      [polygon.outer.woundCounterClockwise(true)] + polygon.holes.map { $0.woundCounterClockwise(false) }
    ) { $0.append($1) }
  }

  private mutating func append(_ points: [Coordinate]) -> Bool {
    guard let positions = projection.positions(points) else { return false }
    return list(positions) { writer, position in
      writer.append(position)
      return true
    }
  }

  private mutating func append(_ position: Projection.Position) {
    bytes.append(UInt8(ascii: "["))
    append(position.first)
    bytes.append(UInt8(ascii: ","))
    append(position.second)
    bytes.append(UInt8(ascii: "]"))
  }

  private mutating func append(_ value: Double) {
    if projection.system.isGeographic { return GeoJSON.Geometry.writeDegrees(value, to: &bytes) }
    let thousandths = Int((value * 1000).rounded())
    if thousandths < 0 { bytes.append(UInt8(ascii: "-")) }
    let (whole, rest) = abs(thousandths).quotientAndRemainder(dividingBy: 1000)
    bytes.append(contentsOf: String(whole).utf8)
    guard rest > 0 else { return }
    bytes.append(UInt8(ascii: "."))
    var digits = String(rest)
    while digits.utf8.count < 3 { digits = "0" + digits }
    while digits.last == "0" { digits.removeLast() }
    bytes.append(contentsOf: digits.utf8)
  }
}
