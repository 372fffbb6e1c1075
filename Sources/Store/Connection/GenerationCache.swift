import Foundation
import Synchronization

/// What was read of a database lately. A value counts while nothing was written since it was read
/// (``Database/generation``), and for a second at most, so what changes or ends is seen at once. Nothing is kept longer,
/// so the memory it takes is what a second's requests bring.
public final class GenerationCache<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  private struct State {
    /// What all values were read at.
    var generation: UInt64 = 0
    var entries: [Key: (value: Value, readAt: Date)] = [:]
    /// When the oldest of them was read.
    var since = Date.distantPast
  }

  private let limit: Int
  private let state = Mutex(State())

  /// - Parameter limit: of entries; when there are more, all go.
  public init(limit: Int = 4096) { self.limit = limit }

  /// How many values are kept, whether they still count or not.
  var count: Int { state.withLock(\.entries.count) }

  /// - Parameter generation: of the database now.
  public func value(_ key: Key, generation: UInt64?, now: Date) -> Value? {
    guard let generation else { return nil }
    return state.withLock { state in
      guard state.generation == generation, let entry = state.entries[key],
        (0..<1).contains(now.timeIntervalSince(entry.readAt))
      else { return nil }
      return entry.value
    }
  }

  /// - Parameters:
  ///   - generation: of the database before it was asked.
  ///   - readAt: the instant then.
  public func keep(_ value: Value, for key: Key, generation: UInt64?, readAt: Date) {
    guard let generation else { return }
    state.withLock { state in
      if state.generation != generation || state.entries.count >= limit
        || !(0..<1).contains(readAt.timeIntervalSince(state.since))
      {
        state.entries.removeAll(keepingCapacity: state.entries.count < 64)
        state.generation = generation
        state.since = readAt
      }
      state.entries[key] = (value, readAt)
    }
  }
}
