import Synchronization

/// Features to draw tiles of, held flat in memory: eight bytes a point.
public struct TileFeatures: Sendable {
  /// Units along the side of the world: a unit is less than four centimetres.
  static let unit = Double(1 << 30)

  struct Feature: Sendable {
    var kind: Kind
    /// Parts of it, counted in ``partEnds``.
    var parts: Range<Int>
    var box: Box
    var id: UInt64?
    var leastZoom: Int
    var attributes: [(String, TileValue)]
  }

  enum Kind: Sendable { case point, line, polygon }

  struct Box: Sendable {
    var west = Int32.max
    var north = Int32.max
    var east = Int32.min
    var south = Int32.min
    mutating func include(_ x: Int32, _ y: Int32) {
      west = min(west, x)
      east = max(east, x)
      north = min(north, y)
      south = max(south, y)
    }
  }

  private(set) var features: [Feature] = []
  private var xs: [Int32] = []
  private var ys: [Int32] = []
  /// Where each part ends in ``xs``.
  private var partEnds: [Int] = []
  /// Whether a ring begins a polygon.
  private var beginsPolygon: [Bool] = []

  public init() {}

  /// Points held, in all features.
  public var pointCount: Int { xs.count }

  /// - Parameters:
  ///   - id: unique among those of a layer, or nil.
  ///   - leastZoom: not drawn on tiles of lesser zooms.
  public mutating func add(
    _ geometry: GeoJSON.Geometry, id: UInt64? = nil, leastZoom: Int = 0,
    attributes: [(String, TileValue)] = []
  ) {
    switch geometry {
    case .point(let point): add(.point, id, leastZoom, attributes) { $0.part([point]) }
    case .multiPoint(let points):
      add(.point, id, leastZoom, attributes) { features in for point in points { features.part([point]) } }
    case .line(let line): add(.multiLine([line]), id: id, leastZoom: leastZoom, attributes: attributes)
    case .multiLine(let lines):
      add(.line, id, leastZoom, attributes) { features in
        for piece in lines.flatMap({ $0.cutAtAntimeridian() }) where piece.points.count > 1 {
          features.part(piece.points)
        }
      }
    case .polygon(let polygon):
      add(.multiPolygon(MultiPolygon([polygon])), id: id, leastZoom: leastZoom, attributes: attributes)
    case .multiPolygon(let area):
      add(.polygon, id, leastZoom, attributes) { features in
        for polygon in area.cutAtAntimeridian().polygons {
          features.part(polygon.outer, beginsPolygon: true)
          for hole in polygon.holes { features.part(hole) }
        }
      }
    case .collection(let parts):
      for part in parts { add(part, id: id, leastZoom: leastZoom, attributes: attributes) }
    }
  }

  private mutating func add(
    _ kind: Kind, _ id: UInt64?, _ leastZoom: Int, _ attributes: [(String, TileValue)],
    parts: (inout TileFeatures) -> Void
  ) {
    let (start, point) = (partEnds.count, xs.count)
    parts(&self)
    guard xs.count > point else { return }
    var box = Box()
    for i in point..<xs.count { box.include(xs[i], ys[i]) }
    features.append(
      Feature(
        kind: kind, parts: start..<partEnds.count, box: box, id: id, leastZoom: leastZoom,
        attributes: attributes)
    )
  }

  private mutating func part(_ points: [Coordinate], beginsPolygon begins: Bool = false) {
    for point in points {
      let place = WorldPoint(point)
      xs.append(Int32(place.x * Self.unit))
      ys.append(Int32(place.y * Self.unit))
    }
    partEnds.append(xs.count)
    beginsPolygon.append(begins)
  }

  private func range(ofPart part: Int) -> Range<Int> { (part == 0 ? 0 : partEnds[part - 1])..<partEnds[part] }

  /// The same with fewer points, none of those left out farther than `tolerance` units of the world from the lines that
  /// stay (Douglas and Peucker). Parts smaller than that go, but for points.
  func simplified(tolerance: Double) -> TileFeatures {
    var result = TileFeatures()
    for feature in features {
      let (start, point) = (result.partEnds.count, result.xs.count)
      var isDropped = false
      for part in feature.parts {
        let range = range(ofPart: part)
        if beginsPolygon[part] { isDropped = false }
        if isDropped { continue }
        var box = Box()
        for i in range { box.include(xs[i], ys[i]) }
        let isSmall =
          feature.kind != .point
          && Double(box.east) - Double(box.west) < tolerance
          && Double(box.south) - Double(box.north) < tolerance
        if isSmall {
          if beginsPolygon[part] { isDropped = true }
          continue
        }
        for i in kept(range, tolerance) {
          result.xs.append(xs[i])
          result.ys.append(ys[i])
        }
        result.partEnds.append(result.xs.count)
        result.beginsPolygon.append(beginsPolygon[part])
      }
      guard result.xs.count > point else { continue }
      var copy = feature
      copy.parts = start..<result.partEnds.count
      result.features.append(copy)
    }
    return result
  }

