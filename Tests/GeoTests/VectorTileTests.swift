import Foundation
import TestSupport
import Testing

@testable import Geo

/// A slow reader of vector tiles, written from the specification without the writer's code.
struct DecodedTile {
  struct Feature {
    var id: UInt64?
    var type = 0
    var attributes: [String: TileValue] = [:]
    /// Lines, rings, or single points each in a list of its own.
    var parts: [[TilePoint]] = []
  }
  struct Layer {
    var name = ""
    var version = 0
    var extent = 0
    var features: [Feature] = []
  }
  var layers: [Layer] = []

  private struct Reader {
    var bytes: ArraySlice<UInt8>
    mutating func varint() -> UInt64 {
      var value: UInt64 = 0
      var shift: UInt64 = 0
      while let byte = bytes.popFirst() {
        value |= UInt64(byte & 0x7F) << shift
        if byte & 0x80 == 0 { return value }
        shift += 7
      }
      return value
    }
    mutating func field() -> (Int, UInt64, ArraySlice<UInt8>)? {
      guard !bytes.isEmpty else { return nil }
      let key = varint()
      switch key & 7 {
      case 0: return (Int(key >> 3), varint(), [])
      case 1:
        defer { bytes = bytes.dropFirst(8) }
        return (Int(key >> 3), bytes.prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }, [])
      default:
        let count = Int(varint())
        defer { bytes = bytes.dropFirst(count) }
        return (Int(key >> 3), 0, bytes.prefix(count))
      }
    }
  }

  init(_ bytes: [UInt8]) {
    var tile = Reader(bytes: bytes[...])
    while let (number, _, body) = tile.field() { if number == 3 { layers.append(Self.layer(body)) } }
  }

  private static func layer(_ bytes: ArraySlice<UInt8>) -> Layer {
    var layer = Layer()
    var keys: [String] = []
    var values: [TileValue] = []
    var raw: [(Feature, [UInt64], [UInt64])] = []
    var reader = Reader(bytes: bytes)
    while let (number, value, body) = reader.field() {
      switch number {
      case 1: layer.name = String(decoding: body, as: UTF8.self)
      case 3: keys.append(String(decoding: body, as: UTF8.self))
      case 5: layer.extent = Int(value)
      case 15: layer.version = Int(value)
      case 4:
        var inner = Reader(bytes: body)
        guard let (kind, number, text) = inner.field() else { continue }
        switch kind {
        case 1: values.append(.text(String(decoding: text, as: UTF8.self)))
        case 3: values.append(.double(Double(bitPattern: number)))
        case 5: values.append(.int(Int(number)))
        case 6: values.append(.int(Int(number >> 1) ^ -Int(number & 1)))
        default: values.append(.bool(number != 0))
        }
      case 2:
        var feature = Feature()
        var tags: [UInt64] = []
        var commands: [UInt64] = []
        var inner = Reader(bytes: body)
        while let (number, value, body) = inner.field() {
          func list() -> [UInt64] {
            var packed = Reader(bytes: body)
            var all: [UInt64] = []
            while !packed.bytes.isEmpty { all.append(packed.varint()) }
            return all
          }
          switch number {
          case 1: feature.id = value
          case 2: tags = list()
          case 3: feature.type = Int(value)
          default: commands = list()
          }
        }
        raw.append((feature, tags, commands))
      default: break
      }
    }
    for (feature, tags, commands) in raw {
      var feature = feature
      for i in stride(from: 0, to: tags.count, by: 2) {
        feature.attributes[keys[Int(tags[i])]] = values[Int(tags[i + 1])]
      }
      var (x, y): (Int64, Int64) = (0, 0)
      var i = 0
      while i < commands.count {
        let (id, count) = (commands[i] & 7, Int(commands[i] >> 3))
        i += 1
        guard id != 7 else { continue }
        for _ in 0..<count {
          func step(_ n: UInt64) -> Int64 { Int64(n >> 1) ^ -Int64(n & 1) }
          x += step(commands[i])
          y += step(commands[i + 1])
          i += 2
          let point = TilePoint(Int32(x), Int32(y))
          if id == 1 {
            feature.parts.append([point])
          } else {
            feature.parts[feature.parts.count - 1].append(point)
          }
        }
      }
      layer.features.append(feature)
    }
    return layer
  }

  static func area(_ ring: [TilePoint]) -> Int {
    zip(ring, ring.dropFirst() + ring.prefix(1)).reduce(0) {
      $0 + Int($1.0.x) * Int($1.1.y) - Int($1.1.x) * Int($1.0.y)
    }
  }
}

