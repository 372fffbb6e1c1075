import Kernels

/// Reads GeoJSON from memory. Members may stand in any order, so numbers are kept flat until the type is known.
struct GeoJSONReader {
  private var scanner: JSONScanner
  private let wantsProperties: Bool
  /// Number of the feature being read, from 1; nil outside of a collection.
  private var featureNumber: Int?

  init(_ bytes: UnsafeBufferPointer<UInt8>, wantsProperties: Bool) {
    scanner = JSONScanner(bytes)
    scanner.skipByteOrderMark()
    self.wantsProperties = wantsProperties
  }

  mutating func read(
    _ body: (GeoJSON.Feature) throws(GeometryError) -> Void
  ) throws(GeometryError) {
    guard scanner.peek() == UInt8(ascii: "{") else {
      throw .malformed(offset: scanner.position, detail: "an object is expected")
    }
    let object = try readObject(depth: GeoJSON.maximumDepth, isTop: true, body)
    guard scanner.isAtEnd() else {
      throw .malformed(offset: scanner.position, detail: "text after the end of the object")
    }
    guard let type = object.type else { throw .missingMember("type", of: "GeoJSON object") }
    if type == "FeatureCollection" {
      if !object.hasFeatures { throw .missingMember("features", of: type) }
    } else if !object.hasFeatures {
      try body(feature(object))
    }
  }

  /// The members of one GeoJSON object, as far as they matter.
  private struct Object {
    var type: String?
    var coordinates: JSONCoordinates?
    var geometries: [GeoJSON.Geometry]?
    var geometry: GeoJSON.Geometry??
    var properties: [JSONMember] = []
    var id: JSONValue?
    var hasFeatures = false
  }

  private mutating func readObject(
    depth: Int, isTop: Bool = false,
    _ body: (GeoJSON.Feature) throws(GeometryError) -> Void = { _ in }
  ) throws(GeometryError) -> Object {
    guard depth > 0 else { throw .tooDeep(offset: scanner.position) }
    var object = Object()
    try token { (s) throws(JSONFault) in try s.expect(UInt8(ascii: "{")) }
    if scanner.take(UInt8(ascii: "}")) { return object }
    repeat {
      let name = try token { (s) throws(JSONFault) in
        let name = try s.string()
        try s.expect(UInt8(ascii: ":"))
        return name
      }
      switch name {
      case "type": object.type = try token { (s) throws(JSONFault) in try s.string() }
      case "coordinates":
        object.coordinates = try token { (s) throws(JSONFault) in try s.coordinates() }
      case "geometries":
        var parts: [GeoJSON.Geometry] = []
        try readArray { (reader) throws(GeometryError) in
          parts.append(try reader.geometry(reader.readObject(depth: depth - 1)))
        }
        object.geometries = parts
      case "geometry":
        if scanner.peek() == UInt8(ascii: "n") {
          _ = try token { (s) throws(JSONFault) in try s.literal() }
          object.geometry = .some(nil)
        } else {
          object.geometry = .some(try geometry(readObject(depth: depth - 1)))
        }
      case "features" where isTop:
        object.hasFeatures = true
        featureNumber = 0
        try readArray { (reader) throws(GeometryError) in
          reader.featureNumber = (reader.featureNumber ?? 0) + 1
          try body(reader.feature(reader.readObject(depth: depth - 1)))
        }
        featureNumber = nil
      case "properties" where wantsProperties:
        if case .object(let members) = try value(depth: depth - 1) { object.properties = members }
      case "id" where wantsProperties: object.id = try value(depth: depth - 1)
      default: try token { (s) throws(JSONFault) in try s.skipValue(depth: depth - 1) }
      }
    } while scanner.take(UInt8(ascii: ","))
    try token { (s) throws(JSONFault) in try s.expect(UInt8(ascii: "}")) }
    return object
  }

  private mutating func readArray(
    _ body: (inout GeoJSONReader) throws(GeometryError) -> Void
  ) throws(GeometryError) {
    try token { (s) throws(JSONFault) in try s.expect(UInt8(ascii: "[")) }
    if scanner.take(UInt8(ascii: "]")) { return }
    repeat { try body(&self) } while scanner.take(UInt8(ascii: ","))
    try token { (s) throws(JSONFault) in try s.expect(UInt8(ascii: "]")) }
  }

  private mutating func value(depth: Int) throws(GeometryError) -> JSONValue {
    try token { (s) throws(JSONFault) in try JSONValue(reading: &s, depth: depth) }
  }

  private mutating func token<T>(
    _ body: (inout JSONScanner) throws(JSONFault) -> T
  ) throws(GeometryError) -> T {
    do throws(JSONFault) { return try body(&scanner) } catch {
      throw GeometryError(error, at: scanner.position)
    }
  }

  // MARK: Assembly

  private func feature(_ object: Object) throws(GeometryError) -> GeoJSON.Feature {
    guard let type = object.type else { throw .missingMember("type", of: "feature") }
    guard type == "Feature" else {
      return GeoJSON.Feature(geometry: try geometry(object), properties: [JSONMember]())
    }
    guard let geometry = object.geometry else { throw .missingMember("geometry", of: type) }
    return GeoJSON.Feature(id: object.id, geometry: geometry, properties: object.properties)
  }

