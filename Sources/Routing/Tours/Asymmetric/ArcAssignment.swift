/// The cheapest choice of one successor and one predecessor for every node, subtours allowed: the assignment relaxation.
///
/// Jonker and Volgenant 1987, "A shortest augmenting path algorithm for dense and sparse linear assignment problems":
/// column reduction, augmenting row reduction, then shortest augmenting paths. O(n³).
struct ArcAssignment {
  let count: Int
  /// The successor of each node and, the other way, its predecessor; −1 while a node is free.
  let successor: UnsafeMutablePointer<Int32>
  let predecessor: UnsafeMutablePointer<Int32>
  /// Dual variables: cost(i, j) − rowPrice[i] − columnPrice[j] ≥ 0, and 0 for chosen pairs.
  let rowPrice: UnsafeMutablePointer<Int>
  let columnPrice: UnsafeMutablePointer<Int>
  private let least: UnsafeMutablePointer<Int>
  private let way: UnsafeMutablePointer<Int32>
  private let columns: UnsafeMutablePointer<Int32>
  private let free: UnsafeMutablePointer<Int32>

  init(count: Int) {
    self.count = count
    successor = .allocate(capacity: count)
    predecessor = .allocate(capacity: count)
    rowPrice = .allocate(capacity: count)
    columnPrice = .allocate(capacity: count)
    least = .allocate(capacity: count)
    way = .allocate(capacity: count)
    columns = .allocate(capacity: count)
    free = .allocate(capacity: count)
  }

  func deallocate() {
    successor.deallocate()
    predecessor.deallocate()
    rowPrice.deallocate()
    columnPrice.deallocate()
    least.deallocate()
    way.deallocate()
    columns.deallocate()
    free.deallocate()
  }

  /// Solves the assignment of `matrix`.
  ///
  /// - Returns: the sum of the chosen costs, holes counted at their price.
  func solve(_ matrix: ArcMatrix) -> Int {
    reduceColumns(matrix)
    var frees = 0
    for i in 0..<count where successor[i] < 0 {
      free[frees] = Int32(truncatingIfNeeded: i)
      frees += 1
    }
    for _ in 0..<2 { frees = reduceRows(matrix, frees) }
    for k in 0..<frees { augment(matrix, Int(free[k])) }
    var total = 0
    for i in 0..<count {
      let j = Int(successor[i])
      let cost = matrix.cost(i, j)
      rowPrice[i] = cost &- columnPrice[j]
      total &+= cost
    }
    return total
  }

  private func reduceColumns(_ matrix: ArcMatrix) {
    for i in 0..<count {
      successor[i] = -1
      predecessor[i] = -1
      rowPrice[i] = 0
    }
    for j in stride(from: count - 1, through: 0, by: -1) {
      let column = matrix.into + j * matrix.stride
      var best = column[0]
      var row = 0
      for i in 1..<count where column[i] < best {
        best = column[i]
        row = i
      }
      columnPrice[j] = Int(best)
      if successor[row] < 0 {
        successor[row] = Int32(truncatingIfNeeded: j)
        predecessor[j] = Int32(truncatingIfNeeded: row)
      }
    }
  }

  /// Gives free rows their cheapest column where that can lower its price.
  ///
  /// - Returns: the number of rows that stay free, listed at the start of `free`.
  private func reduceRows(_ matrix: ArcMatrix, _ frees: Int) -> Int {
    var k = 0
    var left = 0
    var work = 0
    let most = 8 * count + 64
    while k < frees {
      let i = Int(free[k])
      k += 1
      work += 1
      let row = matrix.out + i * matrix.stride
      var first = Int.max
      var second = Int.max
      var j1 = -1
      var j2 = -1
      for j in 0..<count {
        let value = Int(row[j]) &- columnPrice[j]
        if value < second {
          if value < first {
            second = first
            j2 = j1
            first = value
            j1 = j
          } else {
            second = value
            j2 = j
          }
        }
      }
      var owner = Int(predecessor[j1])
      if first < second {
        columnPrice[j1] &-= second &- first
      } else if owner >= 0 && j2 >= 0 {
        j1 = j2
        owner = Int(predecessor[j2])
      }
      successor[i] = Int32(truncatingIfNeeded: j1)
      predecessor[j1] = Int32(truncatingIfNeeded: i)
      if owner >= 0 {
        successor[owner] = -1
        if first < second && work < most {
          k -= 1
          free[k] = Int32(truncatingIfNeeded: owner)
        } else {
          free[left] = Int32(truncatingIfNeeded: owner)
          left += 1
        }
      }
    }
    return left
  }

  /// Finds the shortest alternating path from the free row `start` to a free column and takes it.
  private func augment(_ matrix: ArcMatrix, _ start: Int) {
    let first = matrix.out + start * matrix.stride
    for j in 0..<count {
      least[j] = Int(first[j]) &- columnPrice[j]
      way[j] = Int32(truncatingIfNeeded: start)
      columns[j] = Int32(truncatingIfNeeded: j)
    }
    var low = 0
    var up = 0
    var ready = 0
    var minimum = 0
    var end = -1
    search: while true {
      if up == low {
        ready = low
        minimum = least[Int(columns[up])]
        up += 1
        var k = up
        while k < count {
          let j = columns[k]
          let value = least[Int(j)]
          if value <= minimum {
            if value < minimum {
              up = low
              minimum = value
            }
            columns[k] = columns[up]
            columns[up] = j
            up += 1
          }
          k += 1
        }
        for k in low..<up where predecessor[Int(columns[k])] < 0 {
          end = Int(columns[k])
          break search
        }
      }
      let j1 = Int(columns[low])
      low += 1
      let i = Int(predecessor[j1])
      let row = matrix.out + i * matrix.stride
      let base = Int(row[j1]) &- columnPrice[j1] &- minimum
      var k = up
      while k < count {
        let column = columns[k]
        let j = Int(column)
        let value = Int(row[j]) &- columnPrice[j] &- base
        if value < least[j] {
          least[j] = value
          way[j] = Int32(truncatingIfNeeded: i)
          if value == minimum {
            if predecessor[j] < 0 {
              end = j
              break search
            }
            columns[k] = columns[up]
            columns[up] = column
            up += 1
          }
        }
        k += 1
      }
    }
    for k in 0..<ready {
      let j = Int(columns[k])
      columnPrice[j] &+= least[j] &- minimum
    }
    var j = end
    while true {
      let i = Int(way[j])
      predecessor[j] = Int32(truncatingIfNeeded: i)
      let next = Int(successor[i])
      successor[i] = Int32(truncatingIfNeeded: j)
      if i == start { break }
      j = next
    }
  }
}
