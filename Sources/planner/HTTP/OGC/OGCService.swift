import CRM
import Foundation
import Geo
import Store

/// OGC API – Features 1.0 (parts 1 and 2, the queryables of part 3, the drafts of parts 6 and 8) over the collections of
/// `FeatureSource`: a question in, an answer out, no HTTP.
///
/// Reads only, and only what the scope of the asker shows. Pages go by keyset, so that records that come and go
/// between two pages neither repeat others nor hide them.
struct OGCService: Sendable {
  let read: StoreReading
  let renderer: PageRenderer
  var tags = SurfaceTags()
  var now: @Sendable () -> Date = { Date() }

  let systems = OGCSystems()
  private let matches = Memory<MatchKey, FeatureMatch>(limit: 64)
  private let extents = Memory<ExtentKey, FeatureExtent>(limit: 256)

  private struct MatchKey: Hashable {
    var source: String
    var query: FeatureQuery
    var revision: DataRevision
  }

  private struct ExtentKey: Hashable {
    var source: String
    var scope: RecordScope
    var revision: DataRevision
  }

  /// - Throws: ``OGCFault`` for questions that are wrong, `StoreError`, `ProjectionError`.
  func answer(_ request: OGCRequest) async throws -> SurfaceAnswer {
    let format = try request.format()
    func plain() throws { try request.allow([]) }
    switch request.path {
    case []:
      try plain()
      return page(request, format, OGCDocuments(request).landing) { $0.landing() }
    case ["conformance"]:
      try plain()
      return page(request, format, OGCDocuments(request).conformance) { $0.conformance() }
    case ["api"]:
      try plain()
      guard format == .json else { return page(request, format, .null) { $0.definition() } }
      let type = "application/vnd.oai.openapi+json;version=3.0"
      return .json(OGCDefinition(request).document, type: type, tag: tag(request, format))
    case ["collections"]:
      try plain()
      let extents = try await extents(of: FeatureSource.all, request)
      let documents = OGCDocuments(request)
      let list = FeatureSource.all.map { documents.collection($0, extents[$0.name]) }
      return page(request, format, documents.collections(list)) { $0.collections() }
    default:
      guard request.path.first == "collections", request.path.count > 1 else {
        throw OGCFault.noResource(request.path.joined(separator: "/"))
      }
      guard let source = FeatureSource.named(request.path[1]) else {
        throw OGCFault.noCollection(request.path[1])
      }
      switch (request.path.count, request.path.count > 2 ? request.path[2] : "") {
      case (2, _):
        try plain()
        let extent = try await extents(of: [source], request)[source.name]
        return page(request, format, OGCDocuments(request).collection(source, extent)) {
          $0.collection(source, extent)
        }
      case (3, "queryables"):
        try plain()
        var answer = page(request, format, OGCDocuments(request).queryables(source)) { $0.queryables(source) }
        if format == .json { answer.contentType = "application/schema+json" }
        return answer
      case (3, "sortables"):
        try plain()
        var answer = page(request, format, OGCDocuments(request).sortables(source)) { $0.sortables(source) }
        if format == .json { answer.contentType = "application/schema+json" }
        return answer
      case (3, "items"): return try await items(source, request, format)
      case (4, "items"): return try await feature(source, request.path[3], request, format)
      default: throw OGCFault.noResource(request.path.joined(separator: "/"))
      }
    }
  }

  private func page(
    _ request: OGCRequest, _ format: OGCRequest.Format, _ document: JSONValue, _ make: (OGCPages) -> DataPage
  ) -> SurfaceAnswer {
    switch format {
    case .json: .json(document, tag: tag(request, format, String(decoding: document.bytes, as: UTF8.self)))
    case .html: html(make(OGCPages(request: request)), request)
    }
  }

  private func html(_ page: DataPage, _ request: OGCRequest) -> SurfaceAnswer {
    let text = renderer.data(page, in: PageFrame(language: request.language))
    var answer = SurfaceAnswer.html(text, tag: tag(request, .html, text))
    answer.headers.append(("Content-Language", request.language.code))
    return answer
  }

