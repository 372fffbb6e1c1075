import Foundation

/// Lends readers of one file to threads: each is used by one thread at a time, so the unchecked mark holds.
final class ReaderPool: @unchecked Sendable {
  private let path: String
  private let lock = NSLock()
  private var idle: [GazetteerReader]
  private var answers: [GeocodeQuery: [GeocodeCandidate]] = [:]

  /// Readers kept open; more come and go when more threads ask at once.
  private static let kept = 8
  private static let answersKept = 2000

  init(path: String) throws(SQLiteFault) {
    self.path = path
    idle = [try GazetteerReader(path: path)]
  }

  /// Runs `body` with a reader that no one else uses meanwhile; nil when the file cannot be opened again.
  func use<T>(_ body: (GazetteerReader) -> T) -> T? {
    let lent = lock.withLock { idle.popLast() }
    guard let reader = lent ?? (try? GazetteerReader(path: path)) else { return nil }
    defer {
      lock.withLock {
        if idle.count < Self.kept { idle.append(reader) }
      }
    }
    return body(reader)
  }

  func answer(to query: GeocodeQuery) -> [GeocodeCandidate]? { lock.withLock { answers[query] } }

  func remember(_ candidates: [GeocodeCandidate], for query: GeocodeQuery) {
    lock.withLock {
      if answers.count >= Self.answersKept { answers.removeAll(keepingCapacity: true) }
      answers[query] = candidates
    }
  }
}
