import CRM
import Foundation
import Geo
import Store

extension DoctorCheck {
  static let key = DoctorCheck(name: "key", hint: "put the key file back") { room in
    let file = try room.open().keyFile
    _ = try room.read { try $0.vault() }
    guard file.isPrivate == true else {
      return Finding.fault("others may read or change \(file.path)", "`chmod 600 \(file.path)`")
    }
    return Finding.fine("\(file.path); keep a copy elsewhere, no backup holds it")
  }

  static let sealed = DoctorCheck(name: "sealed", hint: "restore the values from a backup") { room in
    let broken = try room.read { try $0.protectedFieldFaults() }.unreadable
    guard broken.isEmpty else {
      return Finding.fault(
        "changed, moved or sealed with another key: " + broken.joined(separator: ", "),
        "enter the values again, or restore a backup from before")
    }
    let (webhooks, sources, addresses) = try room.read {
      (
        try $0.webhooksWithoutSecret(), try $0.inboundSourcesWithoutSecret(), try $0.webhooksWithoutAddress()
      )
    }
    var found: [Finding] = []
    if !webhooks.isEmpty || !sources.isEmpty {
      found += Finding.fault(
        "signing secrets that do not open: "
          + (webhooks.map { "webhook \($0)" } + sources.map { "source \($0)" }).joined(separator: ", "),
        "give them new ones: `planner webhook rotate-secret`, `planner inbound rotate-secret`")
    }
    if !addresses.isEmpty {
      found += Finding.fault(
        "addresses that do not open: " + addresses.map { "webhook \($0)" }.joined(separator: ", "),
        "give them once more over the API (`url`), or remove the webhooks and add them anew")
    }
    guard found.isEmpty else { return found }
    return Finding.fine("every protected value, signing secret and address of a webhook opens")
  }

  static let audit = DoctorCheck(name: "audit", hint: "restore the latest backup") { room in
    // Where the trail ended when backups were made: it must still lead on from there.
    let anchors = (try? room.backups.map { try Backups(folder: $0).list().backups }) ?? []
    let known = anchors.prefix(50).compactMap { $0.note.anchor.flatMap { AuditAnchor($0) } }
    let found = try room.read { try $0.verifyAudit(anchors: known) }
    if let fault = found.fault {
      return Finding.fault(
        fault.description,
        "somebody changed the file past planner: look into it, restore a backup from before, or go on by "
          + "`planner audit reseal --reason …`")
    }
    let earlier = found.earlierRows > 0 ? ", \(found.earlierRows) of them from before it was begun" : ""
    let ends = known.isEmpty ? "" : ", leads on from \(known.count) backup\(known.count == 1 ? "" : "s")"
    return Finding.fine("\(found.rows) rows in an unbroken chain\(earlier)\(ends)")
  }

  static let clock = DoctorCheck(name: "clock", hint: "set the computer's clock") { room in
    guard let last = try room.read({ try $0.lastChange() }) else { return Finding.fine("no change yet") }
    guard last <= room.now.addingTimeInterval(300) else {
      return Finding.fault(
        "the last change is dated \(JSONOutput.time(last, in: .gmt)), in the future",
        "set the computer's clock; it is wrong now, or was then")
    }
    return Finding.fine("the last change was at \(JSONOutput.time(last, in: .gmt))")
  }

  /// Older than this the newest backup is a fault: one a day may be late by as long again.
  static let backupAge: TimeInterval = 2 * 86_400

  static let backups = DoctorCheck(name: "backups", hint: "planner backup --scheduled FOLDER") { room in
    guard let folder = room.backups else {
      return Finding.note(
        "no folder is named in PLANNER_BACKUPS",
        "`planner backup --scheduled FOLDER` makes one and rotates them")
    }
    let again = "`planner backup --scheduled \(folder)` makes one"
    let (backups, unreadable) = try Backups(folder: folder).list()
    let broken =
      unreadable.isEmpty
      ? []
      : Finding.fault(
        "no backups, by their content: " + unreadable.joined(separator: ", "), "remove them from \(folder)")
    guard let newest = backups.first else {
      return broken + Finding.fault("there is none in \(folder)", again)
    }
    let made = JSONOutput.time(newest.note.madeAt, in: .gmt)
    guard room.now.timeIntervalSince(newest.note.madeAt) <= backupAge else {
      return broken + Finding.fault("the newest of \(backups.count) is of \(made)", again)
    }
    return broken + Finding.fine("\(backups.count) in \(folder), the newest of \(made)")
  }
}
