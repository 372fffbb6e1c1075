import Foundation
import Synchronization

/// What one run of the program may touch of the process around it: streams, environment, clock. Commands reach
/// them only here, so tests run commands in-process beside each other.
struct Session: Sendable {
  @TaskLocal static var current: Session = .process

  var output: @Sendable ([UInt8]) -> Void
  var errors: @Sendable (String) -> Void
  var environment: [String: String]
  var now: @Sendable () -> Date
  /// The computer's own zone: the clock of whatever has none of its own.
  var zone: TimeZone
  /// True when a person watches standard error.
  var interactive: Bool
  /// The first line of standard input, at most so many bytes of it.
  var input: @Sendable (Int) -> String = { limit in
    String(decoding: Array((readLine() ?? "").utf8.prefix(limit)), as: UTF8.self)
  }

  static let process = Session(
    output: { FileHandle.standardOutput.write(Data($0)) },
    errors: { FileHandle.standardError.write(Data($0.utf8)) },
    environment: ProcessInfo.processInfo.environment,
    now: { Date() },
    zone: .current,
    interactive: isatty(2) == 1)

  /// Writes a line to standard output.
  static func print(_ line: String = "") { current.output(Array((line + "\n").utf8)) }

  /// Writes bytes to standard output as they are.
  static func write(_ bytes: [UInt8]) { current.output(bytes) }

  /// Writes a line to standard error.
  static func printError(_ line: String) { current.errors(line + "\n") }
}

/// One line on standard error that grows, for work of more than a second; nothing when nobody watches.
final class Progress: Sendable {
  private let elapsed: @Sendable () -> Duration
  private let session = Session.current
  private let what: String
  private let isShown = Atomic(false)

  /// - Parameter elapsed: time since the work began.
  init(_ what: String, elapsed: (@Sendable () -> Duration)? = nil) {
    self.what = what
    let started = ContinuousClock.now
    self.elapsed = elapsed ?? { started.duration(to: .now) }
  }

  /// - Parameter first: how many were done when the work began; given, the rate is told as well.
  func report(_ done: Int, of total: Int? = nil, rateFrom first: Int? = nil) {
    let time = elapsed()
    guard session.interactive, time > .seconds(1) else { return }
    let share = total.map { " of \($0)" } ?? ""
    let rate = first.map { ", \(Int(Double(done - $0) / (time / .seconds(1)))) rows/s" } ?? ""
    isShown.store(true, ordering: .relaxed)
    session.errors("\r\(what): \(done)\(share)\(rate)\u{1B}[K")
  }

  /// The work in other words than a number.
  func report(_ words: String) {
    guard session.interactive, elapsed() > .seconds(1) else { return }
    isShown.store(true, ordering: .relaxed)
    session.errors("\r\(what): \(words)\u{1B}[K")
  }

  /// For stages told in words: one line each, when a person watches.
  static func lines() -> (String) -> Void {
    let session = Session.current
    return { text in if session.interactive { session.errors(text + "\n") } }
  }

  /// Clears the line; also before an error is told, which would stand behind it otherwise.
  func finish() {
    if isShown.exchange(false, ordering: .relaxed) { session.errors("\r\u{1B}[K") }
  }
}
