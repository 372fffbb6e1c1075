import Foundation
import Geo

/// What an unfinished batch was made of, kept beside it as `OUTPUT.partial.json`: only an equal run may go on with it.
struct BatchNote: Codable, Equatable {
  var version = 1
  /// Bytes of the input, its time of change in nanoseconds, a checksum of its first MiB.
  var size: Int
  var changed: Int
  var beginning: String
  /// Options that change the output, by name.
  var settings: [String: String]

  /// - Throws: `TableError` when the input cannot be read.
  init(input: String, settings: [String: String]) throws(TableError) {
    let file = try InputFile(input)
    size = file.size
    var status = stat()
    _ = stat(input, &status)
    changed = Int(status.st_mtim.tv_sec) * 1_000_000_000 + Int(status.st_mtim.tv_nsec)
    // FNV-1a, 64 bits.
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in try file.read(at: 0, count: 1 << 20) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    beginning = String(hash, radix: 16)
    self.settings = settings
  }

  /// The note at a path, nil when there is none.
  /// - Throws: ``GeocodeBatchError/notOurs(_:)`` for another file.
  static func read(_ path: String) throws -> BatchNote? {
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    guard let data = FileManager.default.contents(atPath: path),
      let note = try? JSONDecoder().decode(BatchNote.self, from: data), note.version == 1
    else { throw GeocodeBatchError.notOurs(path) }
    return note
  }

  func write(_ path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let file = try OutputFile(path)
    try file.write(encoder.encode(self))
    try file.commit()
  }

  /// What another run did otherwise, in words.
  func differences(from other: BatchNote) -> [String] {
    var found: [String] = []
    if (size, changed, beginning) != (other.size, other.changed, other.beginning) {
      found.append("the input")
    }
    for name in Set(settings.keys).union(other.settings.keys).sorted()
    where settings[name] != other.settings[name] { found.append(name) }
    return found
  }
}
