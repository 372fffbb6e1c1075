import Foundation
import Synchronization

/// Makes a contraction hierarchy (Geisberger, Sanders, Schultes, Delling 2008) of a graph of turns: vertices are taken
/// out from the least important on, each replaced by the shortcuts that keep all shortest paths.
///
/// Vertices are contracted in rounds of such as are no neighbours (Vetter 2009), so that a round's searches can run at
/// once on all cores; the result does not depend on how many there are.
struct Contraction {
  /// An arc of the hierarchy; which vertex it belongs to stands in the lists.
  struct Arc {
    var end: UInt32
    var weight: Int32
    var time: Int32
    var length: Int32
    var middle: UInt32

    init(_ arc: ContractionGraph.Arc) {
      end = arc.end
      weight = arc.weight
      time = arc.time
      length = arc.length
      middle = arc.middle
    }
  }

  /// A list that grows piece by piece and is never moved: it is the largest thing there is when all is contracted.
  struct Arcs {
    private var pieces: [[Arc]] = []
    private(set) var count = 0
    private static let pieceSize = 1 << 16

    subscript(k: Int) -> Arc { pieces[k / Self.pieceSize][k % Self.pieceSize] }

    mutating func append(_ arc: Arc) {
      if count % Self.pieceSize == 0 {
        pieces.append([])
        pieces[pieces.count - 1].reserveCapacity(Self.pieceSize)
      }
      pieces[pieces.count - 1].append(arc)
      count += 1
    }
  }

  /// The order of contraction: `rank[v]`, growing with importance.
  private(set) var rank: [UInt32]
  /// For each vertex, by rank, its arcs when it was contracted: to (up) and from (down) more important ones, which are
  /// given by number.
  private(set) var upStarts: [UInt32] = [0]
  private(set) var ups = Arcs()
  private(set) var downs = Arcs()
  private(set) var downStarts: [UInt32] = [0]
  private(set) var rounds = 0
  private(set) var shortcutCount = 0

  private let count: Int
  private var level: [UInt32]
  private var priority: UnsafeMutablePointer<Int32>
  /// Vertices that are contracted in this round.
  private let chosen: UnsafeMutablePointer<Bool>

  /// Vertices a search for a way around may settle, when the cost of contracting is estimated and when it is done.
  private static let estimateLimit = 40
  private static let contractLimit = 400

  /// - Parameter graph: nothing is left of it.
  init(_ graph: consuming ContractionGraph, threads: Int = ProcessInfo.processInfo.activeProcessorCount) {
    count = graph.count
    rank = [UInt32](repeating: 0, count: count)
    level = [UInt32](repeating: 0, count: count)
    priority = .allocate(capacity: max(count, 1))
    priority.initialize(repeating: 0, count: max(count, 1))
    chosen = .allocate(capacity: max(count, 1))
    chosen.initialize(repeating: false, count: max(count, 1))
    run(graph, threads: max(1, threads))
    level = []
    priority.deallocate()
    chosen.deallocate()
  }

  /// Finds the priorities of the vertices.
  private func estimate(
    _ list: [UInt32], _ searches: [WitnessSearch], _ graph: ContractionGraph, _ threads: Int
  ) {
    let target = UncheckedPointer(priority)
    level.withUnsafeBufferPointer { level in
      let level = UncheckedBuffer(level)
      Parallel.forEachChunk(of: list.count, size: 32, threads: threads) { thread, range in
        for v in list[range] {
          target.pointer[Int(v)] = Self.priority(of: v, level.buffer[Int(v)], searches[thread], graph)
        }
      }
    }
  }

  /// Marks those of the vertices as chosen that come before all their neighbours, and no others of them.
  private func findLeast(of list: [UInt32], _ graph: ContractionGraph, _ threads: Int) {
    let target = UncheckedPointer(chosen)
    let source = UncheckedPointer(priority)
    Parallel.forEachChunk(of: list.count, size: 512, threads: threads) { _, range in
      for v in list[range] { target.pointer[Int(v)] = Self.isLeast(v, source.pointer, graph) }
    }
  }

