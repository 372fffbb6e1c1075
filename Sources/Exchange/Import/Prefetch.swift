/// Makes the next value while the caller works on the last one.
///
/// `make` never runs twice at once, and is not called again after it gave nil or threw. At most one value waits.
final class Prefetch<Value: Sendable> {
  /// Touched by one task at a time: the next one starts when the last has ended.
  private struct Maker: @unchecked Sendable { let make: () async throws -> Value? }

  private let maker: Maker
  private var task: Task<Value?, any Error>?

  /// - Parameter make: everything it holds must be left alone by the caller until the values are used up.
  init(_ make: @escaping () async throws -> Value?) {
    maker = Maker(make: make)
    start()
  }

  deinit { task?.cancel() }

  private func start() { task = Task.detached { [maker] in try await maker.make() } }

  /// The next value, or nil after the last.
  func next() async throws -> Value? {
    guard let running = task else { return nil }
    task = nil
    guard let value = try await running.value else { return nil }
    start()
    return value
  }
}
