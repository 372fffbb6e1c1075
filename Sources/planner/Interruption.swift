import Dispatch
import Foundation
import Planning
import Routing

/// Ctrl-C while something is searched for.
enum Interruption {
  /// Runs a search in a task of its own that the first Ctrl-C cancels, so that it gives the best it has; a second one ends
  /// the program as always.
  ///
  /// - Parameter watched: the line that tells how the search stands; nil for none.
  static func endingSearch<Answer: Sendable>(
    watched: SearchProgress? = nil, _ search: @escaping @Sendable () throws -> Answer
  ) async throws -> Answer {
    let task = Task.detached { try SearchWatch.$current.withValue(watched?.watch) { try search() } }
    watched?.begin()
    defer { watched?.end() }
    let listening = Listening { task.cancel() }
    defer { listening.end() }
    return try await task.value
  }

  /// Plans trips so that the first Ctrl-C ends the searches under way, and the plan is made of the best they have; a second
  /// one ends the program as always.
  static func endingSearches<Answer>(_ planning: () async throws -> Answer) async throws -> Answer {
    let interrupt = SearchInterrupt()
    let listening = Listening { interrupt.ask() }
    defer { listening.end() }
    return try await SearchInterrupt.$current.withValue(interrupt, operation: planning)
  }

  /// Calls `heard` at the first Ctrl-C, and leaves further ones to the system.
  private struct Listening {
    private let source = DispatchSource.makeSignalSource(signal: SIGINT, queue: .global())

    init(_ heard: @escaping @Sendable () -> Void) {
      signal(SIGINT, SIG_IGN)
      source.setEventHandler {
        heard()
        signal(SIGINT, SIG_DFL)
      }
      source.activate()
    }

    func end() {
      source.cancel()
      signal(SIGINT, SIG_DFL)
    }
  }
}
