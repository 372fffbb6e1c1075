import Geo
import Store

/// The documents by which a client finds its way through the feature service.
struct OGCDocuments {
  let request: OGCRequest
  private var words: MapPhrases { request.language.phrases.maps }

  init(_ request: OGCRequest) { self.request = request }

  private static let json = "application/json"
  private static let html = "text/html"
  private static let geoJSON = "application/geo+json"

  private func link(_ path: String, _ rel: String, _ type: String, _ title: String) -> JSONValue {
    .object([
      ("href", .string(request.link(path))), ("rel", .string(rel)), ("type", .string(type)),
      ("title", .string(title)),
    ])
  }

  /// The document itself and the same as a page.
  private func own(_ path: String, type: String = OGCDocuments.json) -> [JSONValue] {
    [
      link(path, "self", type, words.thisDocument),
      link(path + "?f=html", "alternate", Self.html, words.asPage),
    ]
  }

  var landing: JSONValue {
    .object([
      ("title", .string(words.serviceTitle)), ("description", .string(words.serviceText)),
      (
        "links",
        .array(
          own("") + [
            link("/api", "service-desc", "application/vnd.oai.openapi+json;version=3.0", words.definition),
            link("/api?f=html", "service-doc", Self.html, words.definition),
            link("/conformance", "conformance", Self.json, words.conformance),
            link(
              "/conformance", "http://www.opengis.net/def/rel/ogc/1.0/conformance", Self.json,
              words.conformance),
            link("/collections", "data", Self.json, words.collections),
            link(
              "/collections", "http://www.opengis.net/def/rel/ogc/1.0/data", Self.json, words.collections),
          ])
      ),
    ])
  }

  /// The classes of requirements that are met.
  static let classes = [
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/landing-page",
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/json",
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/html",
    "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/html",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables-query-parameters",
    "http://www.opengis.net/spec/ogcapi-features-6/1.0/conf/properties",
    "http://www.opengis.net/spec/ogcapi-features-6/1.0/conf/properties-features",
    "http://www.opengis.net/spec/ogcapi-features-8/1.0/conf/sortables",
    "http://www.opengis.net/spec/ogcapi-features-8/1.0/conf/sorting",
    "http://www.opengis.net/spec/ogcapi-features-8/1.0/conf/features-sorting",
  ]

  var conformance: JSONValue {
    .object([
      ("conformsTo", .array(Self.classes.map { .string($0) })), ("links", .array(own("/conformance"))),
    ])
  }

  func collections(_ list: [JSONValue]) -> JSONValue {
    .object([
      ("links", .array(own("/collections"))),
      ("crs", .array(ReferenceSystem.all.map { .string($0.uri) })), ("collections", .array(list)),
    ])
  }

  func collection(_ source: FeatureSource, _ extent: FeatureExtent?) -> JSONValue {
    let path = "/collections/\(source.name)"
    let text = words.collection(source.name)
    var extents: [(String, JSONValue)] = []
    if let box = extent?.box {
      extents.append(
        (
          "spatial",
          .object([
            ("bbox", .array([.array([box.west, box.south, box.east, box.north].map { .double($0) })])),
            ("crs", .string(ReferenceSystem.crs84.uri)),
          ])
        ))
    }
    if let time = extent?.time {
      let ends = [time.first, time.last].map { end -> JSONValue in
        end.map { .string(FeatureInstant.write($0)) } ?? .null
      }
      extents.append(
        (
          "temporal",
          .object([
            ("interval", .array([.array(ends)])),
            ("trs", "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"),
          ])
        ))
    }
    var members: [(String, JSONValue)] = [
      ("id", .string(source.name)), ("title", .string(text.title)), ("description", .string(text.text)),
      (
        "links",
        .array(
          own(path) + [
            link(path + "/items", "items", Self.geoJSON, text.title),
            link(path + "/items?f=html", "items", Self.html, text.title),
            link(
              path + "/queryables", Self.relation("queryables"), "application/schema+json", words.properties),
            link(path + "/sortables", Self.relation("sortables"), "application/schema+json", words.sortables),
          ])
      ),
    ]
    if !extents.isEmpty { members.append(("extent", .object(extents))) }
    members += [
      ("itemType", "feature"), ("crs", .array(ReferenceSystem.all.map { .string($0.uri) })),
      ("storageCrs", .string(ReferenceSystem.crs84.uri)),
    ]
    return .object(members)
  }

