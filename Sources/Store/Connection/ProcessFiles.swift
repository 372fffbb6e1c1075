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

  /// Makes an empty file that nobody but its owner may read.
  static func makePrivate(_ part: String, for path: String) throws {
    let descriptor = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw BackupError.unwritable(path: path, detail: String(cString: strerror(errno)))
    }
    close(descriptor)
  }

  /// Puts a whole file in its place, on disk before and after it has the name.
  /// - Throws: ``BackupError/unwritable(path:detail:)``, ``StoreError/diskFull(path:)``.
  static func putInPlace(_ part: String, _ path: String) throws {
    let descriptor = open(part, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0, fsync(descriptor) == 0 else {
      let isFull = errno == ENOSPC || errno == EDQUOT || errno == EFBIG
      if descriptor >= 0 { close(descriptor) }
      throw isFull
        ? StoreError.diskFull(path: path) : BackupError.unwritable(path: path, detail: "it is not on disk")
    }
    close(descriptor)
    guard rename(part, path) == 0 else {
      throw BackupError.unwritable(path: path, detail: String(cString: strerror(errno)))
    }
    KeyFile.syncFolder(of: path)
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
