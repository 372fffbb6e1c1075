import CRM
import Foundation
import Geo
import Routing
import Store

extension DoctorCheck {
  static let data = DoctorCheck(name: "data", hint: "set PLANNER_DATA") {
    Finding.fine(try $0.workspace.dataFolder())
  }

  static let gazetteer = DoctorCheck(name: "gazetteer", hint: "planner import gazetteer") { room in
    let path = try room.workspace.gazetteer().path
    let sources = GazetteerSources.standard(dataDirectory: try room.workspace.dataFolder())
    guard try GazetteerBuilder.isMade(from: sources, at: path) else {
      return Finding.note(
        "\(path) was made from other data than this program's", "`planner import gazetteer` makes it anew")
    }
    return Finding.fine(path)
  }

  static let roads = DoctorCheck(name: "roads", hint: "planner import roads --force") { room in
    guard let graph = try room.workspace.roadRouter()?.graph else {
      return Finding.fine("none: drives are estimated")
    }
    let made = graph.meta.sources.compactMap(\.timestamp).min()
      .map { ", data of \(LocalDate(daysSinceEpoch: $0 / 86_400))" }
    let names = graph.meta.sources.map(\.name).joined(separator: ", ")
    let text = "\(graph.path), \(graph.meta.profile), \(names)" + (made ?? "")
    let current = [RoadProfile.car, .foot].first { $0.name == graph.meta.profile }
    guard current.map({ $0.fingerprint == graph.meta.profileFingerprint }) ?? true else {
      return Finding.note(
        "\(text): made with other speeds and rules than this program's",
        "`planner import roads --force` makes it anew")
    }
    return Finding.fine(text)
  }

  static let disk = DoctorCheck(name: "disk", hint: "check the disk") { room in
    let path = room.workspace.databasePath
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    let used = ["", "-wal"].reduce(0) { sum, end in
      sum + ((try? FileManager.default.attributesOfItem(atPath: path + end)[.size] as? Int) ?? 0)
    }
    let values = try URL(fileURLWithPath: folder).resourceValues(forKeys: [.volumeAvailableCapacityKey])
    guard let free = values.volumeAvailableCapacity else { return Finding.fine("free space is not known") }
    let needed = 2 * used + (64 << 20)
    let text = "\(free >> 20) MiB free, the database takes \(used >> 20) MiB"
    guard free >= needed else {
      return Finding.fault(text, "make room: \(needed >> 20) MiB hold a backup and what is written meanwhile")
    }
    return Finding.fine(text)
  }
}
