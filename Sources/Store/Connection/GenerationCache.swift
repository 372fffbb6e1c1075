import Foundation
import Synchronization

/// What was read of a database lately. A value counts while nothing was written since it was read
/// (``Database/generation``), and for a second at most, so what changes or ends is seen at once.
public final class GenerationCache<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  private struct Entry {
    var value: Value
    var generation: UInt64
    var readAt: Date
  }

  private let limit: Int
  private let entries = Mutex<[Key: Entry]>([:])

  /// - Parameter limit: of entries; when there are more, all go.
  public init(limit: Int = 4096) { self.limit = limit }

  /// - Parameter generation: of the database now.
  public func value(_ key: Key, generation: UInt64?, now: Date) -> Value? {
    guard let generation else { return nil }
    return entries.withLock { entries in
      guard let entry = entries[key], entry.generation == generation,
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
    entries.withLock { entries in
      if entries.count >= limit { entries.removeAll(keepingCapacity: true) }
      entries[key] = Entry(value: value, generation: generation, readAt: readAt)
    }
  }
}
