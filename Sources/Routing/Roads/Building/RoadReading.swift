import Geo
import Kernels

/// Reads the ways, nodes and turn restrictions that a profile can use from OpenStreetMap extracts.
///
/// Each file is read twice: first its ways and relations, then the positions and tags of the nodes they need. Memory
/// grows with the roads, not with the file: about 40 bytes for each node of a usable way.
struct RoadReading {
  let profile: RoadProfile
  private(set) var draft = RoadDraft()
  /// Numbers of the nodes of all ways, in their order; turned into indexes between the passes.
  private var references: [Int64] = []
  private var kindIndexes: [RoadWay: Int32] = [:]
  private var textIndexes: [String: Int32] = ["": 0]
  private var knownWays: Set<Int64> = []
  private var knownRestrictions: Set<Int64> = []

  /// - Throws: ``OSMError``, ``RoadBuildError/noRoads``.
  static func draft(of paths: [String], profile: RoadProfile) throws -> RoadDraft {
    var reading = RoadReading(profile: profile)
    var contents: [[OSMKinds]] = []
    for path in paths { contents.append(try reading.readWays(of: path, isOneOfMany: paths.count > 1)) }
    guard !reading.draft.ways.isEmpty else {
      throw RoadBuildError.noRoads(paths: paths, profile: profile.name)
    }
    reading.numberNodes()
    for (path, known) in zip(paths, contents) { try reading.readNodes(of: path, known: known) }
    return reading.draft
  }

  private init(profile: RoadProfile) { self.profile = profile }

  // MARK: Ways and restrictions

  private mutating func readWays(of path: String, isOneOfMany: Bool) throws -> [OSMKinds] {
    var contents: [OSMKinds] = []
    try OSMReader(path: path).forEachBlock([.ways, .relations]) { block in
      contents.append(block.contents)
      // XML repeats its strings for every tag, so what a string is is asked where it stands.
      for w in block.wayIDs.indices { readWay(block, w, isOneOfMany: isOneOfMany) }
      for r in block.relationIDs.indices { readRelation(block, r, isOneOfMany: isOneOfMany) }
    }
    return contents
  }

  private static let highway = Array("highway".utf8)
  private static let route = Array("route".utf8)
  private static let restriction = Array("restriction".utf8)

  private static func isWanted(_ block: OSMBlock, _ key: Int32) -> Bool {
    block.withString(key) { bytes in
      (bytes.count == 7 && bytes.elementsEqual(highway)) || (bytes.count == 5 && bytes.elementsEqual(route))
    }
  }

  private mutating func readWay(_ block: OSMBlock, _ w: Int, isOneOfMany: Bool) {
    let tags = Int(block.wayTagStarts[w])..<Int(block.wayTagStarts[w + 1])
    let nodes = Int(block.wayReferenceStarts[w])..<Int(block.wayReferenceStarts[w + 1])
    guard nodes.count > 1, tags.contains(where: { Self.isWanted(block, block.wayTagKeys[$0]) }) else {
      return
    }
    var texts: [String: String] = [:]
    for k in tags { texts[block.string(block.wayTagKeys[k])] = block.string(block.wayTagValues[k]) }
    guard let way = profile.way(texts) else { return }
    let id = block.wayIDs[w]
    if isOneOfMany, !knownWays.insert(id).inserted {
      draft.counts.repeatedWays += 1
      return
    }
    var kind = way
    kind.name = ""
    kind.reference = ""
    let entry =
      RoadDraft.Way(
        id: id, firstNode: references.count, nodeCount: nodes.count,
        kind: Self.index(of: kind, in: &draft.kinds, &kindIndexes),
        name: Self.index(of: way.name, in: &draft.texts, &textIndexes),
        reference: Self.index(of: way.reference, in: &draft.texts, &textIndexes))
    draft.ways.append(entry)
    references.append(contentsOf: block.wayReferences[nodes])
    draft.counts.ways += 1
  }

  /// The place of a value in a list of distinct ones, at its end when it is new.
  private static func index<Value: Hashable>(
    of value: Value, in list: inout [Value], _ known: inout [Value: Int32]
  ) -> Int32 {
    if let index = known[value] { return index }
    let index = Int32(list.count)
    list.append(value)
    known[value] = index
    return index
  }

