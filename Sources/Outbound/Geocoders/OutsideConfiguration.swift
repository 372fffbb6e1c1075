import Geo

/// Which geocoders of other people the administrator lets this program ask. None unless the environment names them:
/// an address sent out is an address told.
public struct OutsideConfiguration: Sendable {
  /// In the order in which they are asked.
  public let geocoders: [any OutsideGeocoder]

  /// Reads `PLANNER_GEOCODER_NOMINATIM` and `PLANNER_GEOCODER_PHOTON` (addresses of the services),
  /// `PLANNER_GEOCODER_CONTACT` (required with either) and `PLANNER_OUTBOUND_ALLOW`.
  /// - Throws: ``OutsideGeocoderError``, ``OutboundError``.
  public init(
    environment: [String: String], settings: OutsideSettings = OutsideSettings(),
    limits: OutboundClient.Limits = .init(), clock: OutsideClock = .system
  ) throws {
    func value(_ name: String) -> String? {
      environment["PLANNER_" + name].flatMap { $0.isEmpty ? nil : $0 }
    }
    let nominatim = value("GEOCODER_NOMINATIM")
    let photon = value("GEOCODER_PHOTON")
    guard nominatim != nil || photon != nil else {
      geocoders = []
      return
    }
    guard let contact = value("GEOCODER_CONTACT") else { throw OutsideGeocoderError.contactMissing }
    guard contact.utf8.count <= 200, contact.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
      contact.contains("@") || contact.hasPrefix("https://"),
      !contact.contains(where: { "()\\".contains($0) })
    else { throw OutsideGeocoderError.badContact }
    let client = OutboundClient(
      userAgent: "\(Self.product) (\(contact))",
      allowed: try OutboundAllowance(value("OUTBOUND_ALLOW") ?? ""), limits: limits)
    var geocoders: [any OutsideGeocoder] = []
    if let nominatim {
      geocoders.append(
        try NominatimProvider(base: nominatim, client: client, settings: settings, clock: clock))
    }
    if let photon {
      geocoders.append(try PhotonProvider(base: photon, client: client, settings: settings, clock: clock))
    }
    self.geocoders = geocoders
  }

  /// Name and version that services see.
  public static let product = "planner/0.1"
}
