/// What was looked up lately, in bounded memory: two generations are kept, and when the younger is full the older goes.
struct RecentMap<Value> {
  private let capacity: Int
  private var young: [String: Value] = [:]
  private var old: [String: Value] = [:]

  /// - Parameter capacity: entries of one generation; at most twice as many are kept.
  init(capacity: Int) { self.capacity = max(1, capacity) }

  /// The value of a key; looking it up makes it young again.
  mutating func recall(_ key: String) -> Value? {
    if let value = young[key] { return value }
    guard let value = old[key] else { return nil }
    remember(key, value)
    return value
  }

  mutating func remember(_ key: String, _ value: Value) {
    if young.count >= capacity {
      old = young
      young.removeAll(keepingCapacity: true)
    }
    young[key] = value
  }
}

/// The values of `make` for 0 ..< `count`, in order, made by several tasks at once.
func inParallel<Value: Sendable>(
  _ count: Int, workers: Int, _ make: @escaping @Sendable (Int) async throws -> Value
) async throws -> [Value] {
  // Neighbours go to one task; a task takes every n-th handful, so that a slow stretch is shared.
  let step = 16
  let workers = min(max(1, workers), (count + step - 1) / step)
  var results = [Value?](repeating: nil, count: count)
  try await withThrowingTaskGroup(of: [(Int, Value)].self) { group in
    for worker in 0..<workers {
      group.addTask {
        var made: [(Int, Value)] = []
        for start in stride(from: worker * step, to: count, by: workers * step) {
          for index in start..<min(start + step, count) { made.append((index, try await make(index))) }
        }
        return made
      }
    }
    for try await made in group { for (index, value) in made { results[index] = value } }
  }
  return results.compactMap { $0 }
}
