import Foundation
import Geo

/// Answers of one outside service in a file, one JSON object a line, so that the next run of the program need not ask
/// again. It holds addresses that were asked for: only its owner may read it. Whatever goes wrong with it costs a
/// request at most and is not told.
struct AnswerFile: Sendable {
  struct Line: Codable {
    var key: String
    /// Seconds since 1970 after which the answer is too old.
    var until: Double
    var found: [GeocodeCandidate]
  }

  let path: String
  /// Bytes beyond which the older half goes.
  let limit: Int

  /// The answers that are not too old, the oldest first; lines that cannot be read are passed over. A file that has
  /// outgrown its limit is written anew with the younger ones.
  func load(now: Date) -> [Line] {
    guard let data = FileManager.default.contents(atPath: path) else { return [] }
    let decoder = JSONDecoder()
    let rows = data.split(separator: UInt8(ascii: "\n"))
    var kept: [(row: Data, line: Line)] = []
    for row in rows {
      guard let line = try? decoder.decode(Line.self, from: row), line.until > now.timeIntervalSince1970
      else {
        continue
      }
      kept.append((row, line))
    }
    if data.count > limit || kept.count * 2 < rows.count {
      var size = 0
      let young = kept.reversed().prefix { one in
        size += one.row.count + 1
        return size <= limit / 2
      }
      kept = Array(young.reversed())
      rewrite(kept.map(\.row))
    }
    return kept.map(\.line)
  }

  func append(_ line: Line) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    guard var data = try? encoder.encode(line) else { return }
    data.append(UInt8(ascii: "\n"))
    let file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard file >= 0 else { return }
    // In one piece: other processes append too.
    _ = data.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
    close(file)
  }

  private func rewrite(_ rows: [Data]) {
    let beside = path + ".\(getpid())"
    let file = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard file >= 0 else { return }
    let data = Data(rows.map { $0 + [UInt8(ascii: "\n")] }.joined())
    let written = data.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
    close(file)
    if written != data.count || rename(beside, path) != 0 { unlink(beside) }
  }
}
