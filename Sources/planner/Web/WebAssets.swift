import CRM

/// The style sheet, script and icon of the pages, as they were built into the program.
enum WebAssets {
  /// By the names of their files.
  static var scripts: [String: [UInt8]] {
    [
      "page.js": PackageResources.page_js, "route.js": PackageResources.route_js,
      "send.js": PackageResources.send_js,
      "plan.js": PackageResources.plan_js, "road.js": PackageResources.road_js,
      "road-queue.js": PackageResources.road_queue_js, "forms.js": PackageResources.forms_js,
      "pin.js": PackageResources.pin_js, "import.js": PackageResources.import_js,
      "review.js": PackageResources.review_js, "help.js": PackageResources.help_js,
      "map.js": PackageResources.map_js,
      "basemap.js": PackageResources.basemap_js, "choose.js": PackageResources.choose_js,
      "shapes.js": PackageResources.shapes_js,
      "lasso.js": PackageResources.lasso_js, "territories.js": PackageResources.territories_js,
      "drag.js": PackageResources.drag_js, "frame.js": PackageResources.frame_js,
      "device.js": PackageResources.device_js,
      "suggest.js": PackageResources.suggest_js,
      "regions.js": PackageResources.regions_js, "places.js": PackageResources.places_js,
      "sign.js": PackageResources.sign_js,
    ]
  }
  /// The service worker of the page for the road; it does not stand with the other scripts, where it could answer for
  /// them alone.
  static var roadWorker: [UInt8] { PackageResources.road_worker_js }
  /// The style sheet of pages around a map.
  static var mapStyle: [UInt8] { PackageResources.map_css }
  static var icon: [UInt8] { PackageResources.icon_svg }

  /// The style sheet with one class a day's colour: the policy of the pages forbids styles in elements.
  static var style: [UInt8] {
    var css = String(decoding: PackageResources.page_css + PackageResources.records_css, as: UTF8.self)
    for (index, colour) in DayColour.all.enumerated() {
      css += ".day-\(index + 1){background:\(colour.hex);color:\(colour.textHex);fill:\(colour.hex)}\n"
    }
    css += ".left-out-swatch{background:\(DayColour.leftOut.hex);color:\(DayColour.leftOut.textHex)}\n"
    return Array(css.utf8)
  }
}
