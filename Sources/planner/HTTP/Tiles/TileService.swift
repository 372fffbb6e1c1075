import CRM
import Foundation
import Geo
import Store

/// Vector tiles (Mapbox Vector Tile 2.1) of what lies in the database and beside it: a question in, bytes out, no HTTP.
///
/// | Layer | Holds |
/// | --- | --- |
/// | `partners` | clusters with their counts by status and urgency; single partners where a cell holds one, and all of them from zoom 14 on |
/// | `regions` | countries, and their subdivisions from zoom 3 on |
/// | `roads` | streets and railways of the extracts of towns |
/// | `base` | `land`, `green`, `water`, `waterways`, `borders` and `places` |
struct TileService: Sendable {
  enum Layer: String, Sendable, CaseIterable { case partners, regions, roads, base }

  let read: StoreReading
  let sources: TileSources
  var tags = SurfaceTags()
  var now: @Sendable () -> Date = { Date() }
  /// Days are cut in it when it is asked who is overdue.
  var zone = TimeZone.current
  /// Packed tiles by what they show, 32 MB of them.
  private let made = Memory<Key, [UInt8]>(limit: 32 << 20)

  /// From this zoom on partners stand alone.
  static let singleZoom = 14
  /// More single partners than this would make a tile heavy: then they are put together at any zoom.
  static let mostSingles = 5000
  /// Names are read for so many partners of a tile.
  static let mostNames = 500

  init(
    read: StoreReading, sources: TileSources, tags: SurfaceTags = SurfaceTags(),
    now: @escaping @Sendable () -> Date = { Date() }
  ) {
    self.read = read
    self.sources = sources
    self.tags = tags
    self.now = now
  }

  private struct Key: Hashable {
    var layer: Layer
    var address: TileAddress
    var state: String
    var choice: PartnerChoice
  }

  /// The tile, packed; nothing where it holds nothing.
  /// - Parameter choice: which partners those of the layer `partners` are.
  /// - Throws: ``TileFault``, `StoreError`.
  func tile(
    _ name: String, zoom: String, x: String, y: String, scope: RecordScope, choice: PartnerChoice = .init(),
    knows: (String) -> Bool = { _ in false }
  ) async throws -> SurfaceAnswer {
    guard let layer = Layer(rawValue: name) else { throw TileFault.noLayer(name) }
    guard let zoom = Int(zoom), let x = Int(x), let y = Int(y),
      let address = TileAddress(zoom: zoom, x: x, y: y)
    else { throw TileFault.noTile("\(zoom)/\(x)/\(y)") }
    let state = try await state(of: layer, scope)
    let choice = layer == .partners ? choice : .init()
    let key = Key(layer: layer, address: address, state: state, choice: choice)
    let tag = tags.tag(layer.rawValue, "\(zoom)/\(x)/\(y)", state, choice.address)
    var answer = SurfaceAnswer(
      contentType: "application/vnd.mapbox-vector-tile", tag: tag, body: .packed([]))
    // The client has it: nothing needs to be drawn.
    if knows(tag) { return answer }
    if let packed = made[key] {
      answer.body = .packed(packed)
      return answer
    }
    let (clock, sources) = (DayClock(now: now(), zone: zone), sources)
    let packed = try await read { reader in
      let layers = try Self.draw(layer, address, scope, choice, clock, sources, reader)
      let bytes = VectorTileLayer.tile(layers)
      return bytes.isEmpty ? [] : [UInt8](Gzip.deflate(Data(bytes), level: 6))
    }
    made.keep(packed, for: key, cost: packed.count + 200)
    answer.body = .packed(packed)
    return answer
  }

  /// What the tiles of a layer depend on.
  private func state(of layer: Layer, _ scope: RecordScope) async throws -> String {
    switch layer {
    case .partners:
      let day = DayClock(now: now(), zone: zone).today
      return try await read { "\(try $0.dataRevision()) \(day) \(Self.key(scope))" }
    case .regions: return try await read { String(try $0.regionRevision()) }
    case .roads, .base: return ""
    }
  }

  private static func key(_ scope: RecordScope) -> String {
    switch scope {
    case .all: "all"
    case .responsible(let users): users.sorted().map(\.description).joined(separator: ",")
    }
  }

