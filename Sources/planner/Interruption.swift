import Dispatch
import Foundation

/// Ctrl-C while something is searched for.
enum Interruption {
  /// Runs a search in a task of its own that the first Ctrl-C cancels, so that it gives the best it has; a second one ends
  /// the program as always.
  static func endingSearch<Answer: Sendable>(
    _ search: @escaping @Sendable () throws -> Answer
  ) async throws -> Answer {
    let task = Task.detached { try search() }
    signal(SIGINT, SIG_IGN)
    let source = DispatchSource.makeSignalSource(signal: SIGINT, queue: .global())
    source.setEventHandler {
      task.cancel()
      signal(SIGINT, SIG_DFL)
    }
    source.activate()
    defer {
      source.cancel()
      signal(SIGINT, SIG_DFL)
    }
    return try await task.value
  }
}
