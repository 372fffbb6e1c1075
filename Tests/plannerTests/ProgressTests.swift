import Foundation
import Routing
import Synchronization
import Testing

@testable import planner

@Suite("Progress is told to a person who watches, after a second, on one line")
struct ProgressTests {
  /// What was written to standard error while `body` ran, and nothing to standard output.
  func errors(interactive: Bool, _ body: () -> Void) -> String {
    let written = Box()
    let session = Session(
      output: { _ in Issue.record("standard output is for the answer") },
      errors: { text in written.text.withLock { $0 += text } }, environment: [:], now: { Date() },
      zone: .gmt, interactive: interactive)
    Session.$current.withValue(session, operation: body)
    return written.text.withLock { $0 }
  }

  final class Box: Sendable { let text = Mutex("") }

  @Test("a line that is written over, and cleared at the end, once")
  func line() {
    let text = errors(interactive: true) {
      let progress = Progress("imported", elapsed: { .seconds(2) })
      progress.report(1000, of: 100_000)
      progress.report(2000)
      progress.finish()
      progress.finish()
    }
    #expect(text == "\rimported: 1000 of 100000\u{1B}[K\rimported: 2000\u{1B}[K\r\u{1B}[K")
  }

  @Test("a search tells what it has and what is proven")
  func search() {
    var standing = SearchWatch.Standing()
    #expect(SearchProgress.words(standing, "at least", after: .milliseconds(1200)) == "1 s")
    standing.objective = 36905
    #expect(SearchProgress.words(standing, "at least", after: .seconds(2)) == "objective 36905, 2 s")
    standing.bound = 35000.5
    #expect(
      SearchProgress.words(standing, "at least", after: .seconds(3))
        == "objective 36905, at least 35000.50, 3 s")
    let text = errors(interactive: true) {
      let progress = Progress("searching", elapsed: { .seconds(2) })
      progress.report("objective 7")
      progress.finish()
    }
    #expect(text == "\rsearching: objective 7\u{1B}[K\r\u{1B}[K")
  }

  @Test("nothing in the first second, and nothing into a file")
  func silent() {
    #expect(
      errors(interactive: true) {
        let progress = Progress("x", elapsed: { .milliseconds(900) })
        progress.report(1)
        progress.finish()
      } == "")
    #expect(
      errors(interactive: false) {
        let progress = Progress("x", elapsed: { .seconds(60) })
        progress.report(1, of: 2)
        progress.finish()
      } == "")
  }
}
