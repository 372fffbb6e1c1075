import Foundation
import Hummingbird

/// Style sheets, scripts and the icon. All of it is read once when the server starts; nothing comes from another
/// host.
struct AssetController: Sendable {
  let assets: [String: StaticAsset]

  /// - Parameter webFiles: folder with the map library, laid down by `make setup`.
  init(webFiles: URL?) {
    var assets: [String: StaticAsset] = [
      "page.css": StaticAsset(Data(WebAssets.style), contentType: "text/css; charset=utf-8"),
      "map.css": StaticAsset(Data(WebAssets.mapStyle), contentType: "text/css; charset=utf-8"),
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
    self.assets = assets
  }

  var versions: PageRenderer.AssetVersions {
    func version(_ name: String) -> String { assets[name]?.version ?? "0" }
    return .init(
      map: version("maplibre-gl.js"), mapStyle: version("maplibre-gl.css"), style: version("page.css"),
      aroundMap: version("map.css"),
      script: version("page.js"), mapScript: version("map.js"), planScript: version("plan.js"),
      roadScript: version("road.js"), formsScript: version("forms.js"), importScript: version("import.js"),
      reviewScript: version("review.js"), territoryScript: version("territories.js"),
      frameScript: version("frame.js"),
      signScript: version("sign.js"),
      icon: version("icon.svg"))
  }

  /// The map library is missing: pages work, their map does not.
  var isMapMissing: Bool { assets["maplibre-gl.js"] == nil }

  func addRoutes(to table: RouteTable) {
    table.add(.get, "/assets/{name}", "asset", access: .open) { request, context in
      try respond(to: request, context)
    }
    table.add(.get, "/favicon.ico", "favicon", access: .open) { request, _ in
      try assets["icon.svg"]?.response(to: request, immutable: false) ?? Response(status: .notFound)
    }
  }

  private func respond(to request: Request, _ context: PageContext) throws -> Response {
    guard let name = context.parameters.get("name"), let file = assets[name] else {
      throw HTTPError(.notFound)
    }
    let wanted = request.uri.queryParameters["v"].map(String.init)
    return try file.response(to: request, immutable: wanted == file.version)
  }
}
