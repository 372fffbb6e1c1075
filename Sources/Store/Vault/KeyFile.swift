import Crypto
import Foundation
import Geo

/// The file that holds the key of a database: 32 random bytes as text, with a line by which damage is seen.
///
/// It stands beside the database (`planner.sqlite-key`) or where `PLANNER_KEY_FILE` says, may be read by its owner
/// alone, and is no part of a backup: whoever finds a backup has no key to what is sealed in it. So the key is to be
/// kept at another place too.
public struct KeyFile: Sendable, Hashable {
  public let path: String

  public init(_ path: String) { self.path = path }

  /// Where the key of a database stands when nobody says otherwise.
  public static func beside(_ database: String) -> KeyFile { KeyFile(database + "-key") }

  static let heading = "planner key 1"
  /// Bytes of a key.
  static let length = 32

  /// The key.
  /// - Throws: ``StoreError/keyMissing(path:)``, ``StoreError/keyDamaged(path:detail:)``.
  func read() throws -> SymmetricKey {
    guard FileManager.default.fileExists(atPath: path) else { throw StoreError.keyMissing(path: path) }
    guard let handle = FileHandle(forReadingAtPath: path) else {
      throw StoreError.keyDamaged(path: path, detail: "it cannot be read")
    }
    defer { try? handle.close() }
    let data = try? handle.read(upToCount: 4096)
    return try Self.parse(String(decoding: data ?? Data(), as: UTF8.self), path: path)
  }

  /// The key, made when there is none. Of two processes that make it at the same time one makes it and both have it.
  /// - Throws: ``StoreError/readOnly(path:)`` when it cannot be written, otherwise as ``read()``.
  func readOrMake() throws -> SymmetricKey {
    if FileManager.default.fileExists(atPath: path) { return try read() }
    let key = SymmetricKey(size: .bits256)
    let prefix = path + "."
    ProcessFiles.removeLeftovers(prefix, ".new")
    let temporary = ProcessFiles.path(prefix, ".new")
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw StoreError.readOnly(path: path) }
    defer { unlink(temporary) }
    let text = Array(Self.text(of: key).utf8)
    let written = text.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) } == text.count
    let synced = fsync(descriptor) == 0
    close(descriptor)
    guard written, synced else { throw StoreError.diskFull(path: path) }
    // A link is made whole or not at all, and never over what another process made meanwhile.
    if link(temporary, path) != 0, errno != EEXIST { throw StoreError.readOnly(path: path) }
    Self.syncFolder(of: path)
    return try read()
  }

  /// Whether nobody but its owner may read or change it; nil when there is no file.
  public var isPrivate: Bool? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return status.st_mode & 0o077 == 0
  }

  /// A new name in a folder is on disk only when the folder is.
  static func syncFolder(of path: String) {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }

  static func text(of key: SymmetricKey) -> String {
    let body = key.withUnsafeBytes { Data($0).base64EncodedString() }
    return """
      # Keep a copy at another place: no backup holds it, and nothing sealed can be read without it.
      \(heading)
      \(body)
      check \(check(body))

      """
  }

  private static func parse(_ text: String, path: String) throws -> SymmetricKey {
    func damaged(_ detail: String) -> StoreError { .keyDamaged(path: path, detail: detail) }
    let lines = text.split(whereSeparator: { $0 == "\n" || $0 == "\r" || $0 == "\r\n" })
      .map { $0.trimmingCharacters(in: .whitespaces) }
      .filter { !$0.isEmpty && !$0.hasPrefix("#") }
    guard lines.first == heading else { throw damaged("its first line is not \"\(heading)\"") }
    guard lines.count == 3 else { throw damaged("it has \(lines.count) lines of 3") }
    guard lines[2] == "check \(check(lines[1]))" else { throw damaged("its check line does not fit its key") }
    guard let bytes = Data(base64Encoded: lines[1]), bytes.count == length else {
      throw damaged("its key is not \(length) bytes")
    }
    return SymmetricKey(data: bytes)
  }

  /// The first 8 bytes of the SHA-256 of what stands above, in hexadecimal.
  private static func check(_ body: String) -> String {
    SHA256.hash(data: Data("\(heading)\n\(body)".utf8)).prefix(8)
      .map { String(format: "%02x", $0) }.joined()
  }
}
