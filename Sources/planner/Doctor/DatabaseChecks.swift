import CRM
import Foundation
import Geo
import Store

extension DoctorCheck {
  static let integrity = DoctorCheck(name: "integrity", hint: "restore the latest backup") { room in
    let found = try room.open().integrityFindings()
    guard found.isEmpty else {
      return Finding.fault(found.joined(separator: "; "), "restore the latest backup")
    }
    return Finding.fine("sound")
  }

  static let schema = DoctorCheck(name: "schema", hint: "restore the latest backup") { room in
    let found = try room.read { try $0.schemaDifferences() }
    guard found.isEmpty else {
      return Finding.fault(
        "missing, changed or none of planner's: " + found.joined(separator: ", "),
        "somebody changed the file with another program: restore the latest backup")
    }
    return Finding.fine("as this version makes it")
  }

  static let rules = DoctorCheck(name: "rules", hint: "restore the latest backup") { room in
    let broken = try room.read { try $0.ruleBreaches() }
    if broken.isEmpty { return Finding.fine("kept") }
    return broken.flatMap {
      Finding.fault("\($0.rule.rawValue): " + $0.records.joined(separator: "; "), $0.rule.hint)
    }
  }

  static let orphans = DoctorCheck(name: "orphans", hint: "restore the latest backup") { room in
    let found = try room.read { try $0.orphans() }
    if found.isEmpty { return Finding.fine("none") }
    return found.flatMap { Finding.fault("\($0.what): " + $0.records.joined(separator: ", "), $0.hint) }
  }

  static let imports = DoctorCheck(name: "imports", hint: "planner import runs") { room in
    let runs = try room.read { try $0.importRuns() }
    let interrupted = runs.filter { $0.state == .interrupted }
    if interrupted.isEmpty {
      return Finding.fine("\(runs.count) run\(runs.count == 1 ? "" : "s"), none interrupted")
    }
    return interrupted.flatMap {
      Finding.fault(
        "run \($0.id) of \($0.source) was interrupted after \($0.created) created, \($0.updated) updated",
        ImportRunText.interrupted($0))
    }
  }

  static let regions = DoctorCheck(name: "regions", hint: "planner import regions") { room in
    let hint = "`planner import regions` makes them from the shipped data"
    let (stored, isShipped, own, overrides) = try room.read { reader in
      (
        try reader.regions(), try reader.hasShippedRegions(), try reader.ownRegions(),
        try reader.regionOverrides()
      )
    }
    guard !stored.isEmpty else { return Finding.fault("there are none", hint) }
    if isShipped, let folder = try? room.workspace.dataFolder() {
      let drawn = try RegionCatalogue.Drawn(.init(dataDirectory: folder))
      let wanted = try RegionCatalogue.catalogue(drawn, own: own, overrides: overrides).regions
      let isSame =
        Dictionary(wanted.map { ($0.code, $0.names) }) { first, _ in first }
        == Dictionary(stored.map { ($0.code, $0.names) }) { first, _ in first }
      guard isSame else {
        return Finding.note("\(stored.count), of other data than this program's", hint)
      }
    }
    return Finding.fine("\(stored.count)")
  }

  static let partners = DoctorCheck(name: "partners", hint: "planner import partners FILE") { room in
    let (count, review) = try room.read { (try $0.partnerCount(), try $0.partnersToReviewCount()) }
    return Finding.fine("\(count), \(review) to review")
  }

  static let pins = DoctorCheck(name: "pins", hint: "planner review") { room in
    let stale = try room.read { try $0.stalePinCount() }
    guard stale > 0 else { return Finding.fine("none stale") }
    return Finding.note(
      "\(stale) set by hand for an address that was changed since",
      "`planner review` lists them, `planner pin PARTNER LAT,LON` sets one anew")
  }
}
