/// Profile data, read and checked once, in the shape in which ways and nodes are judged fast.
///
/// A class only so that copies of a profile share it; nothing in it changes.
final class RoadProfileRules: Sendable {
  /// What a value of `highway`, `route` … makes of a way.
  struct Kind: Sendable {
    let roadClass: RoadClass
    let speed: Double
    let isOneway: Bool
    let onlyWhenAllowed: Bool
    let isTimed: Bool
  }

  /// Tag values that do something when a key carries one of them, or any other than some.
  enum Values: Sendable {
    case listed(Set<String>)
    case anyExcept(Set<String>)

    func contains(_ value: String) -> Bool {
      switch self {
      case .listed(let values): values.contains(value)
      case .anyExcept(let values): !values.contains(value)
      }
    }
  }

  /// Slots of a key and of its two directions.
  struct DirectedKey: Sendable {
    let plain: Int
    let forward: Int
    let backward: Int
  }

  /// What lanes carry, one value a lane.
  struct Lanes: Sendable {
    let key: DirectedKey
    let values: Values

    func closes(_ tags: TagValues, isForward: Bool) -> Bool {
      guard let lanes = tags.value(key, isForward: isForward) else { return false }
      return lanes.split(separator: "|", omittingEmptySubsequences: false)
        .allSatisfy { values.contains(TagText.trimmed($0)) }
    }
  }

  /// A slot and a figure for each value.
  struct Figures: Sendable {
    let slot: Int
    let byValue: [String: Double]
  }

  struct Oneway: Sendable {
    let keys: [Int]
    let keyNames: [String]
    let forward: Set<String>
    let backward: Set<String>
    let both: Set<String>
    let closed: Set<String>
    let junctions: Set<String>
  }

  /// Roads on which those who meet have to make room for each other.
  struct Narrow: Sendable {
    struct Width: Sendable {
      let below: Double
      let reluctance: Double
    }

    /// With at most so many lanes for both directions.
    let lanes: Double
    let reluctance: Double
    /// Where no lines are drawn.
    let unmarked: Double
    /// The first that is not reached counts.
    let widths: [Width]
  }

  /// A tag that says which direction goes first (`forward`, `backward`); the other one waits.
  struct Yielding: Sendable {
    let slot: Int
    let reluctance: Double
  }

  struct Maxspeed: Sendable {
    let keys: [DirectedKey]
    let zoneKeys: [DirectedKey]
    let factor: Double
    let words: [String: Double]
    let zones: [String: [String: Double]]
    let wholeZones: [String: Double]
  }

  struct Limit: Sendable {
    let keys: [String]
    let slots: [Int]
    let needs: Double
    let unit: Measure

    /// The first of the keys that can be read decides.
    func refuses(_ tags: TagValues) -> Bool {
      slots.lazy.compactMap { tags[$0].flatMap(unit.parse) }.first.map { $0 < needs } ?? false
    }

    func refuses(_ tags: [String: String]) -> Bool {
      keys.lazy.compactMap { tags[$0].flatMap(unit.parse) }.first.map { $0 < needs } ?? false
    }
  }

  struct Barriers: Sendable {
    let open: [String: Double]
    let closed: Set<String>
    let othersAreOpen: Bool
    let openWhen: [String: [String: Set<String>]]
    let limits: [Limit]
  }

  struct Restrictions: Sendable {
    let obeyed: Bool
    let vehicles: [String]
  }

  /// Signs that stand a little before the junction they are meant for.
  struct Approach: Sendable {
    let metres: Double
    let keys: [(key: String, values: Values)]
  }

  struct Turns: Sendable {
    enum UTurns: String, Sendable, CaseIterable { case never, deadEnds, anywhere }

    /// What waiting for a gap in the oncoming traffic costs at most, and where on the curve a turn begins to.
    struct Oncoming: Sendable {
      let seconds: Double
      let shift: Double
    }