  private mutating func readRelation(_ block: OSMBlock, _ r: Int, isOneOfMany: Bool) {
    guard profile.obeysTurnRestrictions else { return }
    let tags = Int(block.relationTagStarts[r])..<Int(block.relationTagStarts[r + 1])
    var texts: [String: String] = [:]
    guard
      tags.contains(where: { k in
        block.withString(block.relationTagValues[k]) { $0.elementsEqual(Self.restriction) }
          || block.withString(block.relationTagKeys[k]) { $0.starts(with: Self.restriction) }
      })
    else { return }
    for k in tags { texts[block.string(block.relationTagKeys[k])] = block.string(block.relationTagValues[k]) }
    guard texts["type"] == "restriction" || texts["type"]?.hasPrefix("restriction:") == true else { return }
    if isOneOfMany, !knownRestrictions.insert(block.relationIDs[r]).inserted { return }
    let isOnly: Bool
    switch profile.restriction(texts) {
    case .none: return
    case .conditional:
      draft.counts.conditionalRestrictions += 1
      return
    case .no: isOnly = false
    case .only: isOnly = true
    }
    var (from, to, viaNodes, viaWays): ([Int64], [Int64], [Int64], [Int64]) = ([], [], [], [])
    for m in Int(block.relationMemberStarts[r])..<Int(block.relationMemberStarts[r + 1]) {
      let reference = block.memberReferences[m]
      switch (block.string(block.memberRoles[m]), block.memberKinds[m]) {
      case ("from", 1): from.append(reference)
      case ("to", 1): to.append(reference)
      case ("via", 0): viaNodes.append(reference)
      case ("via", 1): viaWays.append(reference)
      default: break
      }
    }
    let via: RoadDraft.Restriction.Via
    switch (viaNodes.count, viaWays.count) {
    case (1, 0): via = .node(viaNodes[0])
    case (0, 1...): via = .ways(viaWays)
    default:
      draft.counts.brokenRestrictions += 1
      return
    }
    guard !from.isEmpty, !to.isEmpty, from.count == 1 || to.count == 1,
      !isOnly || (from.count == 1 && to.count == 1)
    else {
      draft.counts.brokenRestrictions += 1
      return
    }
    draft.restrictions.append(RoadDraft.Restriction(from: from, via: via, to: to, isOnly: isOnly))
    draft.counts.restrictions += 1
  }

  // MARK: Nodes

  /// Gives every distinct node an index in the order of its number.
  private mutating func numberNodes() {
    let order = RadixSort.order(references)
    draft.nodes = [Int32](repeating: -1, count: references.count)
    var last: Int64?
    for place in order {
      let id = references[Int(place)]
      if id != last {
        draft.nodeIDs.append(id)
        last = id
      }
      draft.nodes[Int(place)] = Int32(draft.nodeIDs.count - 1)
    }
    references = []
    draft.latitudes = [Int32](repeating: .min, count: draft.nodeIDs.count)
    draft.longitudes = draft.latitudes
  }

  private mutating func readNodes(of path: String, known: [OSMKinds]) throws {
    // Nodes come in the order of their numbers mostly, so the next is looked for from where the last was found.
    var hint = 0
    try OSMReader(path: path).forEachBlock(.nodes, known: known) { block in
      for k in block.nodeIDs.indices {
        guard let index = find(block.nodeIDs[k], from: &hint) else { continue }
        guard draft.latitudes[index] == .min else { continue }
        draft.latitudes[index] = block.nodeLatitudes[k]
        draft.longitudes[index] = block.nodeLongitudes[k]
        let tags = Int(block.nodeTagStarts[k])..<Int(block.nodeTagStarts[k + 1])
        guard !tags.isEmpty else { continue }
        var texts: [String: String] = [:]
        for t in tags { texts[block.string(block.nodeTagKeys[t])] = block.string(block.nodeTagValues[t]) }
        if let rule = profile.node(texts) { draft.rules[Int32(index)] = rule }
      }
    }
  }

  /// The index of a node, looked for in growing steps from the last one found.
  private func find(_ id: Int64, from hint: inout Int) -> Int? {
    let count = draft.nodeIDs.count
    var low = 0
    var high = count
    if hint < count, draft.nodeIDs[hint] <= id {
      low = hint
      var step = 1
      while low + step < count, draft.nodeIDs[low + step] <= id {
        low += step
        step *= 2
      }
      high = min(count, low + step)
    } else {
      high = min(hint, count)
    }
    while low < high {
      let middle = (low + high) / 2
      if draft.nodeIDs[middle] < id { low = middle + 1 } else { high = middle }
    }
    guard low < count else { return nil }
    hint = low
    return draft.nodeIDs[low] == id ? low : nil
  }
}