  private static func draw(
    _ layer: Layer, _ address: TileAddress, _ scope: RecordScope, _ choice: PartnerChoice, _ clock: DayClock,
    _ sources: TileSources, _ reader: Reader
  ) throws -> [VectorTileLayer] {
    switch layer {
    case .partners: return [try partners(address, scope, choice, clock, reader)]
    case .regions: return [try sources.regions(reader).pyramid.layer("regions", address)]
    case .roads: return [try sources.roadLines().layer("roads", address)]
    case .base: return try sources.world().map { $0.pyramid.layer($0.name, address) }
    }
  }

  // MARK: Partners

  private static func partners(
    _ address: TileAddress, _ scope: RecordScope, _ choice: PartnerChoice, _ clock: DayClock, _ reader: Reader
  ) throws -> VectorTileLayer {
    let chosen = choice.isSet ? try reader.chosenPartners(choice.query, scope: scope, by: clock) : nil
    let urgencies = Urgency.allCases
    // One category for each pair of status and urgency.
    var clusters = PointClusters(address, categories: PartnerStatus.allCases.count * urgencies.count)
    // Of those that stand alone, and of all while they may have to.
    var points: [MapPoint] = []
    let isSingle = address.zoom >= singleZoom
    var index = 0
    var first: [Int: MapPoint] = [:]
    try reader.forEachPoint(in: address.boundingBox, scope: scope, among: chosen, by: clock) { point in
      let world = WorldPoint(latitude: point.latitude, longitude: point.longitude)
      let before = clusters.count
      let urgency = urgencies.firstIndex(of: point.urgency)!
      clusters.add(world, index: index, category: point.statusIndex * urgencies.count + urgency)
      guard clusters.count > before else { return }
      if isSingle && points.count <= mostSingles { points.append(point) }
      if clusters.isFirst(world, index: index) { first[index] = point }
      index += 1
    }
    var layer = VectorTileLayer(name: "partners")
    if isSingle && points.count <= mostSingles {
      try add(points, address, to: &layer, clock, reader)
      return layer
    }
    var singles: [MapPoint] = []
    for (number, cell) in clusters.cells.enumerated() where cell.count > 0 {
      if cell.count == 1, let point = first[cell.first] {
        singles.append(point)
        continue
      }
      var attributes: [(String, TileValue)] = [("cluster", .bool(true)), ("count", .int(cell.count))]
      for (place, status) in PartnerStatus.allCases.enumerated() {
        let count = cell.counts[place * urgencies.count..<(place + 1) * urgencies.count].reduce(0, +)
        if count > 0 { attributes.append((status.rawValue, .int(count))) }
      }
      for (place, urgency) in urgencies.enumerated() where urgency != .notDue {
        let count = stride(from: place, to: cell.counts.count, by: urgencies.count).reduce(0) {
          $0 + cell.counts[$1]
        }
        attributes.append((urgency.rawValue, .int(count)))
      }
      layer.add(.points([cell.place]), id: clusters.id(ofCell: number), attributes: attributes)
    }
    try add(singles, address, to: &layer, clock, reader)
    return layer
  }

  private static func add(
    _ points: [MapPoint], _ address: TileAddress, to layer: inout VectorTileLayer, _ clock: DayClock,
    _ reader: Reader
  ) throws {
    let details = points.count <= mostNames ? try reader.details(of: points) : []
    var together: [SIMD2<Double>: (count: Int, seen: Int)] = [:]
    let places = points.map { point in
      let place = PointClusters.place(
        WorldPoint(latitude: point.latitude, longitude: point.longitude), in: address)
      if let place { together[place, default: (0, 0)].count += 1 }
      return place
    }
    for (number, point) in points.enumerated() {
      guard var place = places[number] else { continue }
      if let (count, seen) = together[place], count > 1 {
        together[place]!.seen += 1
        place = PointClusters.spread(place, number: seen, of: count)
      }
      var attributes: [(String, TileValue)] = [
        ("cluster", .bool(false)), ("partner", .text(point.partner.description)),
        ("status", .text(point.status.rawValue)), ("kind", .text(point.kind.rawValue)),
        ("isOverdue", .bool(point.isOverdue)), ("urgency", .text(point.urgency.rawValue)),
      ]
      if let visit = point.lastVisit {
        let days = clock.today.daysSinceEpoch - LocalDate(visit, in: clock.zone).daysSinceEpoch
        attributes.append(("daysSinceVisit", .int(days)))
      }
      if number < details.count {
        attributes.append(("name", .text(details[number].name)))
        if let login = details[number].responsible { attributes.append(("responsible", .text(login))) }
      }
      layer.add(
        .points([TilePoint(Int32(place.x), Int32(place.y))]), id: id(of: point.partner),
        attributes: attributes)
    }
  }

