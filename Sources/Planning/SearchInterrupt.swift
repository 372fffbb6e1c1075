import Synchronization

/// A wish to end the searches of a task early, with the best they have: what Ctrl-C says while a trip is planned.
///
/// Only searches end early, nothing around them: each runs in a task of its own that the wish cancels. Where nobody can
/// wish, searches run as they are.
public final class SearchInterrupt: Sendable {
  /// That of this task; nil where nobody can wish.
  @TaskLocal public static var current: SearchInterrupt?

  private struct State {
    var isAsked = false
    var cancel: (@Sendable () -> Void)?
  }

  private let state = Mutex(State())

  public init() {}

  /// Ends the search under way; those that follow end at once.
  public func ask() {
    let cancel = state.withLock { state in
      state.isAsked = true
      return state.cancel
    }
    cancel?()
  }

  /// Runs a search that the wish ends.
  static func running<Answer: Sendable>(_ search: @escaping @Sendable () -> Answer) async -> Answer {
    guard let current else { return search() }
    let task = Task.detached(operation: search)
    let isAsked = current.state.withLock { state in
      state.cancel = { task.cancel() }
      return state.isAsked
    }
    if isAsked { task.cancel() }
    defer { current.state.withLock { $0.cancel = nil } }
    return await task.value
  }
}
