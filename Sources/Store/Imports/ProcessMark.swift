import Foundation

/// Tells a process from any other that had its number before: the number and the start time Linux keeps.
enum ProcessMark {
  static let current: String = mark(of: getpid()) ?? "\(getpid()):?"

  static func isOwn(_ mark: String) -> Bool { mark == current }

  static func isAlive(_ mark: String) -> Bool {
    if mark == current { return true }
    guard let pid = mark.split(separator: ":").first.flatMap({ Int32($0) }) else { return false }
    return self.mark(of: pid) == mark
  }

  /// Field 22 of `/proc/PID/stat` is the start time in ticks since boot (proc(5)); the command name before it may
  /// hold spaces and ends with the last parenthesis. A process that ended but was not collected is not alive.
  static func mark(of pid: Int32) -> String? {
    guard let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
      let end = stat.lastIndex(of: ")")
    else { return nil }
    let fields = stat[stat.index(after: end)...].split(separator: " ")
    guard fields.count > 19, fields[0] != "Z", fields[0] != "X" else { return nil }
    return "\(pid):\(fields[19])"
  }
}
