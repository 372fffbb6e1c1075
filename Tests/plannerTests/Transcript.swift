import Foundation

/// One file of commands and what they must print.
struct Transcript {
  struct Step {
    var line: Int
    var command: String
    var output: [String] = []
    var errors: [String] = []
    var status: Int32 = 0
  }
  enum Part {
    case file(name: String, lines: [String])
    case step(Step)
  }

  var parts: [Part] = []

  init(_ text: String) {
    var step: Step?
    var file: (name: String, lines: [String])?
    func strip(_ prefix: String, _ line: String) -> String? {
      line.hasPrefix(prefix + " ") ? String(line.dropFirst(prefix.count + 1)) : line == prefix ? "" : nil
    }
    for (index, line) in text.components(separatedBy: "\n").enumerated() {
      if let more = strip("|", line), file != nil {
        file?.lines.append(more)
        continue
      }
      if let done = file {
        parts.append(.file(name: done.name, lines: done.lines))
        file = nil
      }
      if line.hasPrefix("# ") { continue }
      if let command = strip("$", line) {
        if let step { parts.append(.step(step)) }
        step = Step(line: index + 1, command: command)
      } else if let name = strip("file", line) {
        if let step { parts.append(.step(step)) }
        step = nil
        file = (name, [])
      } else if let error = strip("!", line) {
        step?.errors.append(error)
      } else if let status = strip("?", line) {
        step?.status = Int32(status) ?? -1
      } else {
        step?.output.append(line)
      }
    }
    if let done = file { parts.append(.file(name: done.name, lines: done.lines)) }
    if let step { parts.append(.step(step)) }
  }

  /// True when the lines are those wanted; a wanted `…` stands for any lines, blanks at the end do not count.
  static func matches(_ wanted: [String], _ text: String) -> Bool {
    func trimmed(_ lines: [String]) -> [String] {
      var lines = lines
      while lines.last?.isEmpty == true { lines.removeLast() }
      return lines
    }
    func match(_ wanted: ArraySlice<String>, _ found: ArraySlice<String>) -> Bool {
      guard let first = wanted.first else { return found.isEmpty }
      if first == "…" {
        return (found.startIndex...found.endIndex).contains { match(wanted.dropFirst(), found[$0...]) }
      }
      guard let line = found.first, same(first, line) else { return false }
      return match(wanted.dropFirst(), found.dropFirst())
    }
    return match(trimmed(wanted)[...], trimmed(text.components(separatedBy: "\n"))[...])
  }

  /// A wanted line that ends in `…` needs only its beginning.
  private static func same(_ wanted: String, _ line: String) -> Bool {
    wanted.hasSuffix("…") && wanted != line ? line.hasPrefix(wanted.dropLast()) : wanted == line
  }
}
