import Geo
import Store

/// The definition of the feature service as OpenAPI 3.0: every resource with its parameters and answers.
struct OGCDefinition {
  let request: OGCRequest
  private let documents: OGCDocuments
  private var words: MapPhrases { request.language.phrases.maps }

  init(_ request: OGCRequest) {
    self.request = request
    documents = OGCDocuments(request)
  }

  var document: JSONValue {
    var paths: [(String, JSONValue)] = [
      ("/", get("landing", words.serviceTitle, [], Self.plain)),
      ("/conformance", get("conformance", words.conformance, [], Self.plain)),
      ("/api", get("definition", words.definition, [], Self.plain)),
      ("/collections", get("collections", words.collections, [], Self.plain)),
    ]
    for source in FeatureSource.all {
      let path = "/collections/\(source.name)"
      let title = words.collection(source.name).title
      paths += [
        (path, get("describe-\(source.name)", title, [], Self.plain)),
        (
          path + "/queryables",
          get("queryables-\(source.name)", "\(title): \(words.properties)", [], ["application/schema+json"])
        ),
        (
          path + "/sortables",
          get("sortables-\(source.name)", "\(title): \(words.sortables)", [], ["application/schema+json"])
        ),
        (path + "/items", get("items-\(source.name)", title, items(source), Self.features)),
        (
          path + "/items/{featureId}",
          get(
            "item-\(source.name)", title,
            [
              .object([
                ("name", "featureId"), ("in", "path"), ("required", true),
                ("schema", .object([("type", "string")])),
              ]), reference("crs"), told(source),
            ], Self.features)
        ),
      ]
    }
    return .object([
      ("openapi", "3.0.3"),
      (
        "info",
        .object([
          ("title", .string(words.serviceTitle)), ("description", .string(words.serviceText)),
          ("version", "1.0.0"),
        ])
      ), ("servers", .array([.object([("url", .string(request.root))])])), ("paths", .object(paths)),
      (
        "components",
        .object([
          ("parameters", .object(Self.parameters)), ("responses", .object(Self.responses)),
          (
            "securitySchemes",
            .object(
              ["bearer", "basic"].map { name in
                (
                  name,
                  .object([
                    ("type", "http"), ("scheme", .string(name)), ("description", .string(words.token)),
                  ])
                )
              })
          ),
        ])
      ),
      ("security", .array(["bearer", "basic"].map { .object([($0, .array([]))]) })),
    ])
  }

  private static let plain = ["application/json"]
  private static let features = ["application/geo+json"]

  private func get(
    _ id: String, _ summary: String, _ parameters: [JSONValue], _ types: [String]
  ) -> JSONValue {
    let content: [(String, JSONValue)] =
      types.map { ($0, .object([("schema", .object([("type", "object")]))])) }
      + [("text/html", .object([("schema", .object([("type", "string")]))]))]
    return .object([
      (
        "get",
        .object([
          ("operationId", .string("ogc-" + id)), ("summary", .string(summary)),
          ("tags", ["OGC API – Features"]),
          ("parameters", .array(parameters + [reference("f")])),
          (
            "responses",
            .object([
              ("200", .object([("description", .string(summary)), ("content", .object(content))])),
              ("400", .object([("$ref", "#/components/responses/badRequest")])),
              ("404", .object([("$ref", "#/components/responses/notFound")])),
            ])
          ),
        ])
      )
    ])
  }

  private func reference(_ name: String) -> JSONValue {
    .object([("$ref", .string("#/components/parameters/\(name)"))])
  }

  private func items(_ source: FeatureSource) -> [JSONValue] {
    ["bbox", "bbox-crs", "crs", "datetime", "limit", "cursor"].map(reference) + [told(source), order(source)]
      + source.properties.map { property in
        .object([
          ("name", .string(property.name)), ("in", "query"), ("required", false),
          ("description", .string(words.property(property.label))), ("schema", documents.schema(property)),
          ("style", "form"), ("explode", false),
        ])
      }
  }

  private func told(_ source: FeatureSource) -> JSONValue {
    let names = source.properties.map { JSONValue.string($0.name) }
    return list("properties", words.told, .object([("type", "string"), ("enum", .array(names))]))
  }

  private func order(_ source: FeatureSource) -> JSONValue {
    let names = source.sortables.map(\.name)
    return list(
      "sortby", words.order,
      .object([
        ("type", "string"), ("pattern", .string("^[+-]?(\(names.joined(separator: "|")))$")),
      ]), ("minItems", 1))
  }

  private func list(
    _ name: String, _ text: String, _ items: JSONValue, _ more: (String, JSONValue)...
  ) -> JSONValue {
    .object([
      ("name", .string(name)), ("in", "query"), ("required", false), ("description", .string(text)),
      ("schema", .object([("type", "array")] + more + [("items", items)])), ("style", "form"),
      ("explode", false),
    ])
  }

  private static let parameters: [(String, JSONValue)] = {
    func parameter(_ name: String, _ text: String, _ schema: JSONValue) -> (String, JSONValue) {
      (
        name,
        .object([
          ("name", .string(name)), ("in", "query"), ("required", false), ("description", .string(text)),
          ("schema", schema), ("style", "form"), ("explode", false),
        ])
      )
    }
    let systems = JSONValue.object([
      ("type", "string"), ("format", "uri"), ("default", .string(ReferenceSystem.crs84.uri)),
      ("enum", .array(ReferenceSystem.all.map { .string($0.uri) })),
    ])
    return [
      parameter(
        "f", "The form of the answer; outweighs Accept.",
        .object([("type", "string"), ("enum", ["json", "geojson", "html"])])),
      parameter(
        "bbox",
        "Only features that share a point with the box: the smallest of each axis, then the greatest.",
        .object([
          ("type", "array"), ("minItems", 4), ("maxItems", 6), ("items", .object([("type", "number")])),
        ])),
      parameter("bbox-crs", "The reference system of bbox.", systems),
      parameter("crs", "The reference system of the answer.", systems),
      parameter(
        "datetime", "A moment or a day, or two with a slash between; .. is an open end.",
        .object([("type", "string")])),
      parameter(
        "limit", "The most features of a page.",
        .object([
          ("type", "integer"), ("minimum", 1), ("maximum", .int(OGCItemsQuery.greatestLimit)),
          ("default", .int(OGCItemsQuery.usualLimit)),
        ])),
      parameter(
        "cursor", "Where a page begins, as links to other pages hold it.", .object([("type", "string")])),
    ]
  }()

  private static let responses: [(String, JSONValue)] = {
    func problem(_ name: String, _ text: String) -> (String, JSONValue) {
      (
        name,
        .object([
          ("description", .string(text)),
          (
            "content",
            .object([
              ("application/problem+json", .object([("schema", .object([("type", "object")]))]))
            ])
          ),
        ])
      )
    }
    return [
      problem("badRequest", "A parameter is unknown or has no such value."),
      problem("notFound", "There is no such resource."),
    ]
  }()
}
