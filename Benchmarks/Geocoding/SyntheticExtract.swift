import Foundation
import Geo

/// A made-up country as an OpenStreetMap extract (`.osm.pbf`): towns whose sizes follow Zipf's law, streets whose names
/// repeat from town to town, two fifths of the addresses as nodes and the rest on the outlines of buildings. Two towns
/// of five write in Cyrillic. The same bytes for the same count; a town at a time is held in memory.
struct SyntheticExtract {
  /// An address that is in the extract, as people would write it.
  struct Known {
    var text: String
    var place: Coordinate
  }

  let addresses: Int
  private(set) var known: [Known] = []
  private let weights: Double
  private let townCount: Int
  /// Towns in a row of the grid they stand on.
  private let columns: Int

  init(addresses: Int) {
    self.addresses = addresses
    townCount = max(3, addresses / 400)
    columns = Int(Double(townCount).squareRoot().rounded(.up))
    weights = (0..<townCount).reduce(0) { $0 + Self.weight($1) }
  }

  /// Writes the extract and keeps `knownCount` of its addresses in ``known``.
  mutating func write(to path: String, knownCount: Int) throws {
    known = []
    var file = try PBFExtractWriter(path)
    let step = max(addresses / knownCount, 1)
    var number = 0
    try forEachTown { town in
      try file.node(at: town.place, tags: town.tags)
      for street in town.streets {
        for point in street.line { try file.node(at: point, tags: []) }
        for house in street.houses {
          if house.isNode {
            try file.node(at: house.place, tags: tags(of: house, street, town))
          } else {
            for corner in house.corners { try file.node(at: corner, tags: []) }
          }
          if number % step == step / 2, known.count < knownCount {
            known.append(
              Known(
                text: "\(street.name) \(house.number), \(town.postcode) \(town.name)",
                place: house.place.coordinate))
          }
          number += 1
        }
      }
    }
    try file.endNodes()
    var node: Int64 = PBFExtractWriter.firstID
    try forEachTown { town in
      node += 1
      for street in town.streets {
        try file.way((node..<node + Int64(street.line.count)).map { $0 }, tags: street.tags)
        node += Int64(street.line.count)
        for house in street.houses {
          if house.isNode {
            node += 1
          } else {
            let tags = tags(of: house, street, town) + [("building", "yes")]
            try file.way([node, node + 1, node + 2, node + 3, node], tags: tags)
            node += 4
          }
        }
      }
    }
    try file.finish()
  }

  // MARK: The country

  typealias Point = PBFExtractWriter.Point

  private struct House {
    var number: String
    var place: Point
    var isNode: Bool
    var hasCity: Bool
    var hasPostcode: Bool
    /// Of the building, anticlockwise; symmetric around `place`.
    var corners: [Point] {
      [(-600, -900), (-600, 900), (600, 900), (600, -900)].map {
        Point(latitude: place.latitude + $0.0, longitude: place.longitude + $0.1)
      }
    }
  }
  private struct Street {
    var name: String
    var line: [Point]
    var houses: [House]
    var tags: [(String, String)] { [("highway", "residential"), ("name", name)] }
  }
  private struct Town {
    var name: String
    var postcode: String
    var place: Point
    var people: Int
    var streets: [Street] = []
    var tags: [(String, String)] {
      [("place", people > 20_000 ? "town" : "village"), ("name", name), ("population", "\(people)")]
    }
  }

  private func tags(of house: House, _ street: Street, _ town: Town) -> [(String, String)] {
    var tags = [("addr:housenumber", house.number), ("addr:street", street.name)]
    if house.hasCity { tags.append(("addr:city", town.name)) }
    if house.hasPostcode { tags.append(("addr:postcode", town.postcode)) }
    return tags
  }

  private static func weight(_ town: Int) -> Double { pow(Double(town + 1), -0.9) }

  /// SplitMix64's mix: a number that depends on what it is for alone.
  private static func mix(_ a: Int, _ b: Int = 0, _ c: Int = 0) -> Int {
    var z = UInt64(truncatingIfNeeded: a) &* 0x9E37_79B9_7F4A_7C15
    z = z &+ UInt64(truncatingIfNeeded: b) &* 0xD1B5_4A32_D192_ED03 &+ UInt64(truncatingIfNeeded: c)
    return Int(truncatingIfNeeded: SplitMix.mixed(z) >> 2)
  }

  private func forEachTown(_ body: (Town) throws -> Void) throws {
    var left = addresses
    for index in 0..<townCount where left > 0 {
      let share = Double(addresses) * Self.weight(index) / weights
      let size = index == townCount - 1 ? left : min(left, max(Int(share), 5))
      left -= size
      try body(town(index, size))
    }
  }