  private mutating func run(_ graph: ContractionGraph, threads: Int) {
    let searches = (0..<threads).map { _ in WitnessSearch(graph, chosen: chosen) }
    var remaining = (0..<UInt32(count)).map { $0 }
    var isDirty = [Bool](repeating: true, count: count)
    var contracted: UInt32 = 0
    upStarts.reserveCapacity(count + 1)
    downStarts.reserveCapacity(count + 1)

    while !remaining.isEmpty {
      rounds += 1
      // Priorities grow mostly, so one that is out of date is too small: only vertices that come before all their
      // neighbours by what is known are looked at anew, and contracted if they still do.
      var list = remaining
      if rounds > 1 {
        findLeast(of: list, graph, threads)
        list.removeAll { !chosen[Int($0)] || !isDirty[Int($0)] }
      }
      for v in list { isDirty[Int(v)] = false }
      estimate(list, searches, graph, threads)
      findLeast(of: rounds > 1 ? list : remaining, graph, threads)
      let independent = remaining.filter { chosen[Int($0)] }
      remaining.removeAll { chosen[Int($0)] }
      let chunkSize = 32
      let chunks = (independent.count + chunkSize - 1) / chunkSize
      var found = [[WitnessSearch.Shortcut]](repeating: [], count: chunks)
      found.withUnsafeMutableBufferPointer { found in
        let target = UncheckedPointer(found.baseAddress!)
        Parallel.forEachChunk(of: independent.count, size: chunkSize, threads: threads) { thread, range in
          var list: [WitnessSearch.Shortcut] = []
          for k in range {
            searches[thread].shortcuts(contracting: independent[k], limit: Self.contractLimit) {
              list.append($0)
            }
          }
          target.pointer[range.lowerBound / chunkSize] = list
        }
      }
      for v in independent {
        chosen[Int(v)] = false
        rank[Int(v)] = contracted
        contracted += 1
        let above = level[Int(v)] + 1
        for arc in graph.outs[Int(v)].buffer {
          ups.append(Arc(arc))
          level[Int(arc.end)] = max(level[Int(arc.end)], above)
          isDirty[Int(arc.end)] = true
        }
        for arc in graph.ins[Int(v)].buffer {
          downs.append(Arc(arc))
          level[Int(arc.end)] = max(level[Int(arc.end)], above)
          isDirty[Int(arc.end)] = true
        }
        upStarts.append(UInt32(ups.count))
        downStarts.append(UInt32(downs.count))
        graph.detach(v)
        graph.release(v)
      }
      for list in found {
        for shortcut in list {
          shortcutCount += 1
          graph.insert(from: shortcut.from, shortcut.arc)
        }
      }
    }
  }

  /// How soon a vertex should be contracted, small first: what it adds by what it takes away, by arcs and by the turns
  /// they stand for, and how deep the hierarchy below it is.
  private static func priority(
    of v: UInt32, _ level: UInt32, _ search: WitnessSearch, _ graph: ContractionGraph
  )
    -> Int32
  {
    var added = 0
    var addedHops = 0
    search.shortcuts(contracting: v, limit: estimateLimit) {
      added += 1
      addedHops += Int($0.arc.hops)
    }
    var removed = 0
    var removedHops = 0
    for arc in graph.outs[Int(v)].buffer {
      removed += 1
      removedHops += Int(arc.hops)
    }
    for arc in graph.ins[Int(v)].buffer {
      removed += 1
      removedHops += Int(arc.hops)
    }
    guard removed > 0 else { return Int32(clamping: Int(level) * 1000) }
    return Int32(clamping: 1000 * Int(level) + 2000 * added / removed + 1000 * addedHops / removedHops)
  }

  /// Whether the vertex comes before all its neighbours.
  private static func isLeast(_ v: UInt32, _ priority: UnsafeMutablePointer<Int32>, _ graph: ContractionGraph)
    -> Bool
  {
    let own = key(v, priority)
    for list in [graph.outs[Int(v)], graph.ins[Int(v)]] {
      for a in 0..<Int(list.count) where key(list.arcs[a].end, priority) < own { return false }
    }
    return true
  }

  /// Priority, then a number that mixes neighbours: in a grid all are equal otherwise.
  @inline(__always)
  private static func key(_ v: UInt32, _ priority: UnsafeMutablePointer<Int32>) -> UInt64 {
    var x = v &* 0x9E37_79B9
    x ^= x >> 16
    x = x &* 0x85EB_CA6B
    x ^= x >> 13
    return UInt64(UInt32(bitPattern: priority[Int(v)])) << 32 | UInt64(x)
  }
}

/// Runs work on several threads.
enum Parallel {
  /// Calls `body` with a thread's number and a range of at most `size`, for all of `count`. Ranges begin at multiples of
  /// `size`; which thread gets which is not known.
  static func forEachChunk(
    of count: Int, size: Int, threads: Int, _ body: @Sendable (_ thread: Int, _ range: Range<Int>) -> Void
  ) {
    let chunks = (count + size - 1) / size
    guard chunks > 0 else { return }
    if threads == 1 || chunks == 1 {
      for chunk in 0..<chunks { body(0, chunk * size..<min(count, (chunk + 1) * size)) }
      return
    }
    let next = Atomic(0)
    DispatchQueue.concurrentPerform(iterations: min(threads, chunks)) { thread in
      while true {
        let chunk = next.wrappingAdd(1, ordering: .relaxed).oldValue
        if chunk >= chunks { return }
        body(thread, chunk * size..<min(count, (chunk + 1) * size))
      }
    }
  }
}

/// Memory that several threads write to at different places, as the caller sees to.
struct UncheckedPointer<Element>: @unchecked Sendable {
  let pointer: UnsafeMutablePointer<Element>
  init(_ pointer: UnsafeMutablePointer<Element>) { self.pointer = pointer }
}

/// Memory that several threads read.
struct UncheckedBuffer<Element>: @unchecked Sendable {
  let buffer: UnsafeBufferPointer<Element>
  init(_ buffer: UnsafeBufferPointer<Element>) { self.buffer = buffer }
}
