import Geo

/// SpatiaLite's own binary form of geometries, so that rows can be written and read without a function call.
///
/// Layout (SpatiaLite, "Internal BLOB-Geometry format"): `00`, byte order `01` (little-endian), SRID as
/// int32, bounding box as four doubles (min x, min y, max x, max y), `7C`, class type as int32, the class's
/// data, `FE`. x is longitude, y is latitude.
enum GeometryBlob {
  static let srid: Int32 = 4326

  static func point(_ c: Coordinate) -> [UInt8] {
    var out = Encoder(box: (c.longitude, c.latitude, c.longitude, c.latitude), type: 1, capacity: 60)
    out.append(c)
    return out.finish()
  }

  static func line(_ line: LineString) -> [UInt8] {
    let box = BoundingBox(around: line.points) ?? BoundingBox(south: 0, west: 0, north: 0, east: 0)
    var out = Encoder(
      box: (box.west, box.south, box.east, box.north), type: 2, capacity: 64 + line.points.count * 16)
    out.append(ring: line.points)
    return out.finish()
  }

  static func lines(_ lines: [LineString]) -> [UInt8] {
    let box =
      BoundingBox(around: lines.lazy.flatMap(\.points))
      ?? BoundingBox(south: 0, west: 0, north: 0, east: 0)
    var out = Encoder(box: (box.west, box.south, box.east, box.north), type: 5, capacity: 1024)
    out.append(Int32(lines.count))
    for line in lines {
      out.bytes.append(0x69)
      out.append(Int32(2))
      out.append(ring: line.points)
    }
    return out.finish()
  }

  static func area(_ area: MultiPolygon) -> [UInt8] {
    let box = area.boundingBox ?? BoundingBox(south: 0, west: 0, north: 0, east: 0)
    var out = Encoder(box: (box.west, box.south, box.east, box.north), type: 6, capacity: 1024)
    out.append(Int32(area.polygons.count))
    for polygon in area.polygons {
      out.bytes.append(0x69)
      out.append(Int32(3))
      out.append(Int32(1 + polygon.holes.count))
      out.append(ring: polygon.outer)
      for hole in polygon.holes { out.append(ring: hole) }
    }
    return out.finish()
  }

  /// The exact coordinate of a point blob; nil when it is none.
  @inline(__always) static func coordinate(_ bytes: UnsafeRawBufferPointer) -> Coordinate? {
    guard bytes.count == 60, bytes[38] == 0x7C else { return nil }
    let x = bytes.loadUnaligned(fromByteOffset: 43, as: Double.self)
    let y = bytes.loadUnaligned(fromByteOffset: 51, as: Double.self)
    return try? Coordinate(latitude: y, longitude: x)
  }

  static func line(_ bytes: UnsafeRawBufferPointer) -> LineString? {
    var input = Decoder(bytes: bytes)
    guard input.header() == 2, let points = input.ring() else { return nil }
    return LineString(points)
  }

  static func lines(_ bytes: UnsafeRawBufferPointer) -> [LineString]? {
    var input = Decoder(bytes: bytes)
    guard input.header() == 5, let count = input.int(), count >= 0 else { return nil }
    var lines: [LineString] = []
    for _ in 0..<count {
      guard input.byte() == 0x69, input.int() == 2, let points = input.ring() else { return nil }
      lines.append(LineString(points))
    }
    return lines
  }

  static func area(_ bytes: UnsafeRawBufferPointer) -> MultiPolygon? {
    var input = Decoder(bytes: bytes)
    guard input.header() == 6, let count = input.int(), count >= 0 else { return nil }
    var polygons: [Polygon] = []
    for _ in 0..<count {
      guard input.byte() == 0x69, input.int() == 3, let rings = input.int(), rings >= 1,
        let outer = input.ring()
      else { return nil }
      var holes: [[Coordinate]] = []
      for _ in 1..<max(1, rings) {
        guard let hole = input.ring() else { return nil }
        holes.append(hole)
      }
      polygons.append(Polygon(outer: outer, holes: holes))
    }
    return MultiPolygon(polygons)
  }

  private struct Encoder {
    var bytes: [UInt8] = []

    init(box: (Double, Double, Double, Double), type: Int32, capacity: Int) {
      bytes.reserveCapacity(capacity)
      bytes.append(0)
      bytes.append(1)
      append(GeometryBlob.srid)
      append(box.0)
      append(box.1)
      append(box.2)
      append(box.3)
      bytes.append(0x7C)
      append(type)
    }

    mutating func append(_ value: Int32) {
      withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }
    mutating func append(_ value: Double) {
      withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
    }
    mutating func append(_ c: Coordinate) {
      append(c.longitude)
      append(c.latitude)
    }
    mutating func append(ring: [Coordinate]) {
      append(Int32(ring.count))
      for point in ring { append(point) }
    }
    consuming func finish() -> [UInt8] {
      bytes.append(0xFE)
      return bytes
    }
  }

  private struct Decoder {
    let bytes: UnsafeRawBufferPointer
    var at = 0

    init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    mutating func header() -> Int32? {
      guard bytes.count > 43, bytes[0] == 0, bytes[1] == 1, bytes[38] == 0x7C else { return nil }
      at = 39
      return int()
    }
    mutating func byte() -> UInt8? {
      guard at < bytes.count else { return nil }
      defer { at += 1 }
      return bytes[at]
    }
    mutating func int() -> Int32? {
      guard at + 4 <= bytes.count else { return nil }
      defer { at += 4 }
      return bytes.loadUnaligned(fromByteOffset: at, as: Int32.self)
    }
    mutating func ring() -> [Coordinate]? {
      guard let count = int(), count >= 0, at + Int(count) * 16 <= bytes.count else { return nil }
      var points: [Coordinate] = []
      points.reserveCapacity(Int(count))
      for _ in 0..<count {
        let x = bytes.loadUnaligned(fromByteOffset: at, as: Double.self)
        let y = bytes.loadUnaligned(fromByteOffset: at + 8, as: Double.self)
        at += 16
        guard let point = try? Coordinate(latitude: y, longitude: x) else { return nil }
        points.append(point)
      }
      return points
    }
  }
}