  private func geometry(_ object: Object) throws(GeometryError) -> GeoJSON.Geometry {
    guard let type = object.type else { throw .missingMember("type", of: "geometry") }
    if type == "GeometryCollection" {
      guard let parts = object.geometries else { throw .missingMember("geometries", of: type) }
      return .collection(parts)
    }
    let depths = [
      "Point": 1, "MultiPoint": 2, "LineString": 2, "Polygon": 3, "MultiLineString": 3, "MultiPolygon": 4,
    ]
    guard let depth = depths[type] else { throw .unknownType(String(type.prefix(40))) }
    guard let c = object.coordinates else { throw .missingMember("coordinates", of: type) }
    guard c.depth == depth || (c.depth == 0 && depth > 1) else {
      throw .malformed(
        offset: scanner.position,
        detail: "the coordinates of a \(type) are nested \(depth) deep, not \(c.depth)"
      )
    }
    switch type {
    case "Point": return .point(try coordinate(c, 0, GeometryPath(feature: featureNumber)))
    case "MultiPoint": return .multiPoint(try points(c, 0..<c.xs.count, GeometryPath(feature: featureNumber)))
    case "LineString":
      return .line(LineString(try points(c, 0..<c.xs.count, GeometryPath(feature: featureNumber))))
    case "MultiLineString":
      return .multiLine(try rings(c, 0..<c.ringEnds.count, polygon: nil).map { LineString($0) })
    case "Polygon": return .polygon(try polygon(c, 0..<c.ringEnds.count, number: nil))
    default:
      var polygons: [Polygon] = []
      var start = 0
      for end in c.polygonEnds {
        polygons.append(try polygon(c, start..<end, number: polygons.count + 1))
        start = end
      }
      return .multiPolygon(MultiPolygon(polygons))
    }
  }

  private func polygon(
    _ c: JSONCoordinates, _ range: Range<Int>, number: Int?
  ) throws(GeometryError) -> Polygon {
    let rings = try rings(c, range, polygon: number)
    guard let outer = rings.first else { return Polygon(outer: []) }
    return Polygon(outer: outer, holes: Array(rings.dropFirst()))
  }

  private func rings(
    _ c: JSONCoordinates, _ range: Range<Int>, polygon: Int?
  ) throws(GeometryError) -> [[Coordinate]] {
    var result: [[Coordinate]] = []
    result.reserveCapacity(range.count)
    for r in range {
      let start = r == 0 ? 0 : c.ringEnds[r - 1]
      let path = GeometryPath(feature: featureNumber, polygon: polygon, ring: r - range.lowerBound + 1)
      result.append(try points(c, start..<c.ringEnds[r], path))
    }
    return result
  }

  private func points(
    _ c: JSONCoordinates, _ range: Range<Int>, _ path: GeometryPath
  ) throws(GeometryError) -> [Coordinate] {
    var result: [Coordinate] = []
    result.reserveCapacity(range.count)
    for i in range {
      var path = path
      path.point = i - range.lowerBound + 1
      result.append(try coordinate(c, i, path))
    }
    return result
  }

  private func coordinate(
    _ c: JSONCoordinates, _ i: Int, _ path: GeometryPath
  ) throws(GeometryError) -> Coordinate {
    let (longitude, latitude) = (c.xs[i], c.ys[i])
    guard abs(latitude) <= 90 else {
      throw .latitudeOutOfRange(latitude, longitude: longitude, at: path)
    }
    guard abs(longitude) <= 180 else { throw .longitudeOutOfRange(longitude, at: path) }
    return Coordinate(trustedLatitude: latitude, longitude: longitude)
  }
}

extension GeometryError {
  /// The fault of the scanner in the words of a person who wrote the file.
  init(_ fault: JSONFault, at position: Int) {
    self =
      switch fault {
      case .unexpected(let at): .malformed(offset: at, detail: "an unexpected character")
      case .endOfText: .malformed(offset: position, detail: "the text ends too early")
      case .tooDeep(let at): .tooDeep(offset: at)
      case .notFinite(let at): .notFinite(offset: at)
      case .badText(let at): .malformed(offset: at, detail: "text that is not valid UTF-8 JSON")
      case .badPosition(let at): .badPosition(offset: at)
      }
  }
}

extension JSONValue {
  /// Reads one value, its objects keeping their order.
  init(reading scanner: inout JSONScanner, depth: Int = GeoJSON.maximumDepth) throws(JSONFault) {
    guard depth > 0 else { throw .tooDeep(at: scanner.position) }
    switch scanner.peek() {
    case UInt8(ascii: "{"):
      var members: [JSONMember] = []
      try scanner.object { (s, name) throws(JSONFault) in
        members.append(JSONMember(name, try JSONValue(reading: &s, depth: depth - 1)))
      }
      self = .object(members)
    case UInt8(ascii: "["):
      var values: [JSONValue] = []
      try scanner.array { (s) throws(JSONFault) in
        values.append(try JSONValue(reading: &s, depth: depth - 1))
      }
      self = .array(values)
    case UInt8(ascii: "\""): self = .string(try scanner.string())
    case UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"):
      let literal = try scanner.literal()
      self = literal < 0 ? .null : .bool(literal == 1)
    default:
      switch try scanner.number() {
      case .int(let i): self = .int(i)
      case .double(let d): self = .double(d)
      }
    }
  }

  /// The value of a whole JSON text in UTF-8.
  /// - Throws: ``GeometryError`` `geo.geojson.malformed` with the offset of the fault.
  public init(parsing bytes: [UInt8]) throws(GeometryError) {
    var result: Result<JSONValue, GeometryError> = .failure(.malformed(offset: 0, detail: "no text"))
    bytes.withUnsafeBufferPointer { buffer in
      var scanner = JSONScanner(buffer)
      scanner.skipByteOrderMark()
      do throws(JSONFault) {
        let value = try JSONValue(reading: &scanner)
        result =
          scanner.isAtEnd()
          ? .success(value)
          : .failure(.malformed(offset: scanner.position, detail: "text after the end of the value"))
      } catch {
        result = .failure(GeometryError(error, at: scanner.position))
      }
    }
    self = try result.get()
  }
}
