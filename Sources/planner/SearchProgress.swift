import Dispatch
import Foundation
import Geo
import Routing
import Synchronization

/// A line on standard error that tells, after a second and for a person who watches, how a search stands.
final class SearchProgress: Sendable {
  let watch = SearchWatch()
  private let line: Progress
  private let started = ContinuousClock.now
  private let boundWord: String
  /// Nothing is told after the end, whenever the timer comes.
  private let isOver = Mutex(false)

  /// - Parameter isScore: the objective is to be large, so that what is proven bounds it from above.
  init(isScore: Bool = false) {
    line = Progress("searching")
    boundWord = isScore ? "at most" : "at least"
  }

  func begin() { tell(after: .seconds(1)) }

  func end() {
    isOver.withLock {
      $0 = true
      line.finish()
    }
  }

  /// On a thread beside those of tasks, which a search may fill.
  private func tell(after wait: DispatchTimeInterval) {
    DispatchQueue.global().asyncAfter(deadline: .now() + wait) { [self] in
      let isOver = isOver.withLock {
        if !$0 { line.report(Self.words(watch.standing, boundWord, after: started.duration(to: .now))) }
        return $0
      }
      if !isOver { tell(after: .milliseconds(250)) }
    }
  }

  /// `objective 36905, at least 36200, 3 s`
  static func words(_ standing: SearchWatch.Standing, _ boundWord: String, after time: Duration) -> String {
    var words: [String] = []
    func number(_ value: Double) -> String {
      value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : GeoText.decimals(value, 2)
    }
    if let objective = standing.objective { words.append("objective \(number(objective))") }
    if let bound = standing.bound { words.append("\(boundWord) \(number(bound))") }
    words.append("\(Int(time / .seconds(1))) s")
    return words.joined(separator: ", ")
  }
}
