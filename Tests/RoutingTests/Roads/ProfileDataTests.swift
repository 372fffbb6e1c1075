import Foundation
import Testing

@testable import Routing

@Suite("Profile data")
struct ProfileDataTests {
  private static let car = String(decoding: PackageResources.car_json, as: UTF8.self)

  private func error(_ json: String) throws -> RoadProfileError? {
    do {
      _ = try RoadProfile(json: Data(json.utf8))
      return nil
    } catch let error as RoadProfileError {
      return error
    }
  }

  /// The car's data with one place changed.
  private func error(replacing old: String, with new: String) throws -> RoadProfileError? {
    try #require(Self.car.contains(old))
    return try error(Self.car.replacing(old, with: new, maxReplacements: 1))
  }

  @Test("both shipped profiles are whole, named and different")
  func shipped() {
    #expect(RoadProfile.car.name == "car")
    #expect(RoadProfile.foot.name == "foot")
    #expect(RoadProfile.car.obeysTurnRestrictions)
    #expect(RoadProfile.car.fingerprint != RoadProfile.foot.fingerprint)
  }

  @Test("the fingerprint is of the data: the same for the same, another for any change")
  func fingerprint() throws {
    let again = try RoadProfile(json: Data(Self.car.utf8))
    #expect(again.fingerprint == RoadProfile.car.fingerprint)
    let changed = try RoadProfile(
      json: Data(Self.car.replacing("\"factor\": 0.8", with: "\"factor\": 0.9").utf8))
    #expect(changed.fingerprint != again.fingerprint)
    #expect(again.fingerprint.utf8.count == 16)
    #expect(again.fingerprint.utf8.allSatisfy { "0123456789abcdef".utf8.contains($0) })
  }

  @Test("a change of the data changes what the profile says")
  func dataRules() throws {
    let json = Self.car.replacing(
      "\"track\": {\"class\": \"track\", \"speed\": 10, \"onlyWhenAllowed\": true}",
      with: "\"track\": {\"class\": \"track\", \"speed\": 12}"
    )
    .replacing("\"uTurns\": \"deadEnds\"", with: "\"uTurns\": \"anywhere\"")
    .replacing("\"obeyed\": true", with: "\"obeyed\": false")
    let profile = try RoadProfile(json: Data(json.utf8))
    #expect(profile.way(["highway": "track"])?.forwardKilometresPerHour == 12)
    #expect(profile.turnCost(angleDegrees: 180, isUTurn: true) != nil)
    #expect(profile.restriction(["restriction": "no_left_turn"]) == .none(.notObeyed))
    let never = try RoadProfile(
      json: Data(Self.car.replacing("\"uTurns\": \"deadEnds\"", with: "\"uTurns\": \"never\"").utf8))
    #expect(never.turnCost(angleDegrees: 180, isUTurn: true, isDeadEnd: true) == nil)
  }

