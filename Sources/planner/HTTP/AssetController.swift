import Foundation
import Geo
import Hummingbird
import Logging

/// Style sheet, scripts and the basemap. All of it is read once when the server starts; nothing comes from another
/// host.
struct AssetController: Sendable {
  let assets: [String: StaticAsset]
  let basemap: [String: StaticAsset]
  /// Drawn from the extracts while the server starts; requests wait for it.
  private let streets: Task<StaticAsset, Never>

  /// The layers of the basemap, by the names of their files.
  static let layers = ["countries", "states", "rivers10", "lakes_gshhs_l", "places10"]

  /// - Parameters:
  ///   - webFiles: folder with the map library, laid down by `make setup`.
  ///   - basemap: folder with the packed GeoJSON layers.
  ///   - extracts: OpenStreetMap extracts of towns to draw below the route.
  init(
    webFiles: URL?, basemap: URL?, extracts: [URL] = [], logger: Logger = Logger(label: "planner.http")
  ) {
    var assets: [String: StaticAsset] = [
      "page.css": StaticAsset(Data(WebAssets.style), contentType: "text/css; charset=utf-8"),
      "icon.svg": StaticAsset(Data(WebAssets.icon), contentType: "image/svg+xml"),
    ]
    for (name, script) in WebAssets.scripts {
      assets[name] = StaticAsset(Data(script), contentType: "text/javascript; charset=utf-8")
    }
    for (name, type) in [("maplibre-gl.js", "text/javascript"), ("maplibre-gl.css", "text/css")] {
      guard let folder = webFiles, let data = try? Data(contentsOf: folder.appendingPathComponent(name))
      else {
        continue
      }
      let packed = try? Data(contentsOf: folder.appendingPathComponent("\(name).gz"))
      assets[name] = StaticAsset(data, contentType: "\(type); charset=utf-8", packed: packed)
    }
    var layers: [String: StaticAsset] = [:]
    for name in Self.layers {
      let packed = basemap.flatMap { try? Data(contentsOf: $0.appendingPathComponent("\(name).json.gz")) }
      layers["\(name).json"] =
        packed.map { StaticAsset(gzip: $0, contentType: Self.geoJSON) } ?? Self.nothing
    }
    self.assets = assets
    self.basemap = layers
    streets = Task.detached(priority: .utility) {
      guard !extracts.isEmpty else { return Self.nothing }
      do {
        return StaticAsset(try TownBasemap.geoJSON(extracts: extracts), contentType: Self.geoJSON)
      } catch {
        logger.warning("the map shows no streets: \(error)")
        return Self.nothing
      }
    }
  }

  var versions: PageRenderer.AssetVersions {
    func version(_ name: String) -> String { assets[name]?.version ?? "0" }
    return .init(
      map: version("maplibre-gl.js"), mapStyle: version("maplibre-gl.css"), style: version("page.css"),
      script: version("page.js"), mapScript: version("map.js"), planScript: version("plan.js"),
      roadScript: version("road.js"), formsScript: version("forms.js"), importScript: version("import.js"),
      reviewScript: version("review.js"),
      frameScript: version("frame.js"),
      signScript: version("sign.js"),
      icon: version("icon.svg"))
  }

  /// The map library is missing: pages work, their map does not.
  var isMapMissing: Bool { assets["maplibre-gl.js"] == nil }

  func addRoutes(to table: RouteTable) {
    table.add(.get, "/assets/{name}", "asset", access: .open) { request, context in
      try respond(from: assets, to: request, context)
    }
    table.add(.get, "/basemap/{name}", "basemap", access: .open) { request, context in
      try respond(from: basemap, to: request, context)
    }
    table.add(.get, "/basemap/streets.json", "basemapStreets", access: .open) { request, _ in
      try await streets.value.response(to: request, immutable: false)
    }
    table.add(.get, "/favicon.ico", "favicon", access: .open) { request, _ in
      try assets["icon.svg"]?.response(to: request, immutable: false) ?? Response(status: .notFound)
    }
  }

  private func respond(
    from files: [String: StaticAsset], to request: Request, _ context: PageContext
  ) throws -> Response {
    guard let name = context.parameters.get("name"), let file = files[name] else {
      throw HTTPError(.notFound)
    }
    let wanted = request.uri.queryParameters["v"].map(String.init)
    return try file.response(to: request, immutable: wanted == file.version)
  }

  static let geoJSON = "application/geo+json"
  private static let nothing = StaticAsset(
    Data(#"{"type":"FeatureCollection","features":[]}"#.utf8), contentType: geoJSON)
}
