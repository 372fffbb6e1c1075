import CRM
import Foundation
import Testing

@testable import Store

/// GDAL, which QGIS reads through, opens the file as it is.
@Suite struct MapViewerTests {
  static let ogrinfo = ["/usr/bin/ogrinfo", "/usr/local/bin/ogrinfo"].first {
    FileManager.default.isExecutableFile(atPath: $0)
  }

  func layer(_ name: String, of path: String) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: try #require(Self.ogrinfo))
    process.arguments = ["-ro", "-so", path, name]
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    try process.run()
    let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return text
  }

  @Test(
    "partners, regions, trips, stops and legs are layers of WGS 84",
    .enabled(if: ogrinfo != nil, "needs ogrinfo"))
  func layers() throws {
    let saved = try SavedTrip()
    for (name, geometry, count) in [
      ("partner", "Point", 4), ("region", "Multi Polygon", 1), ("stop", "Point", 3),
      ("leg", "Line String", 3),
      ("trip", "Multi Line String", 1),
    ] {
      let text = try layer(name, of: saved.database.path)
      #expect(text.contains("Geometry: \(geometry)\n"), "\(name): \(text)")
      #expect(text.contains("Feature Count: \(count)\n"), "\(name): \(text)")
      #expect(text.contains("ID[\"EPSG\",4326]"), "\(name): \(text)")
    }
  }

  @Test("SpatiaLite finds its own indexes sound and knows every geometry column")
  func registered() throws {
    let saved = try SavedTrip()
    let columns = try saved.database.read {
      try $0.db.all(
        "SELECT f_table_name, geometry_type, srid, spatial_index_enabled FROM geometry_columns ORDER BY 1"
      ) { "\($0.text(0)) \($0.int(1)) \($0.int(2)) \($0.int(3))" }
    }
    #expect(
      columns == ["leg 2 4326 1", "partner 1 4326 1", "region 6 4326 1", "stop 1 4326 1", "trip 5 4326 1"])
    // The check needs the writer.
    let sound = try saved.database.write(as: tester) {
      try $0.db.first("SELECT CheckSpatialIndex()") { $0.int(0) }
    }
    #expect(sound == 1)
  }
}