    let seconds: Double
    let steepness: Double
    let bias: Double
    let oncoming: Oncoming?
    let uTurnSeconds: Double
    let uTurns: UTurns
  }

  /// Slots of the keys that every profile reads.
  struct Common: Sendable {
    let junction: Int
    let name: Int
    let reference: Int
    let destination: DirectedKey
    let destinationReference: Int
    let toll: Int
    let tunnel: Int
    let bridge: Int
    let duration: Int
    let width: Int
    let lanes: Int
    let laneMarkings: Int
  }

  let slots: TagSlots
  let common: Common
  let sources: [(key: String, kinds: [String: Kind])]
  let accessKeys: [DirectedKey]
  let accessKeyNames: [String]
  let accessValues: [String: RoadAccess]
  let opens: [(slot: Int, values: Values)]
  let oneway: Oneway
  let closed: [(slot: Int, values: Values)]
  let closedLanes: [Lanes]
  let endsOnly: [(slot: Int, values: Values)]
  let baseSpeeds: [Figures]
  let caps: [Figures]
  let limits: [Limit]
  let reluctance: [Figures]
  let narrow: Narrow?
  let yielding: Yielding?
  let maxspeed: Maxspeed?
  let barriers: Barriers
  let nodeSeconds: [(key: String, byValue: [String: Double])]
  let nodeDirectionKeys: [String]
  let minorRoadsOnly: [(key: String, values: Values)]
  let approach: Approach?
  let restrictions: Restrictions
  let turns: Turns
  let wayKeys: Set<String>
  let nodeKeys: Set<String>

  static let speedRange = 0.0...200
  static let secondsRange = 0.0...3600