  private func tag(_ request: OGCRequest, _ format: OGCRequest.Format, _ more: String...) -> String {
    let query = request.query.map { "\($0.name)=\($0.value)" }.joined(separator: "&")
    return tags.tag(
      request.root, request.path.joined(separator: "/"), query, format.rawValue, request.language.code,
      "\(request.scope)", more.joined(separator: "\u{1F}"))
  }

  private func extents(
    of sources: [FeatureSource], _ request: OGCRequest
  ) async throws -> [String: FeatureExtent] {
    let memory = extents
    return try await read { reader in
      let revision = try reader.dataRevision()
      var result: [String: FeatureExtent] = [:]
      for source in sources {
        let key = ExtentKey(source: source.name, scope: request.scope, revision: revision)
        result[source.name] = try memory.value(key) { try reader.extent(source, scope: request.scope) }
      }
      return result
    }
  }

  // MARK: Features

  private struct Start: Sendable {
    var revision: DataRevision
    var count: Int
    var page: FeaturePage
    var first: [FeatureRow]
    /// Where in the page to read on.
    var next: Int
  }

  private func items(
    _ source: FeatureSource, _ request: OGCRequest, _ format: OGCRequest.Format
  ) async throws -> SurfaceAnswer {
    let asked = try OGCItemsQuery(request, source, format: format, systems: systems)
    let memory = matches
    let start = try await read { reader in
      let revision = try reader.dataRevision()
      let key = MatchKey(source: source.name, query: asked.query, revision: revision)
      let match = try memory.value(key) { try reader.match(source, asked.query) }
      let page = try reader.page(source, match, sort: asked.sort, after: asked.after, limit: asked.limit)
      let (rows, next) = try reader.features(
        asked.source, rows: page.rows, limit: format == .html ? .max : OGCItemsStream.batch,
        most: format == .html ? .max : OGCItemsStream.points)
      return Start(revision: revision, count: match.count, page: page, first: rows, next: next)
    }
    let links = OGCPageLinks(request, source, start.page)
    if format == .html {
      let page = OGCPages(request: request).items(asked.source, start.first, links, matched: start.count)
      return html(page, request)
    }
    let stream = OGCItemsStream(
      read: read, source: asked.source, rows: start.page.rows, first: start.first, next: start.next,
      matched: start.count, links: OGCDocuments(request).links(ofItems: source, links),
      projection: asked.system == .crs84 ? nil : try systems.projection(asked.system), at: now())
    let described = ["queryables", "sortables"].map { name in
      "<\(request.link("/collections/\(source.name)/\(name)"))>; rel=\"\(OGCDocuments.relation(name))\"; "
        + "type=\"application/schema+json\""
    }
    return SurfaceAnswer(
      contentType: "application/geo+json",
      headers: [
        ("Content-Crs", "<\(asked.system.uri)>"), ("Link", described.joined(separator: ", ")),
      ],
      tag: tag(request, format, start.revision.description), body: .stream { try await stream.next() })
  }

  private func feature(
    _ source: FeatureSource, _ id: String, _ request: OGCRequest, _ format: OGCRequest.Format
  ) async throws -> SurfaceAnswer {
    try request.allow(["crs", "properties"])
    let told = try OGCItemsQuery.told(request, source)
    guard let system = request.value("crs").map({ ReferenceSystem(named: $0) }) ?? .crs84 else {
      throw OGCFault.badParameter(
        "crs", request.value("crs") ?? "", "one of the systems the collection lists")
    }
    let found = try await read { try $0.feature(told, id: id, scope: request.scope) }
    guard let found else { throw OGCFault.noFeature(id, collection: source.name) }
    if format == .html { return html(OGCPages(request: request).feature(told, found), request) }
    var writer = OGCFeatureWriter(
      projection: system == .crs84 ? nil : try systems.projection(system))
    writer.append(found, links: OGCDocuments(request).links(of: found, in: source))
    return SurfaceAnswer(
      contentType: "application/geo+json", headers: [("Content-Crs", "<\(system.uri)>")],
      tag: tag(request, format, String(decoding: writer.bytes, as: UTF8.self)), body: .bytes(writer.bytes))
  }
}

/// The addresses of the pages before and behind one.
struct OGCPageLinks: Sendable {
  var previous: String?
  var next: String?

