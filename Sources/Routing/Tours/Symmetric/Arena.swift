/// Owns the uninitialised memory that a search's structs point into, and frees it with itself.
///
/// Whoever holds such a struct keeps the arena alive beside it (`withExtendedLifetime`).
final class Arena {
  private var blocks: [UnsafeMutableRawPointer] = []

  /// `count` values, each set to `value`.
  func take<Value: BitwiseCopyable>(_ count: Int, _ value: Value) -> UnsafeMutablePointer<Value> {
    let pointer = UnsafeMutablePointer<Value>.allocate(capacity: max(count, 1))
    pointer.initialize(repeating: value, count: max(count, 1))
    blocks.append(UnsafeMutableRawPointer(pointer))
    return pointer
  }

  /// Room for `count` values that are written before they are read.
  func room<Value: BitwiseCopyable>(_ count: Int) -> UnsafeMutablePointer<Value> {
    let pointer = UnsafeMutablePointer<Value>.allocate(capacity: max(count, 1))
    blocks.append(UnsafeMutableRawPointer(pointer))
    return pointer
  }

  deinit { for block in blocks { block.deallocate() } }
}