@Suite("Vector tiles")
struct VectorTileTests {
  @Test(
    "random layers read back as they were written, with outer rings and holes turned as the specification says"
  )
  func thereAndBack() throws {
    var random = SplitMix(seed: 2)
    func point() -> TilePoint { TilePoint(Int32(random.below(5000)) - 400, Int32(random.below(5000)) - 400) }
    for _ in 0..<40 {
      var layer = VectorTileLayer(name: "слой")
      var written: [(TileGeometry, [String: TileValue])] = []
      for number in 0..<random.below(30) {
        let geometry: TileGeometry
        switch random.below(3) {
        case 0: geometry = .points((0...random.below(5)).map { _ in point() })
        case 1:
          geometry = .lines(
            (0...random.below(3)).map { _ in (0...1 + random.below(20)).map { _ in point() } })
        default:
          let (x, y) = (Int32(random.below(3000)), Int32(random.below(3000)))
          var outer = [
            TilePoint(x, y), TilePoint(x + 900, y), TilePoint(x + 900, y + 900), TilePoint(x, y + 900),
          ]
          var hole = [TilePoint(x + 100, y + 100), TilePoint(x + 200, y + 100), TilePoint(x + 150, y + 300)]
          if random.below(2) == 0 { outer.reverse() }
          if random.below(2) == 0 { hole.reverse() }
          geometry = .polygons([[outer, hole]])
        }
        let attributes: [(String, TileValue)] = [
          ("name", .text("n\(random.below(4))")), ("count", .int(random.below(100) - 50)),
          ("share", .double(random.unit())), ("is", .bool(random.below(2) == 0)),
        ]
        layer.add(geometry, id: UInt64(number), attributes: attributes)
        written.append((geometry, Dictionary(uniqueKeysWithValues: attributes)))
      }
      let decoded = DecodedTile(VectorTileLayer.tile([layer]))
      guard !written.isEmpty else {
        #expect(decoded.layers.isEmpty)
        continue
      }
      let read = try #require(decoded.layers.first)
      #expect(read.name == "слой" && read.version == 2 && read.extent == 4096)
      #expect(read.features.count == written.count)
      for (number, (feature, (geometry, attributes))) in zip(read.features, written).enumerated() {
        #expect(feature.id == UInt64(number) && feature.attributes == attributes)
        switch geometry {
        case .points(let points): #expect(feature.type == 1 && feature.parts.flatMap { $0 } == points)
        case .lines(let lines): #expect(feature.type == 2 && feature.parts == lines)
        case .polygons(let polygons):
          #expect(feature.type == 3 && feature.parts.count == 2)
          #expect(DecodedTile.area(feature.parts[0]) > 0 && DecodedTile.area(feature.parts[1]) < 0)
          for (ring, given) in zip(feature.parts, polygons[0]) { #expect(Set(ring) == Set(given)) }
        }
      }
    }
  }

  @Test("a tile of nothing has no bytes, and a ring without area is no polygon")
  func nothing() {
    var layer = VectorTileLayer(name: "a")
    layer.add(.polygons([[[TilePoint(0, 0), TilePoint(5, 5), TilePoint(9, 9)]]]))
    layer.add(.lines([[TilePoint(1, 1)]]))
    #expect(VectorTileLayer.tile([layer]).isEmpty)
  }

  private func place(_ latitude: Double, _ longitude: Double) -> Coordinate {
    Coordinate(trustedLatitude: latitude, longitude: longitude)
  }

  @Test("a square over four tiles is cut at each rim with its buffer, and the pieces make up the whole")
  func clipped() throws {
    var features = TileFeatures()
    let ring = [place(-40, -40), place(-40, 40), place(40, 40), place(40, -40), place(-40, -40)]
    features.add(.polygon(Polygon(outer: ring)), id: 7)
    let pyramid = TilePyramid(features, wholeFrom: 0)
    let whole = DecodedTile(
      VectorTileLayer.tile([pyramid.layer("a", try #require(TileAddress(zoom: 0, x: 0, y: 0)))]))
    let total = DecodedTile.area(try #require(whole.layers.first?.features.first?.parts.first)) / 2
    var sum = 0
    for x in 0..<2 {
      for y in 0..<2 {
        let tile = DecodedTile(
          VectorTileLayer.tile([pyramid.layer("a", try #require(TileAddress(zoom: 1, x: x, y: y)))]))
        let part = try #require(tile.layers.first?.features.first?.parts.first)
        #expect(part.allSatisfy { (-128...4224).contains($0.x) && (-128...4224).contains($0.y) })
        // Without the buffer: what lies in the tile itself.
        let own = part.map { TilePoint(min(4096, max(0, $0.x)), min(4096, max(0, $0.y))) }
        sum += DecodedTile.area(own) / 2
      }
    }
    #expect(abs(sum - total * 4) < total / 100)
  }

  @Test("a line that leaves a tile and comes back is two lines")
  func line() {
    let clip = TileClip(low: 0, high: 10)
    let pieces = clip.line([[-5, 5], [5, 5], [5, 15], [8, 15], [8, 5]] as [SIMD2<Double>])
    #expect(pieces == [[[0, 5], [5, 5], [5, 10]], [[8, 10], [8, 5]]])
    #expect(clip.line([[-5, -5], [-5, 15]] as [SIMD2<Double>]).isEmpty)
    #expect(clip.ring([[2, 2], [3, 2], [3, 3], [2, 2]]) == [[2, 2], [3, 2], [3, 3]])
  }

  @Test("what is simplified stays within the tolerance, and small parts go")
  func simplified() {
    var random = SplitMix(seed: 9)
    var features = TileFeatures()
    var points: [Coordinate] = []
    for i in 0..<2000 { points.append(place(50 + random.between(0, 0.02), 20 + Double(i) / 200)) }
    features.add(.line(LineString(points)))
    features.add(.line(LineString([place(10, 10), place(10.0000001, 10)])))
    let coarse = features.simplified(tolerance: TileFeatures.unit / 1024)
    #expect(coarse.features.count == 1 && coarse.pointCount < 20)
    #expect(features.simplified(tolerance: 0).pointCount <= features.pointCount)
  }

  @Test("addresses are squares of the world, and there are no others")
  func addresses() throws {
    #expect(TileAddress(zoom: 0, x: 1, y: 0) == nil && TileAddress(zoom: 21, x: 0, y: 0) == nil)
    #expect(TileAddress(zoom: -1, x: 0, y: 0) == nil && TileAddress(zoom: 2, x: 0, y: -1) == nil)
    let whole = try #require(TileAddress(zoom: 0, x: 0, y: 0)).boundingBox
    #expect(whole == BoundingBox(south: -90, west: -180, north: 90, east: 180))
    let east = try #require(TileAddress(zoom: 1, x: 1, y: 0)).boundingBox
    #expect(east.west == 0 && east.east == 180 && abs(east.south) < 1e-9)
  }
}

@Suite("Clusters of points")
struct PointClusterTests {
  @Test(
    "every point of the world is in one cluster of one tile, at each zoom, and clusters stand in their tile")
  func once() throws {
    var random = SplitMix(seed: 4)
    let points = (0..<3000).map { i -> WorldPoint in
      if i < 8 { return WorldPoint(latitude: [90, -90, 0, 0][i % 4], longitude: [180, -180][i % 2]) }
      return WorldPoint(latitude: random.between(-89, 89), longitude: random.between(-180, 180))
    }
    for zoom in 0...3 {
      var counted = 0
      var ids: Set<UInt64> = []
      for x in 0..<(1 << zoom) {
        for y in 0..<(1 << zoom) {
          var clusters = PointClusters(try #require(TileAddress(zoom: zoom, x: x, y: y)), categories: 3)
          for (i, point) in points.enumerated() {
            clusters.add(point, index: i, category: i % 3)
          }
          for (number, cell) in clusters.cells.enumerated() where cell.count > 0 {
            counted += cell.count
            #expect(cell.counts.reduce(0, +) == cell.count)
            #expect((0..<4096).contains(cell.place.x) && (0..<4096).contains(cell.place.y))
            #expect(ids.insert(clusters.id(ofCell: number)).inserted)
          }
        }
      }
      #expect(counted == points.count)
    }
  }
}