  /// 52 random bits of the identifier: numbers that scripts keep exactly.
  private static func id(of partner: PartnerID) -> UInt64 {
    withUnsafeBytes(of: partner.uuid.uuid) { bytes in
      bytes[9...15].reduce(0) { $0 << 8 | UInt64($1) } & 0xF_FFFF_FFFF_FFFF
    }
  }

  // MARK: Description

  /// What a map library is told of a layer: TileJSON 3.0.0.
  func description(_ name: String, root: String) throws(TileFault) -> SurfaceAnswer {
    guard let layer = Layer(rawValue: name) else { throw .noLayer(name) }
    let (layers, least, greatest, attribution) = Self.facts(layer)
    return .json(
      .object([
        ("tilejson", "3.0.0"), ("name", .string(name)), ("scheme", "xyz"),
        ("tiles", .array([.string("\(root)/tiles/\(name)/{z}/{x}/{y}.mvt")])), ("minzoom", .int(least)),
        ("maxzoom", .int(greatest)), ("attribution", .string(attribution)),
        (
          "vector_layers",
          .array(
            layers.map { id, fields in
              .object([
                ("id", .string(id)), ("fields", .object(fields.map { ($0.0, .string($0.1)) })),
              ])
            })
        ),
      ]))
  }

  private static func facts(
    _ layer: Layer
  ) -> (layers: [(String, [(String, String)])], least: Int, greatest: Int, attribution: String) {
    let text = "String"
    let number = "Number"
    let flag = "Boolean"
    switch layer {
    case .partners:
      return (
        [
          (
            "partners",
            [
              ("cluster", flag), ("count", number), ("prospect", number), ("active", number),
              ("paused", number), ("closed", number), ("overdue", number), ("due", number), ("partner", text),
              ("name", text), ("status", text), ("kind", text), ("responsible", text), ("isOverdue", flag),
              ("urgency", text), ("daysSinceVisit", number),
            ]
          )
        ], 0, 16, ""
      )
    case .regions:
      return (
        [
          (
            "regions",
            [("code", text), ("level", text), ("country", text), ("name", text), ("name_ru", text)]
          )
        ], 0, 14, "Natural Earth"
      )
    case .roads:
      return (
        [("roads", [("kind", text), ("class", number), ("name", text)])], 5, 15,
        "© OpenStreetMap contributors"
      )
    case .base:
      return (
        [
          ("land", [("code", text), ("name", text)]), ("green", [("kind", text)]),
          ("water", [("kind", text)]),
          ("waterways", [("kind", text), ("rank", number), ("name", text)]), ("borders", [("level", number)]),
          ("places", [("name", text), ("rank", number), ("capital", flag), ("population", number)]),
        ], 0, 15, "Natural Earth; GSHHG; © OpenStreetMap contributors"
      )
    }
  }
}

/// Why there is no such tile.
enum TileFault: SurfaceFault, Equatable {
  case noLayer(String)
  case noTile(String)

  var status: Int { 404 }
  var code: String {
    switch self {
    case .noLayer: "tiles.layer.notFound"
    case .noTile: "tiles.tile.notFound"
    }
  }
  var message: String {
    switch self {
    case .noLayer(let name): "there is no layer of tiles \"\(name)\""
    case .noTile(let address): "there is no tile \(address)"
    }
  }
  var hint: String {
    switch self {
    case .noLayer: "there are: " + choices.joined(separator: ", ")
    case .noTile: "write zoom 0 … \(TileAddress.greatestZoom), then x and y from 0 up to 2^zoom - 1"
    }
  }
  var choices: [String] {
    if case .noLayer = self { TileService.Layer.allCases.map(\.rawValue) } else { [] }
  }
}
