import Foundation

/// One way of using the roads of a map, read from JSON: which ways, in which direction, how fast, what nodes,
/// turns and turn restrictions do.
///
/// All figures and lists stand in the data ([docs/roads-profile.md](../../../../docs/roads-profile.md) tells
/// what it holds); the code here only knows how tags are read. The keys and their meaning are those of the
/// OpenStreetMap wiki (Key:access, Key:maxspeed, Key:oneway, Relation:restriction, Key:duration).
/// Values of this type are immutable and may be asked from many threads.
public struct RoadProfile: Sendable {
  public let name: String
  /// 16 hexadecimal digits that change when the data changes: part of a graph file's version.
  public let fingerprint: String
  /// Whether `type=restriction` relations bind this profile.
  public var obeysTurnRestrictions: Bool { rules.restrictions.obeyed }
  /// Whether the plain `oneway` tag binds this profile.
  public var obeysOneway: Bool { rules.oneway.keyNames.contains("oneway") }
  /// The keys of a way that can make a difference: all others may be dropped before `way` is asked.
  public var wayKeys: Set<String> { rules.wayKeys }
  /// The keys of a node that can make a difference: a node with none of them is never special.
  public var nodeKeys: Set<String> { rules.nodeKeys }

  let rules: RoadProfileRules

  /// - Throws: `RoadProfileError` that names the place in the data and what is wrong with it.
  public init(json: Data) throws {
    let reader = try ProfileReader(json)
    rules = try RoadProfileRules(reader)
    name = try reader("name").string
    // FNV-1a, 64 bits.
    let hash = json.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    let digits = String(hash, radix: 16)
    fingerprint = String(repeating: "0", count: 16 - digits.count) + digits
  }

  /// A passenger car.
  public static let car = shipped(PackageResources.car_json)
  /// Somebody on foot.
  public static let foot = shipped(PackageResources.foot_json)

  private static func shipped(_ json: [UInt8]) -> RoadProfile {
    do {
      return try RoadProfile(json: Data(json))
    } catch {
      preconditionFailure("a profile of this program is broken: \(error)")
    }
  }

  /// Seconds that changing from one road to another costs, nil where it is not allowed.
  ///
  /// The cost rises with the angle along a logistic curve, a little later for turns to the right than for
  /// turns across the oncoming traffic. Traffic lights and gates come on top, from `node`.
  ///
  /// - Parameters:
  ///   - angleDegrees: −180 … 180, 0 is straight on, right is positive.
  ///   - isUTurn: back along the same road.
  ///   - isDeadEnd: nothing but turning round is possible there.
  ///   - isJunction: at least three roads meet, or the kind of travel changes (a ferry begins). Where only two
  ///     roads meet the bend is part of the road and costs nothing.
  ///   - meetsTraffic: others may come the other way: not on and off a roundabout.
  public func turnCost(
    angleDegrees: Double, isUTurn: Bool = false, isDeadEnd: Bool = false, isJunction: Bool = true,
    meetsTraffic: Bool = true
  ) -> Double? {
    let turns = rules.turns
    if isUTurn {
      switch turns.uTurns {
      case .never: return nil
      case .deadEnds where !isDeadEnd: return nil
      case .deadEnds, .anywhere: break
      }
    } else if !isJunction {
      return 0
    }
    guard turns.seconds > 0 else { return isUTurn ? turns.uTurnSeconds : 0 }
    let angle = angleDegrees.isFinite ? min(max(angleDegrees, -180), 180) : 0
    let half = turns.steepness / 2
    let exponent =
      angle >= 0
      ? turns.steepness / turns.bias * angle / 180 - half * turns.bias
      : turns.steepness * turns.bias * -angle / 180 - half / turns.bias
    let turning = turns.seconds / (1 + exp(-exponent))
    if isUTurn { return turning + turns.uTurnSeconds }
    guard let oncoming = turns.oncoming, meetsTraffic, isJunction, angle < 0 else { return turning }
    return turning + oncoming.seconds / (1 + exp(oncoming.shift - turns.steepness * -angle / 180))
  }

  /// What the tags of a `type=restriction` relation mean to this profile.
  public func restriction(_ tags: [String: String]) -> RoadRestrictionRule {
    let restrictions = rules.restrictions
    guard restrictions.obeyed else { return .none(.notObeyed) }
    if let except = tags["except"] {
      let excepted = except.split(separator: ";").contains {
        restrictions.vehicles.contains($0.trimmingCharacters(in: .whitespaces))
      }
      if excepted { return .none(.otherTraffic) }
    }
    let keys = restrictions.vehicles.map { "restriction:" + $0 } + ["restriction"]
    for key in keys {
      guard let value = tags[key] else { continue }
      if value.hasSuffix("_on_red") { return .conditional }
      // Hours beside the value (day_on, hour_on …), as they were written before conditions were, mean the day mostly: visits
      // are made by day.
      if value.hasPrefix("no_") { return .no }
      if value.hasPrefix("only_") { return .only }
      return .none(.unknownValue)
    }
    if keys.contains(where: { tags[$0 + ":conditional"] != nil }) { return .conditional }
    return .none(tags.keys.contains { $0.hasPrefix("restriction:") } ? .otherTraffic : .unknownValue)
  }
}
