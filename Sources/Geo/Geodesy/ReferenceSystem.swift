/// A coordinate reference system by its name in OGC's register.
public struct ReferenceSystem: Sendable, Hashable {
  /// `http://www.opengis.net/def/crs/EPSG/0/2180`.
  public let uri: String
  /// Number in the EPSG registry; nil for CRS84, which has none.
  public let epsg: Int?
  /// Its name for people.
  public let title: String
  /// Degrees, else metres.
  public let isGeographic: Bool

  private init(_ epsg: Int, _ title: String, isGeographic: Bool = false) {
    uri = "http://www.opengis.net/def/crs/EPSG/0/\(epsg)"
    self.epsg = epsg
    self.title = title
    self.isGeographic = isGeographic
  }

  private init(uri: String, title: String) {
    self.uri = uri
    epsg = nil
    self.title = title
    isGeographic = true
  }

  /// Longitude before latitude on WGS 84: the order of GeoJSON.
  public static let crs84 = ReferenceSystem(
    uri: "http://www.opengis.net/def/crs/OGC/1.3/CRS84", title: "WGS 84, longitude first")

  /// Every system that is answered in: CRS84 first, then the world's, Europe's, Poland's and the UTM zones from the
  /// Oder to the Urals.
  public static let all: [ReferenceSystem] =
    [
      .crs84, .init(4326, "WGS 84", isGeographic: true), .init(3857, "WGS 84 / Pseudo-Mercator"),
      .init(4258, "ETRS89", isGeographic: true), .init(3035, "ETRS89-extended / LAEA Europe"),
      .init(2180, "ETRS89 / Poland CS92"),
    ] + (32...41).map { zone in ReferenceSystem(32600 + zone, "WGS 84 / UTM zone \(zone)N") }

  /// The system of that name; nil when it is not among ``all``. The safe form `[EPSG:2180]` and the bare one count too.
  public init?(named name: String) {
    func number(_ text: Substring) -> ReferenceSystem? {
      Int(text).flatMap { wanted in Self.all.first { $0.epsg == wanted } }
    }
    var bare = Substring(name)
    if bare.first == "[", bare.last == "]" { bare = bare.dropFirst().dropLast() }
    let found =
      Self.all.first { $0.uri == name }
      ?? (bare.hasPrefix("EPSG:") ? number(bare.dropFirst(5)) : bare == "OGC:CRS84" ? .crs84 : nil)
    guard let found else { return nil }
    self = found
  }
}
