import Foundation

/// Makes the next value on a thread of its own while the caller works on the last one.
///
/// `make` runs on one thread at a time, never twice at once, and is not called again after it gave nil or threw. At most
/// one value waits.
final class Prefetch<Value: Sendable> {
  private final class Shared: @unchecked Sendable {
    let condition = NSCondition()
    /// Guarded by `condition`.
    var ready: Result<Value?, any Error>?
    var wanted = true
    var cancelled = false
    /// Touched by the thread alone.
    let make: () throws -> Value?
    init(_ make: @escaping () throws -> Value?) { self.make = make }
  }

  private let shared: Shared
  private var ended = false

  /// - Parameter make: everything it holds must be left alone by the caller until the values are used up.
  init(_ make: @escaping () throws -> Value?) {
    shared = Shared(make)
    let thread = Thread { [shared] in Self.work(shared) }
    thread.stackSize = 4 << 20
    thread.start()
  }

  deinit {
    shared.condition.lock()
    shared.cancelled = true
    shared.condition.broadcast()
    shared.condition.unlock()
  }

  private static func work(_ shared: Shared) {
    while true {
      shared.condition.lock()
      while !shared.wanted && !shared.cancelled { shared.condition.wait() }
      if shared.cancelled {
        shared.condition.unlock()
        return
      }
      shared.wanted = false
      shared.condition.unlock()
      let made = Result { try shared.make() }
      var last = true
      if case .success(.some) = made { last = false }
      shared.condition.lock()
      shared.ready = made
      shared.condition.broadcast()
      shared.condition.unlock()
      if last { return }
    }
  }

  /// The next value, or nil after the last.
  func next() throws -> Value? {
    guard !ended else { return nil }
    shared.condition.lock()
    while shared.ready == nil { shared.condition.wait() }
    let made = shared.ready!
    shared.ready = nil
    shared.wanted = true
    shared.condition.broadcast()
    shared.condition.unlock()
    do {
      let value = try made.get()
      if value == nil { ended = true }
      return value
    } catch {
      ended = true
      throw error
    }
  }
}
