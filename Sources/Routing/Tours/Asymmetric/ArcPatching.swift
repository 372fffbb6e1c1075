/// Joins the subtours of an assignment into one tour, the two largest first, each time by the cheapest exchange of two
/// successors.
///
/// Karp 1979, "A patching algorithm for the nonsymmetric traveling-salesman problem".
enum ArcPatching {
  /// - Parameters:
  ///   - assigned: a permutation of the nodes.
  ///   - tour: receives the nodes in the order of the tour, `matrix.count` of them.
  static func patch(
    _ matrix: ArcMatrix, _ assigned: UnsafePointer<Int32>, into tour: UnsafeMutablePointer<Int32>
  ) {
    let n = matrix.count
    let successor = UnsafeMutablePointer<Int32>.allocate(capacity: n)
    defer { successor.deallocate() }
    successor.update(from: assigned, count: n)
    var cycle = [Int](repeating: -1, count: n)
    var starts: [(node: Int, size: Int)] = []
    for node in 0..<n where cycle[node] < 0 {
      var size = 0
      var at = node
      while cycle[at] < 0 {
        cycle[at] = starts.count
        size += 1
        at = Int(successor[at])
      }
      starts.append((node, size))
    }
    starts.sort { $0.size != $1.size ? $0.size > $1.size : $0.node < $1.node }
    let root = starts[0].node
    for other in starts.dropFirst() { join(matrix, successor, root, other.node) }
    var at = root
    for p in 0..<n {
      tour[p] = Int32(truncatingIfNeeded: at)
      at = Int(successor[at])
    }
  }

  private static func join(
    _ matrix: ArcMatrix, _ successor: UnsafeMutablePointer<Int32>, _ root: Int, _ other: Int
  ) {
    var best = Int.max
    var left = root
    var right = other
    var j = other
    repeat {
      let afterJ = Int(successor[j])
      let kept = matrix.cost(j, afterJ)
      var i = root
      repeat {
        let afterI = Int(successor[i])
        let change = matrix.cost(i, afterJ) &+ matrix.cost(j, afterI) &- matrix.cost(i, afterI) &- kept
        if change < best {
          best = change
          left = i
          right = j
        }
        i = afterI
      } while i != root
      j = afterJ
    } while j != other
    let after = successor[left]
    successor[left] = successor[right]
    successor[right] = after
  }
}