  private func town(_ index: Int, _ size: Int) -> Town {
    // A seat of its own for each town: large ones spread over the country by a step that is prime to the seats.
    let seat = index * 7919 % (columns * columns)
    let isCyrillic = Self.mix(1, index) % 5 < 2
    let (row, column) = (seat / columns, seat % columns)
    var town = Town(
      name: Self.name(Self.mix(2) % 1000 + index, isCyrillic: isCyrillic, ofTown: true),
      postcode: String(format: "%06d", 200_000 + index * 3),
      place: Point(
        latitude: 500_000_000 + Int64((Double(row) + 0.5) / Double(columns) * 70_000_000),
        longitude: 160_000_000 + Int64((Double(column) + 0.5) / Double(columns) * 160_000_000)),
      people: size * 5 / 2)
    let streetCount = max(size / 20, 1)
    // Street blocks of 300 by 100 metres in a square.
    let across = max(Int((Double(streetCount) / 3).squareRoot().rounded(.up)), 1)
    var left = size
    var street = 0
    while left > 0 {
      let count = min(left, 8 + Self.mix(3, index, street) % 25)
      left -= count
      // The first streets of all towns share the first names of the list.
      let name = Self.streetName(street * 3 + Self.mix(4, index, street) % 3, isCyrillic: isCyrillic)
      let origin = Point(
        latitude: town.place.latitude + Int64(street / across - across * 3 / 2) * 9000,
        longitude: town.place.longitude + Int64(street % across - across / 2) * 48_000)
      town.streets.append(
        Street(
          name: name,
          line: (0..<5).map {
            Point(latitude: origin.latitude, longitude: origin.longitude + Int64($0 * 10_000))
          },
          houses: (0..<count).map { house($0, of: origin, seed: Self.mix(5, index, street)) }))
      street += 1
    }
    return town
  }

  private func house(_ k: Int, of origin: Point, seed: Int) -> House {
    let chance = Self.mix(seed, k)
    let suffix = ["А", "Б", "к2", "/1"][chance / 7 % 4]
    return House(
      number: "\(k + 1)" + (chance % 12 == 0 ? suffix : ""),
      place: Point(
        latitude: origin.latitude + (k % 2 == 0 ? 2000 : -2000),
        longitude: origin.longitude + Int64(k / 2) * 2800 + Int64(chance / 64 % 200)),
      isNode: chance / 1024 % 5 < 2, hasCity: chance / 8192 % 20 > 1, hasPostcode: chance / 16384 % 10 > 0)
  }

  private static let latin = [
    "bor", "da", "gro", "ka", "lu", "ma", "no", "pol", "ra", "sta", "tur", "ve", "wi", "za", "ko", "mi",
  ]
  private static let cyrillic = [
    "бор", "да", "гро", "ка", "лу", "ма", "но", "пол", "ра", "ста", "тур", "ве", "ви", "за", "ко", "ми",
  ]

  /// A word of four syllables and an ending: 65,536 of them, neighbours far apart.
  private static func name(_ number: Int, isCyrillic: Bool, ofTown: Bool) -> String {
    let syllables = isCyrillic ? cyrillic : latin
    let code = number * 40_503 % 65_536
    let word = (0..<4).map { syllables[code >> (4 * $0) & 15] }.joined()
    let ending = ofTown ? (isCyrillic ? "ск" : "wo") : (isCyrillic ? "ая" : "owa")
    return word.prefix(1).uppercased() + word.dropFirst() + ending
  }

  private static let famousLatin = [
    "Polna", "Leśna", "Słoneczna", "Krótka", "Szkolna", "Ogrodowa", "Lipowa", "Brzozowa", "Łąkowa",
    "Kwiatowa",
    "Tadeusza Kościuszki", "Adama Mickiewicza", "3 Maja",
  ]
  private static let famousCyrillic = [
    "Советская", "Центральная", "Молодёжная", "Школьная", "Лесная", "Садовая", "Набережная", "Заречная",
    "Максима Танка", "Якуба Коласа", "17 Сентября", "Октябрьская", "Юбилейная",
  ]

  private static func streetName(_ rank: Int, isCyrillic: Bool) -> String {
    let famous = isCyrillic ? famousCyrillic : famousLatin
    let word = rank < famous.count ? famous[rank] : name(rank, isCyrillic: isCyrillic, ofTown: false)
    if isCyrillic { return mix(6, rank) % 6 == 0 ? "\(word) переулок" : "улица \(word)" }
    return mix(6, rank) % 6 == 0 ? "aleja \(word)" : "ulica \(word)"
  }
}
