import Foundation

/// A folder of backups, named by the instant they were made: `planner-20260608T090000Z.sqlite`.
public struct Backups: Sendable {
  public let folder: String
  public let rotation: BackupRotation

  public init(folder: String, rotation: BackupRotation = BackupRotation()) {
    self.folder = folder
    self.rotation = rotation
  }

  /// What one run did.
  public struct Run: Sendable, Hashable {
    public var made: BackupFile
    /// Names of backups that are no longer kept.
    public var removed: [String]
    /// Names of all that are there now, newest first.
    public var kept: [String]
    /// Names of files that look like backups by name and are none; they are left alone.
    public var unreadable: [String]
  }

  private static let prefix = "planner-"
  private static let suffix = ".sqlite"

  private static let stamp = Date.VerbatimFormatStyle(
    format:
      "\(year: .padded(4))\(month: .twoDigits)\(day: .twoDigits)T\(hour: .twoDigits(clock: .twentyFourHour, hourCycle: .zeroBased))\(minute: .twoDigits)\(second: .twoDigits)Z",
    locale: Locale(identifier: "en_US_POSIX"), timeZone: .gmt, calendar: Calendar(identifier: .gregorian))

  /// `20260608T090000Z`.
  static func stamp(_ at: Date) -> String { at.formatted(stamp) }

  public static func name(at: Date) -> String { prefix + stamp(at) + suffix }

  /// The instant a name says; nil when it is no backup's.
  static func instant(of name: String) -> Date? {
    guard name.hasPrefix(prefix), name.hasSuffix(suffix) else { return nil }
    let text = name.dropFirst(prefix.count).dropLast(suffix.count)
    guard text.wholeMatch(of: /[0-9]{8}T[0-9]{6}Z/) != nil else { return nil }
    let digits = text.filter(\.isNumber)
    func part(_ from: Int, _ count: Int) -> Int { Int(digits.dropFirst(from).prefix(count)) ?? 0 }
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = .gmt
    let date = calendar.date(
      from: DateComponents(
        year: part(0, 4), month: part(4, 2), day: part(6, 2), hour: part(8, 2), minute: part(10, 2),
        second: part(12, 2)))
    // 31 February is no day.
    return date.flatMap { stamp($0) == text ? $0 : nil }
  }

  /// Names of the folder's backups with their instants, newest first.
  private func named() throws -> [(name: String, at: Date)] {
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
      throw BackupError.missing(path: folder)
    }
    return names.compactMap { name in Self.instant(of: name).map { (name, $0) } }
      .sorted { ($0.1, $0.0) > ($1.1, $1.0) }
  }

  private func path(_ name: String) -> String { folder + "/" + name }

  /// The backups of the folder, newest first, and the names of those that cannot be read.
  public func list() throws -> (backups: [BackupFile], unreadable: [String]) {
    var result: (backups: [BackupFile], unreadable: [String]) = ([], [])
    for (name, _) in try named() {
      if let file = try? BackupFile(path(name)) {
        result.backups.append(file)
      } else {
        result.unreadable.append(name)
      }
    }
    return result
  }

  /// Makes a backup and removes those the rotation does not keep. When the backup cannot be made none is removed.
  /// - Throws: as ``Database/backup(to:at:)``.
  public func run(_ database: Database, at: Date) throws -> Run {
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw BackupError.unwritable(path: folder, detail: "the folder cannot be made")
    }
    let made = try database.backup(to: path(Self.name(at: at)), at: at)
    let all = try named()
    let kept = rotation.kept(of: all.map(\.at))
    var run = Run(made: made, removed: [], kept: [], unreadable: [])
    for (name, instant) in all {
      guard (try? BackupFile(path(name))) != nil else {
        run.unreadable.append(name)
        continue
      }
      if !kept.contains(instant), path(name) != made.path, unlink(path(name)) == 0 {
        run.removed.append(name)
      } else {
        run.kept.append(name)
      }
    }
    return run
  }
}
