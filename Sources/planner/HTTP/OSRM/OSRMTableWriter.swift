import Foundation
import Geo
import Routing

/// A table as OSRM writes it, straight into bytes: it may have a million entries.
struct OSRMTableWriter {
  let request: OSRMRequest
  /// Which coordinates of the question are rows and columns.
  let sources: [Int]
  let targets: [Int]
  /// With every place on a road.
  let times: RoadTimes

  func body(head: [(String, JSONValue)]) -> [UInt8] {
    let options = request.options
    var bytes: [UInt8] = []
    bytes.reserveCapacity(64 + times.milliseconds.count * 8 * options.tableAnnotations.count)
    bytes.append(UInt8(ascii: "{"))
    for (name, value) in head { append(name, value, to: &bytes) }
    if options.tableAnnotations.contains(.duration) {
      append("durations", to: &bytes) { source, target in
        // An entry that is zero stays whatever the factor.
        duration(source, target).map { $0 * options.scaleFactor }
      }
    }
    if options.tableAnnotations.contains(.distance) {
      append("distances", to: &bytes, entry: distance)
    }
    if options.fallbackSpeed != nil {
      var cells: [JSONValue] = []
      for source in sources.indices {
        for target in targets.indices where !isKnown(source, target) {
          cells.append([.int(source), .int(target)])
        }
      }
      append("fallback_speed_cells", .array(cells), to: &bytes)
    }
    if !options.skipWaypoints {
      let writer = OSRMWriter(options: options)
      append("sources", .array(times.sources.compactMap { $0.map { writer.waypoint($0) } }), to: &bytes)
      append("destinations", .array(times.targets.compactMap { $0.map { writer.waypoint($0) } }), to: &bytes)
    }
    // The comma behind the last member.
    bytes[bytes.count - 1] = UInt8(ascii: "}")
    return bytes
  }

  private func isKnown(_ source: Int, _ target: Int) -> Bool {
    times.milliseconds[source * targets.count + target] >= 0
  }

  private func duration(_ source: Int, _ target: Int) -> Double? {
    let value = times.milliseconds[source * targets.count + target]
    if value >= 0 { return Double((Int(value) + 50) / 100) / 10 }
    return request.options.fallbackSpeed.map { straight(source, target) / $0 }
  }

  private func distance(_ source: Int, _ target: Int) -> Double? {
    let value = times.decimetres[source * targets.count + target]
    if value >= 0 { return Double(value) / 10 }
    return request.options.fallbackSpeed == nil || isKnown(source, target) ? nil : straight(source, target)
  }

  /// Metres along a straight line between places without a way.
  private func straight(_ source: Int, _ target: Int) -> Double {
    if request.options.fallbackFromSnapped, let from = times.sources[source], let to = times.targets[target] {
      return Geodesy.distance(from.coordinate, to.coordinate).value
    }
    return Geodesy.distance(request.coordinates[sources[source]], request.coordinates[targets[target]]).value
  }

  private func append(_ name: String, _ value: JSONValue, to bytes: inout [UInt8]) {
    bytes.append(contentsOf: "\"\(name)\":".utf8)
    value.write(to: &bytes)
    bytes.append(UInt8(ascii: ","))
  }

  private func append(_ name: String, to bytes: inout [UInt8], entry: (Int, Int) -> Double?) {
    bytes.append(contentsOf: "\"\(name)\":[".utf8)
    for source in sources.indices {
      if source > 0 { bytes.append(UInt8(ascii: ",")) }
      bytes.append(UInt8(ascii: "["))
      for target in targets.indices {
        if target > 0 { bytes.append(UInt8(ascii: ",")) }
        if let value = entry(source, target), value < 1e15 {
          Self.append(tenths: Int((value * 10).rounded()), to: &bytes)
        } else {
          bytes.append(contentsOf: "null".utf8)
        }
      }
      bytes.append(UInt8(ascii: "]"))
    }
    bytes.append(contentsOf: "],".utf8)
  }

  /// A number of tenths that is not negative: `307`, `307.4`.
  private static func append(tenths: Int, to bytes: inout [UInt8]) {
    let (whole, tenth) = tenths.quotientAndRemainder(dividingBy: 10)
    let start = bytes.count
    var rest = whole
    repeat {
      bytes.append(0x30 + UInt8(rest % 10))
      rest /= 10
    } while rest > 0
    bytes[start...].reverse()
    if tenth > 0 { bytes.append(contentsOf: [UInt8(ascii: "."), 0x30 + UInt8(tenth)]) }
  }
}
