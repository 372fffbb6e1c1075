import Foundation
import Testing

@testable import Routing

@Suite("Both profiles on tags of any kind")
struct ProfilePropertyTests {
  private static let keys = Array(RoadProfile.car.wayKeys.union(RoadProfile.foot.wayKeys)).sorted()
  private static let values = [
    "yes", "no", "", " ", "-1", "1", "0", "private", "destination", "designated", "motorway", "primary",
    "residential",
    "track", "steps", "footway", "ferry", "pier", "roundabout", "circular", "reversible", "alternating",
    "driveway",
    "gravel", "mud", "impassable", "movable", "60", "1e400", "-5", "0.0000001", "99999999999999999999999",
    "NaN", "inf",
    "30 mph", "50;30", ";;;", "|||", "a|b", "RU:urban", "DE:zone:30", ":", "::::", "none", "walk", "1:30",
    "PT1H",
    "P", "1:1:1", "6'2\"", "'", "\"", "2,5 m", "é", "\u{301}", "\u{0}", "🚗", "улица", "\u{202E}abc", "ﷺ",
    String(repeating: "9", count: 400), String(repeating: "a;", count: 200),
    String(repeating: "1 ", count: 200),
  ]

  private static func randomTags(_ random: inout SeededRandom) -> [String: String] {
    var tags: [String: String] = [:]
    if Bool.random(using: &random) {
      tags["highway"] = ["motorway", "primary", "residential", "service", "track", "footway", "steps"]
        .randomElement(using: &random)
    }
    for _ in 0..<Int.random(in: 0...8, using: &random) {
      tags[keys.randomElement(using: &random)!] = values.randomElement(using: &random)!
    }
    return tags
  }

  @Test("speeds are finite, 0 … 200, one of them above 0; times and reluctance are sane")
  func ways() {
    var random = SeededRandom(seed: 1)
    var open = 0
    for _ in 0..<100_000 {
      let tags = Self.randomTags(&random)
      for profile in [RoadProfile.car, .foot] {
        guard let way = profile.way(tags, country: ["BY", "", "é", nil].randomElement(using: &random)!) else {
          continue
        }
        open += 1
        let (forward, backward) = (way.forwardKilometresPerHour, way.backwardKilometresPerHour)
        let isSane =
          (0...200).contains(forward) && (0...200).contains(backward) && max(forward, backward) > 0
          && (way.fixedSeconds.map { (1...2_592_000).contains($0) } ?? true)
          && (1...100).contains(way.forwardReluctance) && (1...100).contains(way.backwardReluctance)
        #expect(isSane, "\(tags): \(way)")
      }
    }
    #expect(open > 20_000)
  }

  @Test("tags whose keys a profile does not read change nothing")
  func otherKeys() {
    var random = SeededRandom(seed: 2)
    for _ in 0..<20_000 {
      let tags = Self.randomTags(&random)
      for profile in [RoadProfile.car, .foot] {
        #expect(profile.way(tags) == profile.way(tags.filter { profile.wayKeys.contains($0.key) }))
      }
    }
  }

  @Test("nodes and restrictions of any kind are judged")
  func others() {
    var random = SeededRandom(seed: 3)
    let nodeKeys = Array(
      RoadProfile.car.nodeKeys.union(["restriction", "except", "restriction:conditional"])
    ).sorted()
    for _ in 0..<50_000 {
      var tags: [String: String] = [:]
      for _ in 0..<Int.random(in: 0...5, using: &random) {
        tags[nodeKeys.randomElement(using: &random)!] = Self.values.randomElement(using: &random)!
      }
      for profile in [RoadProfile.car, .foot] {
        let rule = profile.node(tags)
        #expect(rule.map { (0...7200).contains($0.seconds) } ?? true)
        #expect(profile.node(tags.filter { profile.nodeKeys.contains($0.key) }) == rule)
        _ = profile.restriction(tags)
      }
    }
  }

  @Test("a way that is the same but for directions swapped has its speeds swapped")
  func mirrored() {
    var random = SeededRandom(seed: 4)
    func swapped(_ key: String) -> String {
      if key.hasSuffix(":forward") { return key.dropLast(8) + ":backward" }
      return key.hasSuffix(":backward") ? key.dropLast(9) + ":forward" : key
    }
    for _ in 0..<20_000 {
      var tags = Self.randomTags(&random)
      for key in tags.keys where key.hasPrefix("oneway") || key == "junction" { tags[key] = nil }
      if tags["highway"] == "motorway" { tags["highway"] = "trunk" }
      let mirrored = Dictionary(uniqueKeysWithValues: tags.map { (swapped($0.key), $0.value) })
      for profile in [RoadProfile.car, .foot] {
        let (way, mirror) = (profile.way(tags), profile.way(mirrored))
        #expect(way?.forwardKilometresPerHour == mirror?.backwardKilometresPerHour, "\(tags)")
        #expect(way?.backwardKilometresPerHour == mirror?.forwardKilometresPerHour, "\(tags)")
      }
    }
  }
}
