import Foundation
import Geo
import Routing

/// What a manager should know about the roads under a plan, in words.
enum RoadNotes {
  /// - Parameter names: of the points of the matrix.
  static func notes(_ drives: DriveMatrix, names: [String]) -> [String] {
    guard !drives.roadDistances.isEmpty else { return [] }
    var notes: [String] = []
    for (point, distance) in drives.roadDistances.enumerated() {
      if let distance {
        if distance > RoadMatrix.reportedBeyond {
          notes.append("\(names[point]) is \(Int(distance.value.rounded())) m from the nearest road")
        }
      } else {
        notes.append(
          "\(names[point]) is more than \(Int(RoadMatrix.coveredWithin.value)) m from any road of the network: "
            + "its drives are estimated")
      }
    }
    let count = drives.costs.count
    var estimated = 0
    for from in 0..<count {
      for to in 0..<count where from != to && drives.source(from: from, to: to) != .roads { estimated += 1 }
    }
    if estimated > 0, let factor = drives.detourFactor {
      let share = Int((Double(estimated) / Double(max(1, count * (count - 1))) * 100).rounded(.up))
      notes.append(
        "\(share) % of the drives between the places are estimated, great circle × "
          + String(format: "%.2f", factor) + " as roads are here")
    }
    return notes
  }
}
