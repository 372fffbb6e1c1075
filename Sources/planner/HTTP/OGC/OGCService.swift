import CRM
import Foundation
import Geo
import Store

/// OGC API – Features 1.0 (parts 1 and 2, and the queryables of part 3) over the collections of `FeatureSource`: a
/// question in, an answer out, no HTTP.
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
    let text = renderer.data(page, in: request.language)
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
    var match: FeatureMatch
    var rows: [FeatureRow]
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
      let limit = format == .html ? asked.limit : min(asked.limit, OGCItemsStream.batch)
      let rows = try reader.features(
        source, match, after: asked.after, limit: limit, most: format == .html ? .max : OGCItemsStream.points)
      return Start(revision: revision, match: match, rows: rows)
    }
    if format == .html {
      let links = OGCPageLinks(
        request, source, asked, match: start.match, last: start.rows.last?.position)
      let page = OGCPages(request: request).items(
        source, start.rows, links, matched: start.match.count, query: asked)
      return html(page, request)
    }
    let stream = OGCItemsStream(
      read: read, request: request, source: source, asked: asked, match: start.match, first: start.rows,
      projection: asked.system == .crs84 ? nil : try systems.projection(asked.system), at: now())
    return SurfaceAnswer(
      contentType: "application/geo+json", headers: [("Content-Crs", "<\(asked.system.uri)>")],
      tag: tag(request, format, start.revision.description), body: .stream { try await stream.next() })
  }

  private func feature(
    _ source: FeatureSource, _ id: String, _ request: OGCRequest, _ format: OGCRequest.Format
  ) async throws -> SurfaceAnswer {
    try request.allow(["crs"])
    guard let system = request.value("crs").map({ ReferenceSystem(named: $0) }) ?? .crs84 else {
      throw OGCFault.badParameter(
        "crs", request.value("crs") ?? "", "one of the systems the collection lists")
    }
    let found = try await read { try $0.feature(source, id: id, scope: request.scope) }
    guard let found else { throw OGCFault.noFeature(id, collection: source.name) }
    if format == .html { return html(OGCPages(request: request).feature(source, found), request) }
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

  init(
    _ request: OGCRequest, _ source: FeatureSource, _ asked: OGCItemsQuery, match: FeatureMatch, last: Int64?
  ) {
    func link(_ position: Int64?) -> String {
      var items = request.query.filter { $0.name != "cursor" }.map { ($0.name, $0.value) }
      if let position { items.append(("cursor", OGCItemsQuery.cursor(position))) }
      return request.link("/collections/\(source.name)/items", items)
    }
    if let last, match.hasMore(after: last) { next = link(last) }
    if let after = asked.after, let start = match.start(ofPageBefore: after, count: asked.limit) {
      previous = link(match.start(ofPageBefore: start, count: 1) == nil ? nil : start)
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
  private let request: OGCRequest
  private let source: FeatureSource
  private let asked: OGCItemsQuery
  private let match: FeatureMatch
  private let time: String
  private var waiting: [FeatureRow]?
  private var writer: OGCFeatureWriter
  private var last: Int64?
  private var count = 0
  private var hasBegun = false
  private var hasEnded = false

  init(
    read: StoreReading, request: OGCRequest, source: FeatureSource, asked: OGCItemsQuery,
    match: FeatureMatch, first: [FeatureRow], projection: Projection?, at: Date
  ) {
    self.read = read
    self.request = request
    self.source = source
    self.asked = asked
    self.match = match
    waiting = first
    writer = OGCFeatureWriter(projection: projection)
    last = asked.after
    time = FeatureInstant.write(Date(timeIntervalSince1970: at.timeIntervalSince1970.rounded(.down)))
  }

  func next() async throws -> [UInt8]? {
    guard !hasEnded else { return nil }
    let rows: [FeatureRow]
    if let first = waiting {
      rows = first
      waiting = nil
    } else {
      let (source, match, last) = (source, match, last)
      let limit = min(Self.batch, asked.limit - count)
      rows = try await read {
        try $0.features(source, match, after: last, limit: limit, most: Self.points)
      }
    }
    if !hasBegun {
      writer.append(
        "{\"type\":\"FeatureCollection\",\"timeStamp\":\"\(time)\",\"numberMatched\":\(match.count),\"features\":["
      )
      hasBegun = true
    }
    for row in rows {
      writer.append(count == 0 ? "\n" : ",\n")
      writer.append(row)
      count += 1
      last = row.position
    }
    if rows.isEmpty || count >= asked.limit || !match.hasMore(after: last ?? 0) { end() }
    return writer.take()
  }

  private func end() {
    hasEnded = true
    let links = OGCPageLinks(request, source, asked, match: match, last: count > 0 ? last : nil)
    writer.append("\n],\"numberReturned\":\(count),\"links\":")
    let value = OGCDocuments(request).links(ofItems: source, links)
    writer.append(String(decoding: value.bytes, as: UTF8.self))
    writer.append("}\n")
  }
}
