import Foundation
import Geo
import Routing

/// What a manager should know about the roads under a plan, in words.
enum RoadNotes {
  /// Places that are named one by one; of more only the number is told.
  static let namedAtMost = 5

  /// - Parameter names: of the points of the matrix.
  static func notes(_ drives: DriveMatrix, names: [String]) -> [String] {
    let distances = drives.roadDistances
    guard !distances.isEmpty else { return [] }
    guard distances.contains(where: { $0 != nil }) else {
      return ["no place of the trip is near a road of the network: all drives are estimated"]
    }
    var notes: [String] = []
    let far = distances.indices.filter { distances[$0].map { $0 > RoadMatrix.reportedBeyond } ?? false }
    for point in far.prefix(namedAtMost) {
      notes.append(
        "\(names[point]) is \(Int((distances[point] ?? .zero).value.rounded())) m from the nearest road")
    }
    if far.count > namedAtMost {
      notes.append(
        "\(far.count - namedAtMost) more are over \(Int(RoadMatrix.reportedBeyond.value)) m from the nearest road"
      )
    }
    let off = distances.indices.filter { distances[$0] == nil }
    if !off.isEmpty {
      let more = off.count > namedAtMost ? " and \(off.count - namedAtMost) more" : ""
      notes.append(
        off.prefix(namedAtMost).map { names[$0] }.joined(separator: ", ") + more
          + (off.count == 1 ? " is" : " are")
          + " more than \(Int(RoadMatrix.coveredWithin.value)) m from any road of the network: "
          + (off.count == 1 ? "its" : "their") + " drives are estimated")
    }
    let count = drives.costs.count
    var estimated = 0
    for from in 0..<count {
      for to in 0..<count where from != to && drives.source(from: from, to: to) != .roads { estimated += 1 }
    }
    if estimated > 0 {
      let share = Int((Double(estimated) / Double(count * (count - 1)) * 100).rounded(.up))
      let factor = drives.detourFactor.map {
        ", great circle × " + String(format: "%.2f", $0) + " as roads are here"
      }
      notes.append("\(share) % of the drives between the places are estimated" + (factor ?? ""))
    }
    return notes
  }
}