  @Test("only the keys a profile names make a difference")
  func keys() {
    let all = osmTags(
      "highway=primary maxspeed=60 surface=gravel name=A ref=B motor_vehicle:forward=no lanes=1 odd=1")
    let kept = all.filter { RoadProfile.car.wayKeys.contains($0.key) }
    #expect(kept.count == all.count - 1)
    #expect(RoadProfile.car.way(kept) == RoadProfile.car.way(all))
    #expect(
      RoadProfile.car.nodeKeys.isSuperset(of: [
        "barrier", "highway", "access", "kerb", "bollard", "maxheight",
      ]))
    #expect(RoadProfile.foot.wayKeys.isSuperset(of: ["highway", "man_made", "foot", "sac_scale"]))
  }

  @Test(
    "what is no JSON is told so", arguments: ["", "{", "[1,", "nonsense", "{\"name\": \"car\"", "\u{FEFF}{"])
  func notJSON(text: String) throws {
    let error = try #require(try error(text))
    #expect(error.code == "roads.profile.notJSON")
    #expect(!error.hint.isEmpty)
  }

  @Test("JSON nested without end is refused")
  func nesting() throws {
    let deep = String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000)
    #expect(try error(deep)?.code == "roads.profile.notJSON")
  }

  @Test("JSON that is no object is told so", arguments: ["1", "null", "\"car\"", "[]", "true"])
  func notObject(text: String) throws {
    #expect(try error(text) == .value(path: "(the whole)", wanted: "an object"))
  }

  @Test(
    "every part that a profile needs is missed by name",
    arguments: [
      "name", "ways", "access", "oneway", "nodes", "restrictions", "turns",
    ])
  func missing(key: String) throws {
    var object = try #require(try JSONSerialization.jsonObject(with: Data(Self.car.utf8)) as? [String: Any])
    object[key] = nil
    let json = String(decoding: try JSONSerialization.data(withJSONObject: object), as: UTF8.self)
    #expect(try error(json) == .missing(path: key))
  }

  @Test(
    "every part that a profile may leave out may be left out",
    arguments: [
      "opens", "closed", "closedLanes", "endsOnly", "baseSpeeds", "caps", "limits", "reluctance", "narrow",
      "yielding", "maxspeed",
    ])
  func optional(key: String) throws {
    var object = try #require(try JSONSerialization.jsonObject(with: Data(Self.car.utf8)) as? [String: Any])
    object[key] = nil
    let profile = try RoadProfile(json: try JSONSerialization.data(withJSONObject: object))
    #expect(profile.way(["highway": "primary"])?.forwardKilometresPerHour == 65)
  }

  @Test(
    "what is wrong is named with its place",
    arguments: [
      ("\"name\": \"car\"", "\"name\": \"\"", "name"),
      ("\"name\": \"car\"", "\"name\": 5", "name"),
      ("\"speed\": 90", "\"speed\": 0", "ways[1].values.motorway.speed"),
      ("\"speed\": 90", "\"speed\": 201", "ways[1].values.motorway.speed"),
      ("\"speed\": 90", "\"speed\": -1", "ways[1].values.motorway.speed"),
      ("\"speed\": 90", "\"speed\": \"90\"", "ways[1].values.motorway.speed"),
      ("\"speed\": 90", "\"speed\": null", "ways[1].values.motorway.speed"),
      ("\"speed\": 90", "\"speed\": true", "ways[1].values.motorway.speed"),
      ("\"class\": \"motorway\"", "\"class\": \"runway\"", "ways[1].values.motorway.class"),
      ("\"oneway\": true", "\"oneway\": \"yes\"", "ways[1].values.motorway.oneway"),
      ("\"keys\": [\"motorcar\",", "\"keys\": [5,", "access.keys[0]"),
      ("\"closed\": [\"no\",", "\"closed\": [\"no\", \"yes\",", "access.closed[1]"),
      ("\"impassable\": [\"yes\"]", "\"impassable\": \"yes\"", "closed.impassable"),
      ("\"cement\": 80", "\"cement\": \"fast\"", "caps.surface.cement"),
      ("\"needs\": 1.9", "\"needs\": -1", "limits[1].needs"),
      ("\"unit\": \"tonnes\"", "\"unit\": \"stones\"", "limits[3].unit"),
      ("\"alley\": 2", "\"alley\": 0.5", "reluctance.service.alley"),
      ("\"unmarked\": 1.333", "\"unmarked\": []", "narrow.unmarked"),
      ("\"below\": 4", "\"below\": -4", "narrow.widths[1].below"),
      ("\"key\": \"priority\"", "\"key\": \"\"", "yielding.key"),
      ("\"metres\": 20", "\"metres\": -1", "nodes.approach.metres"),
      ("\"shift\": 3.25", "\"shift\": null", "turns.oncoming.shift"),
      ("\"factor\": 0.8", "\"factor\": 8", "maxspeed.factor"),
      ("\"BY\": {\"urban\": 60", "\"BY\": {\"urban\": 600", "maxspeed.zones.BY.urban"),
      ("\"gate\": 60", "\"gate\": -5", "nodes.barriers.open.gate"),
      ("\"others\": \"closed\"", "\"others\": \"perhaps\"", "nodes.barriers.others"),
      ("\"traffic_signals\": 2", "\"traffic_signals\": 1e9", "nodes.seconds.highway.traffic_signals"),
      ("\"obeyed\": true", "\"obeyed\": 1", "restrictions.obeyed"),
      ("\"bias\": 1.075", "\"bias\": 0", "turns.bias"),
      ("\"uTurns\": \"deadEnds\"", "\"uTurns\": \"sometimes\"", "turns.uTurns"),
    ])
  func values(old: String, new: String, path: String) throws {
    let error = try #require(try error(replacing: old, with: new))
    #expect(error.code == "roads.profile.value")
    #expect(error.message.contains("`\(path)`"), "\(error.message)")
  }

  @Test(
    "a misspelt key is not passed over",
    arguments: [
      ("\"closedLanes\"", "\"closedLane\"", "closedLane"),
      ("\"speed\": 90", "\"sped\": 90", "ways[1].values.motorway.sped"),
      ("\"uTurnSeconds\"", "\"uturnSeconds\"", "turns.uturnSeconds"),
      ("{\"except\": [\"no\"]}", "{\"unless\": [\"no\"]}", "closed.proposed.unless"),
    ])
  func misspelt(old: String, new: String, path: String) throws {
    let error = try #require(try error(replacing: old, with: new))
    #expect(error.code == "roads.profile.unknownKey")
    #expect(error.message.contains("`\(path)`"), "\(error.message)")
    #expect(error.hint.contains("known here"))
  }

  @Test("cut at any place or with any byte changed, data is refused by code or read, never a crash")
  func mutations() throws {
    var random = SeededRandom(seed: 7)
    let bytes = PackageResources.car_json
    for _ in 0..<400 {
      var mutant = bytes
      switch random.next() % 3 {
      case 0: mutant = Array(bytes.prefix(Int(random.next() % UInt64(bytes.count))))
      case 1: mutant[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next())
      default: mutant.remove(at: Int(random.next() % UInt64(bytes.count)))
      }
      do {
        _ = try RoadProfile(json: Data(mutant))
      } catch is RoadProfileError {}
    }
  }
}

extension SeededRandom: RandomNumberGenerator {}
