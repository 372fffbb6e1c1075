import Foundation
import Kernels

/// What an extract says about itself. What it does not say, or says in a way that cannot be understood, is nil.
public struct OSMHeader: Hashable, Sendable {
  /// The rectangle it was cut from.
  public var bounds: BoundingBox?
  /// The state of OpenStreetMap it shows, in seconds since 1970 (UTC).
  public var timestamp: Int?
  /// The program that wrote it.
  public var generator: String?
  /// What a reader of a PBF file must know.
  var requiredFeatures: [String] = []

  init() {}

  /// From a PBF file's HeaderBlock (https://wiki.openstreetmap.org/wiki/PBF_Format).
  init(headerBlock bytes: UnsafeBufferPointer<UInt8>) throws(OSMFault) {
    var cursor = ProtobufCursor(bytes)
    while !cursor.isAtEnd {
      let (number, wire) = try cursor.field()
      switch (number, wire) {
      case (1, 2): bounds = try Self.bounds(cursor.nested())
      case (4, 2): requiredFeatures.append(String(decoding: try cursor.nested().rest, as: UTF8.self))
      case (16, 2): generator = String(decoding: try cursor.nested().rest, as: UTF8.self)
      case (32, 0): timestamp = Int(Int64(bitPattern: try cursor.varint()))
      default: try cursor.skip(wire: wire)
      }
    }
  }

  private static func bounds(_ message: ProtobufCursor) throws(OSMFault) -> BoundingBox? {
    var message = message
    // Left, right, top, bottom.
    var sides: [Double?] = [nil, nil, nil, nil]
    while !message.isAtEnd {
      let (number, wire) = try message.field()
      if (1...4).contains(number), wire == 0 {
        sides[number - 1] = Double(try message.signed()) / 1e9
      } else {
        try message.skip(wire: wire)
      }
    }
    return Self.box(south: sides[3], west: sides[0], north: sides[2], east: sides[1])
  }

  init(_ head: OSMXMLHead) {
    bounds = Self.box(south: head.south, west: head.west, north: head.north, east: head.east)
    timestamp = head.timestamp.flatMap { try? Date($0, strategy: .iso8601) }
      .map { Int($0.timeIntervalSince1970) }
    generator = head.generator
  }

  private static func box(south: Double?, west: Double?, north: Double?, east: Double?) -> BoundingBox? {
    guard let south, let west, let north, let east, south >= -90, south <= north, north <= 90,
      (-180...180).contains(west), (-180...180).contains(east)
    else { return nil }
    return BoundingBox(south: south, west: west, north: north, east: east)
  }
}