  init(_ request: OGCRequest, _ source: FeatureSource, _ page: FeaturePage) {
    func link(_ cursor: FeatureCursor?) -> String {
      var items = request.query.filter { $0.name != "cursor" }.map { ($0.name, $0.value) }
      if let cursor { items.append(("cursor", cursor.text)) }
      return request.link("/collections/\(source.name)/items", items)
    }
    next = page.next.map(link)
    switch page.before {
    case .nothing: previous = nil
    case .first: previous = link(nil)
    case .page(let cursor): previous = link(cursor)
    }
  }
}

/// Features as GeoJSON text, in the reference system that was asked for.
struct OGCFeatureWriter {
  private(set) var bytes: [UInt8] = []
  /// Nil for CRS84.
  let projection: Projection?

  init(projection: Projection?) { self.projection = projection }

  mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

  mutating func append(_ row: FeatureRow, links: JSONValue? = nil) {
    append("{\"type\":\"Feature\",\"id\":")
    JSONValue.string(row.id).write(to: &bytes)
    append(",\"geometry\":")
    if let geometry = row.geometry {
      if let projection {
        // What has no place in the system is told without one.
        if !geometry.write(to: &bytes, in: projection) { append("null") }
      } else {
        geometry.write(to: &bytes)
      }
    } else {
      append("null")
    }
    append(",\"properties\":{")
    for (place, member) in row.properties.enumerated() {
      if place > 0 { append(",") }
      JSONValue.string(member.name).write(to: &bytes)
      append(":")
      // A number that may have a fraction shows one: readers tell the type of a column by its first values.
      if case .double(let number) = member.value, number == number.rounded(), abs(number) < 1e15 {
        append("\(Int(number)).0")
      } else {
        member.value.write(to: &bytes)
      }
    }
    append("}")
    if let links {
      append(",\"links\":")
      links.write(to: &bytes)
    }
    append("}")
  }

  mutating func take() -> [UInt8] {
    defer { bytes.removeAll(keepingCapacity: true) }
    return bytes
  }
}

/// A page of features as text that is made while it is sent: some hundred features are read at a time, each time in a
/// snapshot of its own, so that neither memory nor the journal of the database grow with the page.
actor OGCItemsStream {
  /// Features of one read.
  static let batch = 500
  /// Points of geometries after which a read ends sooner.
  static let points = 50_000

  private let read: StoreReading
  private let source: FeatureSource
  private let rows: [Int64]
  private let matched: Int
  private let links: JSONValue
  private let time: String
  private var waiting: [FeatureRow]?
  private var place: Int
  private var writer: OGCFeatureWriter
  private var count = 0
  private var hasBegun = false
  private var hasEnded = false

  /// - Parameters:
  ///   - rows: the features of the page.
  ///   - first: those of them that were read already.
  ///   - next: the place in `rows` behind them.
  init(
    read: StoreReading, source: FeatureSource, rows: [Int64], first: [FeatureRow], next: Int, matched: Int,
    links: JSONValue, projection: Projection?, at: Date
  ) {
    self.read = read
    self.source = source
    self.rows = rows
    self.matched = matched
    self.links = links
    waiting = first
    place = next
    writer = OGCFeatureWriter(projection: projection)
    time = FeatureInstant.write(Date(timeIntervalSince1970: at.timeIntervalSince1970.rounded(.down)))
  }

  func next() async throws -> [UInt8]? {
    guard !hasEnded else { return nil }
    let features: [FeatureRow]
    if let first = waiting {
      features = first
      waiting = nil
    } else {
      let (source, rows, start) = (source, rows, place)
      (features, place) = try await read {
        try $0.features(source, rows: rows, from: start, limit: Self.batch, most: Self.points)
      }
    }
    if !hasBegun {
      writer.append(
        "{\"type\":\"FeatureCollection\",\"timeStamp\":\"\(time)\",\"numberMatched\":\(matched),\"features\":["
      )
      hasBegun = true
    }
    for feature in features {
      writer.append(count == 0 ? "\n" : ",\n")
      writer.append(feature)
      count += 1
    }
    if place >= rows.count { end() }
    return writer.take()
  }

  private func end() {
    hasEnded = true
    writer.append("\n],\"numberReturned\":\(count),\"links\":")
    writer.append(String(decoding: links.bytes, as: UTF8.self))
    writer.append("}\n")
  }
}