  init(_ whole: ProfileReader) throws {
    let data = try whole.knowing(
      "name", "ways", "access", "opens", "oneway", "closed", "closedLanes", "endsOnly", "baseSpeeds", "caps",
      "limits", "reluctance", "narrow", "yielding", "maxspeed", "nodes", "restrictions", "turns")
    var slots = TagSlots()

    common = Common(
      junction: slots.slot("junction", []), name: slots.slot("name", []), reference: slots.slot("ref", []),
      destination: slots.directed("destination", []), destinationReference: slots.slot("destination:ref", []),
      toll: slots.slot("toll", []), tunnel: slots.slot("tunnel", []), bridge: slots.slot("bridge", []),
      duration: slots.slot("duration", []), width: slots.slot("width", .narrow),
      lanes: slots.slot("lanes", .narrow), laneMarkings: slots.slot("lane_markings", .narrow))
    sources = try data("ways").elements.map { source in
      let source = try source.knowing("key", "values")
      let kinds = try source("values").members.map { ($0.key, try Self.kind($0.value)) }
      return (try source("key").string, Dictionary(uniqueKeysWithValues: kinds))
    }

    let access = try data("access").knowing("keys", "open", "closed", "endsOnly")
    accessKeyNames = try access("keys").strings
    accessKeys = accessKeyNames.map { slots.directed($0, .access) }
    accessValues = try Self.accessValues(access)
    opens = try Self.conditions(data.optional("opens"), .opens, &slots)

    let oneway = try data("oneway").knowing("keys", "forward", "backward", "both", "closed", "junctions")
    let onewayKeys = try oneway("keys").strings
    self.oneway = Oneway(
      keys: onewayKeys.map { slots.slot($0, .oneway) }, keyNames: onewayKeys,
      forward: Set(try oneway("forward").strings), backward: Set(try oneway("backward").strings),
      both: Set(try oneway("both").strings), closed: Set(try oneway("closed").strings),
      junctions: Set(try oneway("junctions").strings))

    closed = try Self.conditions(data.optional("closed"), .closed, &slots)
    closedLanes = try (data.optional("closedLanes")?.members ?? []).map {
      Lanes(key: slots.directed($0.key, .closedLanes), values: try Self.values($0.value))
    }
    endsOnly = try Self.conditions(data.optional("endsOnly"), .endsOnly, &slots)
    baseSpeeds = try Self.figures(data.optional("baseSpeeds"), .baseSpeeds, Self.speedRange, &slots)
    caps = try Self.figures(data.optional("caps"), .caps, Self.speedRange, &slots)
    limits = try (data.optional("limits")?.elements ?? []).map { try Self.limit($0, &slots) }
    reluctance = try Self.figures(data.optional("reluctance"), .reluctance, 1...100, &slots)
    narrow = try data.optional("narrow").map(Self.narrow)
    yielding = try data.optional("yielding").map {
      let yielding = try $0.knowing("key", "reluctance")
      return Yielding(
        slot: slots.slot(try yielding("key").string, .reluctance),
        reluctance: try yielding("reluctance").number(1...100))
    }
    maxspeed = try data.optional("maxspeed").map { try Self.maxspeed($0, &slots) }

    let nodes = try data("nodes").knowing(
      "barriers", "seconds", "directionKeys", "minorRoadsOnly", "approach")
    barriers = try Self.barriers(nodes("barriers"))
    nodeSeconds = try (nodes.optional("seconds")?.members ?? []).map {
      ($0.key, try $0.value.numbers(Self.secondsRange))
    }
    nodeDirectionKeys = try nodes.optional("directionKeys")?.strings ?? []
    minorRoadsOnly = try (nodes.optional("minorRoadsOnly")?.members ?? []).map {
      ($0.key, try Self.values($0.value))
    }
    approach = try nodes.optional("approach").map {
      let approach = try $0.knowing("metres", "keys")
      return Approach(
        metres: try approach("metres").number(0...1000),
        keys: try approach("keys").members.map { ($0.key, try Self.values($0.value)) })
    }

    let restrictions = try data("restrictions").knowing("obeyed", "vehicles")
    self.restrictions = Restrictions(
      obeyed: try restrictions("obeyed").bool, vehicles: try restrictions("vehicles").strings)
    let turns = try data("turns").knowing(
      "seconds", "steepness", "bias", "oncoming", "uTurnSeconds", "uTurns")
    self.turns = Turns(
      seconds: try turns("seconds").number(Self.secondsRange),
      steepness: try turns("steepness").number(0...100), bias: try turns("bias").number(0.1...10),
      oncoming: try turns.optional("oncoming").map {
        let oncoming = try $0.knowing("seconds", "shift")
        return Turns.Oncoming(
          seconds: try oncoming("seconds").number(Self.secondsRange),
          shift: try oncoming("shift").number(-100...100))
      },
      uTurnSeconds: try turns("uTurnSeconds").number(Self.secondsRange),
      uTurns: try turns("uTurns").word(
        of: Dictionary(uniqueKeysWithValues: Turns.UTurns.allCases.map { ($0.rawValue, $0) })))

    self.slots = slots
    wayKeys = Set(slots.keys).union(sources.map(\.key))
    nodeKeys = Set(accessKeyNames).union(nodeSeconds.map(\.key)).union(["barrier"])
      .union(nodeDirectionKeys).union(barriers.limits.flatMap(\.keys))
      .union(barriers.openWhen.values.flatMap(\.keys)).union(minorRoadsOnly.map(\.key))
      .union((approach?.keys ?? []).map(\.key))
  }

  private static func kind(_ reader: ProfileReader) throws -> Kind {
    let kind = try reader.knowing("class", "speed", "oneway", "onlyWhenAllowed", "timed")
    return Kind(
      roadClass: try kind("class").word(of: RoadClass.byName), speed: try kind("speed").number(1...200),
      isOneway: try kind.optional("oneway")?.bool ?? false,
      onlyWhenAllowed: try kind.optional("onlyWhenAllowed")?.bool ?? false,
      isTimed: try kind.optional("timed")?.bool ?? false)
  }