  private func kept(_ range: Range<Int>, _ tolerance: Double) -> [Int] {
    guard range.count > 2 else { return Array(range) }
    var isKept = [Bool](repeating: false, count: range.count)
    isKept[0] = true
    isKept[range.count - 1] = true
    var waiting = [(range.lowerBound, range.upperBound - 1)]
    while let (from, to) = waiting.popLast() {
      guard to - from > 1 else { continue }
      var farthest = (distance: -1.0, index: from)
      let (ax, ay) = (Double(xs[from]), Double(ys[from]))
      let (dx, dy) = (Double(xs[to]) - ax, Double(ys[to]) - ay)
      let length = dx * dx + dy * dy
      for i in from + 1..<to {
        let (px, py) = (Double(xs[i]) - ax, Double(ys[i]) - ay)
        let t = length > 0 ? min(1, max(0, (px * dx + py * dy) / length)) : 0
        let (ex, ey) = (px - t * dx, py - t * dy)
        let distance = ex * ex + ey * ey
        if distance > farthest.distance { farthest = (distance, i) }
      }
      guard farthest.distance > tolerance * tolerance else { continue }
      isKept[farthest.index - range.lowerBound] = true
      waiting.append((from, farthest.index))
      waiting.append((farthest.index, to))
    }
    return range.filter { isKept[$0 - range.lowerBound] }
  }

  // MARK: Drawing

  /// How far beyond its rim a tile shows lines and areas, in the tile's units, so that strokes do not end at the seam.
  static let buffer = 128.0

  func draw(_ address: TileAddress, into layer: inout VectorTileLayer) {
    let extent = Double(VectorTileLayer.extent)
    let scale = Double(1 << address.zoom) * extent / Self.unit
    let (left, top) = (Double(address.x) * extent, Double(address.y) * extent)
    let clip = TileClip(low: -Self.buffer, high: extent + Self.buffer)
    func place(_ i: Int) -> SIMD2<Double> {
      SIMD2(Double(xs[i]) * scale - left, Double(ys[i]) * scale - top)
    }
    let west = (left - Self.buffer) / scale
    let east = (left + extent + Self.buffer) / scale
    let north = (top - Self.buffer) / scale
    let south = (top + extent + Self.buffer) / scale
    for feature in features where feature.leastZoom <= address.zoom {
      let box = feature.box
      guard Double(box.east) >= west, Double(box.west) <= east, Double(box.south) >= north,
        Double(box.north) <= south
      else { continue }
      let geometry: TileGeometry
      switch feature.kind {
      case .point:
        // A point stands in one tile alone.
        geometry = .points(
          feature.parts.compactMap { part in
            let p = place(range(ofPart: part).lowerBound)
            return p.x >= 0 && p.x < extent && p.y >= 0 && p.y < extent
              ? TilePoint(Int32(p.x), Int32(p.y)) : nil
          })
      case .line:
        geometry = .lines(
          feature.parts.flatMap { part in
            clip.line(range(ofPart: part).lazy.map(place)).compactMap { Self.rounded($0, least: 2) }
          })
      case .polygon:
        var polygons: [[[TilePoint]]] = []
        var isDropped = false
        for part in feature.parts {
          if beginsPolygon[part] { isDropped = false }
          if isDropped { continue }
          let ring = Self.rounded(clip.ring(range(ofPart: part).map(place)), least: 3, isRing: true)
          if beginsPolygon[part] {
            if let ring { polygons.append([ring]) } else { isDropped = true }
          } else if let ring, !polygons.isEmpty {
            polygons[polygons.count - 1].append(ring)
          }
        }
        geometry = .polygons(polygons)
      }
      layer.add(geometry, id: feature.id, attributes: feature.attributes)
    }
  }

  /// On whole units, without repeating a place; nil when fewer than `least` are left.
  private static func rounded(_ points: [SIMD2<Double>], least: Int, isRing: Bool = false) -> [TilePoint]? {
    var result: [TilePoint] = []
    result.reserveCapacity(points.count)
    for p in points {
      let point = TilePoint(Int32(p.x.rounded()), Int32(p.y.rounded()))
      if point != result.last { result.append(point) }
    }
    if isRing { while result.count > 1, result.first == result.last { result.removeLast() } }
    return result.count >= least ? result : nil
  }
}

/// Features with their simpler forms for lesser zooms, each made when a tile of the zoom is first asked for.
public final class TilePyramid: Sendable {
  private let whole: TileFeatures
  private let levels = Mutex<[Int: TileFeatures]>([:])
  /// From this zoom on nothing is left out.
  private let wholeFrom: Int

  /// - Parameter wholeFrom: the zoom at which the data is drawn as it is.
  public init(_ features: TileFeatures, wholeFrom: Int = 14) {
    whole = features
    self.wholeFrom = wholeFrom
  }

  /// A layer of one tile. Lines lie within half a pixel of where they are.
  public func layer(_ name: String, _ address: TileAddress) -> VectorTileLayer {
    var layer = VectorTileLayer(name: name)
    level(address.zoom).draw(address, into: &layer)
    return layer
  }

  private func level(_ zoom: Int) -> TileFeatures {
    guard zoom < wholeFrom else { return whole }
    return levels.withLock { levels in
      if let known = levels[zoom] { return known }
      // Half of a pixel, of which a tile has 512.
      let tolerance = TileFeatures.unit / Double(1 << zoom) / 1024
      let made = whole.simplified(tolerance: tolerance)
      levels[zoom] = made
      return made
    }
  }
}
