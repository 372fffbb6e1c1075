import TestSupport
import Testing

@testable import Kernels

@Suite struct NodeTableTests {
  @Test("needed nodes are found, whatever the order of asking and however large the ids")
  func lookUp() {
    var random = SplitMix(seed: 21)
    let highs: [Int64] = [0, 0, 0, 1, 2, -1, 1 << 20, -(1 << 20)]
    var block = OSMBlock()
    var table = NodeTable()
    var needed: Set<Int64> = []
    for k in 0..<4000 {
      let id = highs[random.below(highs.count)] << 32 &+ Int64(random.below(6000))
      block.nodeIDs.append(id)
      // The last place of a node in the file counts.
      block.nodeLatitudes.append(Int32(k))
      block.nodeLongitudes.append(-Int32(k))
      if random.below(2) == 0 {
        needed.insert(id)
        table.need([id, id, id + 1, id][...])
        needed.insert(id + 1)
      }
    }
    table.need([][...])
    table.seal()
    #expect(table.count == needed.count)
    table.store(block)
    var expected: [Int64: Int32] = [:]
    for (k, id) in block.nodeIDs.enumerated() where needed.contains(id) { expected[id] = Int32(k) }
    var hint = NodeTable.Hint()
    for _ in 0..<20_000 {
      let id = highs[random.below(highs.count)] << 32 &+ Int64(random.below(6002))
      let found = table.coordinate(id, &hint)
      #expect(found?.latitude == expected[id])
      #expect(found?.longitude == expected[id].map { -$0 })
    }
  }

  @Test("an empty table knows nothing")
  func empty() {
    var table = NodeTable()
    table.seal()
    var hint = NodeTable.Hint()
    #expect(table.count == 0 && table.coordinate(1, &hint) == nil)
  }
}