  private static func narrow(_ reader: ProfileReader) throws -> Narrow {
    let narrow = try reader.knowing("lanes", "reluctance", "unmarked", "widths")
    return Narrow(
      lanes: try narrow("lanes").number(0...100), reluctance: try narrow("reluctance").number(1...100),
      unmarked: try narrow("unmarked").number(1...100),
      widths: try narrow("widths").elements.map {
        let width = try $0.knowing("below", "reluctance")
        return Narrow.Width(
          below: try width("below").number(0...100), reluctance: try width("reluctance").number(1...100))
      })
  }

  private static func accessValues(_ access: ProfileReader) throws -> [String: RoadAccess] {
    var byValue: [String: RoadAccess] = [:]
    for (list, meaning) in [("open", RoadAccess.open), ("closed", .closed), ("endsOnly", .endsOnly)] {
      for element in try access(list).elements
      where byValue.updateValue(meaning, forKey: try element.string) != nil {
        throw RoadProfileError.value(path: element.path, wanted: "in one of the lists only")
      }
    }
    return byValue
  }

  private static func values(_ reader: ProfileReader) throws -> Values {
    if case .object = reader.value {
      return .anyExcept(Set(try reader.knowing("except")("except").strings))
    }
    return .listed(Set(try reader.strings))
  }

  private static func conditions(
    _ reader: ProfileReader?, _ rules: TagRules, _ slots: inout TagSlots
  ) throws -> [(slot: Int, values: Values)] {
    var conditions: [(slot: Int, values: Values)] = []
    for (key, value) in try reader?.members ?? [] {
      conditions.append((slots.slot(key, rules), try values(value)))
    }
    return conditions
  }

  private static func figures(
    _ reader: ProfileReader?, _ rules: TagRules, _ range: ClosedRange<Double>, _ slots: inout TagSlots
  ) throws -> [Figures] {
    var figures: [Figures] = []
    for (key, value) in try reader?.members ?? [] {
      figures.append(Figures(slot: slots.slot(key, rules), byValue: try value.numbers(range)))
    }
    return figures
  }

  private static func limit(_ reader: ProfileReader, _ slots: inout TagSlots) throws -> Limit {
    let limit = try reader.knowing("keys", "needs", "unit")
    let keys = try limit("keys").strings
    return Limit(
      keys: keys, slots: keys.map { slots.slot($0, .limits) }, needs: try limit("needs").number(0...1000),
      unit: try limit("unit").word(of: ["metres": .metres, "tonnes": .tonnes]))
  }

  private static func maxspeed(_ reader: ProfileReader, _ slots: inout TagSlots) throws -> Maxspeed {
    let maxspeed = try reader.knowing("keys", "zoneKeys", "factor", "words", "zones")
    let zones = Dictionary(
      uniqueKeysWithValues: try maxspeed("zones").members.map { ($0.key, try $0.value.numbers(speedRange)) })
    return Maxspeed(
      keys: try maxspeed("keys").strings.map { slots.directed($0, .maxspeed) },
      zoneKeys: try maxspeed("zoneKeys").strings.map { slots.directed($0, .maxspeed) },
      factor: try maxspeed("factor").number(0.1...1), words: try maxspeed("words").numbers(speedRange),
      zones: zones, wholeZones: Maxspeed.wholeZones(zones))
  }

  private static func barriers(_ reader: ProfileReader) throws -> Barriers {
    let barriers = try reader.knowing("open", "closed", "others", "openWhen", "limits")
    var openWhen: [String: [String: Set<String>]] = [:]
    for (barrier, keys) in try barriers.optional("openWhen")?.members ?? [] {
      openWhen[barrier] = Dictionary(
        uniqueKeysWithValues: try keys.members.map { ($0.key, Set(try $0.value.strings)) })
    }
    var unused = TagSlots()
    return Barriers(
      open: try barriers("open").numbers(secondsRange),
      closed: Set(try barriers.optional("closed")?.strings ?? []),
      othersAreOpen: try barriers("others").word(of: ["open": true, "closed": false]), openWhen: openWhen,
      limits: try (barriers.optional("limits")?.elements ?? []).map { try limit($0, &unused) })
  }
}