  static func relation(_ name: String) -> String { "http://www.opengis.net/def/rel/ogc/1.0/\(name)" }

  /// A JSON schema of what features may be ordered by (part 8, §6).
  func sortables(_ source: FeatureSource) -> JSONValue {
    schema(source, "sortables", source.sortables.map { ($0.name, schema($0)) })
  }

  private func schema(_ source: FeatureSource, _ name: String, _ properties: [(String, JSONValue)])
    -> JSONValue
  {
    .object([
      ("$schema", "https://json-schema.org/draft/2020-12/schema"),
      ("$id", .string(request.link("/collections/\(source.name)/\(name)"))), ("type", "object"),
      ("title", .string(words.collection(source.name).title)), ("properties", .object(properties)),
      ("additionalProperties", false),
    ])
  }

  /// A JSON schema of what features may be asked by (part 3, §6).
  func queryables(_ source: FeatureSource) -> JSONValue {
    let geometry =
      switch source.geometry {
      case .point: "point"
      case .line: "linestring"
      case .multiLine: "multilinestring"
      case .area: "multipolygon"
      }
    var properties: [(String, JSONValue)] = source.properties.map { ($0.name, schema($0)) }
    properties.append(("geometry", .object([("format", .string("geometry-\(geometry)"))])))
    return schema(source, "queryables", properties)
  }

  func schema(_ property: FeatureProperty) -> JSONValue {
    var members: [(String, JSONValue)] = [("title", .string(words.property(property.label)))]
    switch property.kind {
    case .text: members.append(("type", "string"))
    case .integer: members.append(("type", "integer"))
    case .number: members.append(("type", "number"))
    case .boolean: members.append(("type", "boolean"))
    case .instant: members += [("type", "string"), ("format", "date-time")]
    case .day: members += [("type", "string"), ("format", "date")]
    case .identifier: members += [("type", "string"), ("format", "uuid")]
    }
    if let values = property.values { members.append(("enum", .array(values.map { .string($0) }))) }
    return .object(members)
  }

  func links(ofItems source: FeatureSource, _ pages: OGCPageLinks) -> JSONValue {
    let path = "/collections/\(source.name)"
    let asked = request.query.filter { $0.name != "f" }.map { ($0.name, $0.value) }
    func entry(_ href: String, _ rel: String, _ type: String, _ title: String) -> JSONValue {
      .object([
        ("href", .string(href)), ("rel", .string(rel)), ("type", .string(type)), ("title", .string(title)),
      ])
    }
    let own = request.query.map { ($0.name, $0.value) }
    var links = [
      entry(request.link(path + "/items", own), "self", Self.geoJSON, words.thisDocument),
      entry(
        request.link(path + "/items", asked + [("f", "html")]), "alternate", Self.html, words.asPage),
      link(path, "collection", Self.json, words.collection(source.name).title),
    ]
    if let previous = pages.previous {
      links.append(entry(previous, "prev", Self.geoJSON, words.previousPage))
    }
    if let next = pages.next { links.append(entry(next, "next", Self.geoJSON, words.nextPage)) }
    return .array(links)
  }

  func links(of feature: FeatureRow, in source: FeatureSource) -> JSONValue {
    let path = "/collections/\(source.name)/items/\(OGCRequest.encode(feature.id))"
    return .array(
      own(path, type: Self.geoJSON) + [
        link(
          "/collections/\(source.name)", "collection", Self.json, words.collection(source.name).title)
      ])
  }
}
