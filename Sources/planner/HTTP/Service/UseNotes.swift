import Foundation
import NIOPosix
import Store
import Synchronization

/// Notes that sessions and tokens are in use, behind the requests they came with: a note waits for its turn to write,
/// a request does not. What comes meanwhile goes into the next transaction together.
final class UseNotes: Sendable {
  private struct State {
    /// Whether the secret is a token's, by secret.
    var waiting: [Secret: Bool] = [:]
    var isWriting = false
  }
  private let state = Mutex(State())
  private let database: Database
  private let writers: NIOThreadPool
  private let now: @Sendable () -> Date

  init(database: Database, writers: NIOThreadPool, now: @escaping @Sendable () -> Date) {
    self.database = database
    self.writers = writers
    self.now = now
  }

  func note(_ secret: Secret, isToken: Bool) {
    let isFirst = state.withLock { state in
      state.waiting[secret] = isToken
      defer { state.isWriting = true }
      return !state.isWriting
    }
    guard isFirst else { return }
    writers.submit { [self] _ in while write() {} }
  }

  /// Writes what waits. A note that cannot be written (a full disk) is left: the next request asks for it again.
  /// - Returns: false when nothing waited.
  private func write() -> Bool {
    let notes = state.withLock { state in
      defer { state.waiting = [:] }
      if state.waiting.isEmpty { state.isWriting = false }
      return state.waiting
    }
    guard !notes.isEmpty else { return false }
    try? database.write(as: Actor(name: "web"), at: now()) { writer in
      for (secret, isToken) in notes { try writer.noteUse(of: secret, isToken: isToken) }
    }
    return true
  }
}
