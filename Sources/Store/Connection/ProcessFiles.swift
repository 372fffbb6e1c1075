import Foundation

/// Files and folders that should not outlive the process that makes them: half-written files beside their place,
/// copies for a dry run. Their names say whose they are, so that what a killed process left behind is found and
/// removed by the next one.
public enum ProcessFiles {
  /// A path that nobody else uses: `prefix`, the mark of this process, a random number, `suffix`.
  public static func path(_ prefix: String, _ suffix: String = "") -> String {
    let mark = ProcessMark.current.replacingOccurrences(of: ":", with: "-")
    return "\(prefix)\(mark).\(UInt32.random(in: 0...UInt32.max))\(suffix)"
  }

  /// Removes what ended processes left at ``path(_:_:)`` of the same prefix and suffix; behind the suffix may stand
  /// SQLite's own (`-wal`). Names that carry the number of a process without its start time count as well; those of
  /// this process's number then are leftovers of an earlier one. Only files of this user are touched; what cannot be
  /// removed stays.
  public static func removeLeftovers(_ prefix: String, _ suffix: String = "") {
    let folder = (prefix as NSString).deletingLastPathComponent
    let beginning = prefix.hasSuffix("/") ? "" : (prefix as NSString).lastPathComponent
    let files = FileManager.default
    for name in (try? files.contentsOfDirectory(atPath: folder.isEmpty ? "." : folder)) ?? []
    where name.hasPrefix(beginning) {
      let path = folder.isEmpty ? name : folder + "/" + name
      var status = stat()
      guard let mark = mark(in: name.dropFirst(beginning.count), suffix: suffix), !isAlive(mark),
        lstat(path, &status) == 0, status.st_uid == geteuid()
      else { continue }
      try? files.removeItem(atPath: path)
    }
  }

  /// `123-456` of `123-456.789.part`, `123` of `123.789.part`; nil when the name is another's.
  private static func mark(in rest: Substring, suffix: String) -> String? {
    let parts = rest.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == (suffix.isEmpty ? 2 : 3), isNumber(parts[1]),
      suffix.isEmpty || ("." + parts[2]).hasPrefix(suffix)
    else { return nil }
    let numbers = parts[0].split(separator: "-", omittingEmptySubsequences: false)
    guard numbers.count <= 2, numbers.allSatisfy(isNumber) else { return nil }
    return numbers.joined(separator: ":")
  }

  private static func isNumber(_ text: Substring) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { (48...57).contains($0) }
  }

  private static func isAlive(_ mark: String) -> Bool {
    if mark.contains(":") { return ProcessMark.isAlive(mark) }
    guard let number = Int32(mark), number != getpid() else { return false }
    return ProcessMark.mark(of: number) != nil
  }
}
