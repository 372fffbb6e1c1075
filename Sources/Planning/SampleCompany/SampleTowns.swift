import Foundation
import Geo

/// A town that invented partners are placed in.
struct SampleTown: Sendable {
  /// As people of the country write it.
  var name: String
  /// In Latin letters.
  var latin: String
  var country: String
  /// ISO 3166-2.
  var region: String
  var centre: Coordinate
  var people: Int
  var zone: String

  /// How far houses lie from the middle, in degrees of latitude: a kilometre for each 400,000 people and half a one.
  var radius: Double { (0.5 + min(8, Double(people) / 400_000 * 2)) / 111.2 }
}

/// Towns of Belarus, the western half of Russia, Poland and the Baltics from the shipped table of places.
struct SampleTowns: Sendable {
  /// By region, so that neighbours in the list are neighbours on the map.
  let towns: [SampleTown]
  /// Up to which number of each town; the last is the whole.
  private let bounds: [Int]

  /// Of a hundred partners; inside a country towns get theirs by people.
  static let shares = [("BY", 46), ("RU", 26), ("PL", 15), ("LT", 6), ("LV", 4), ("EE", 3)]
  private static let whole = 10_000_000

  /// - Parameter data: the folder of shipped data.
  /// - Throws: `GazetteerError`, or whatever reading the file throws.
  init(data: String) throws {
    let text = try Gzip.contents(ofFile: data + "/gazetteer/places_region17.tsv.gz")
    let least = ["BY": 3000, "RU": 20_000, "PL": 15_000, "LT": 5000, "LV": 5000, "EE": 3000]
    var found: [SampleTown] = []
    for line in text.split(separator: 0x0A) {
      let cells = line.split(separator: 0x09, omittingEmptySubsequences: false).map {
        String(decoding: $0, as: UTF8.self)
      }
      guard cells.count >= 11, let least = least[cells[2]], let people = Int(cells[8]), people >= least,
        let latitude = Double(cells[6]), let longitude = Double(cells[7]), longitude < 61, !cells[4].isEmpty
      else { continue }
      let isCyrillic = cells[2] == "BY" || cells[2] == "RU"
      guard let name = isCyrillic ? Self.russian(cells[1], cells[10]) : cells[1] else { continue }
      found.append(
        SampleTown(
          name: name, latin: isCyrillic ? Transliteration.latin(name) : cells[1], country: cells[2],
          region: cells[4], centre: Coordinate(trustedLatitude: latitude, longitude: longitude),
          people: people,
          zone: cells[9]))
    }
    found.sort {
      ($0.region, -$0.people, $0.centre.latitude, $0.centre.longitude)
        < ($1.region, -$1.people, $1.centre.latitude, $1.centre.longitude)
    }
    towns = found
    var people: [String: Int] = [:]
    for town in found { people[town.country, default: 0] += town.people }
    var sum = 0.0
    bounds = found.map { town in
      let share = Double(Self.shares.first { $0.0 == town.country }!.1) / 100
      sum += share * Double(town.people) / Double(people[town.country]!)
      return Int(sum * Double(Self.whole))
    }
  }

  /// The spelling in Russian letters that sounds most like the name; nil when there is none.
  private static func russian(_ name: String, _ others: String) -> String? {
    let letters = Set("абвгдеёжзийклмнопрстуфхцчшщъыьэюя -".unicodeScalars)
    let sound = TextFolding.skeleton(name)
    let all = others.split(separator: "|").map(String.init).filter {
      $0.lowercased().unicodeScalars.allSatisfy(letters.contains)
    }
    return all.first { TextFolding.skeleton($0) == sound } ?? all.first
  }

  /// A town by people.
  func pick(_ random: inout SampleRandom) -> Int {
    let at = random.below(bounds.last ?? 1)
    var (low, high) = (0, bounds.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if bounds[middle] > at { high = middle } else { low = middle + 1 }
    }
    return low
  }
}

/// SplitMix64 (Steele, Lea, Flood 2014), begun anew for each record from the seed, the kind of record and its number: a
/// record is the same whatever was made before it.
struct SampleRandom: RandomNumberGenerator {
  enum Kind: UInt64 {
    case user = 1
    case partner, trip
  }
  private var state: UInt64

  init(_ seed: UInt64, _ kind: Kind, _ number: Int) {
    state = seed
    state = next() ^ kind.rawValue &* 0xD6E8_FEB8_6659_FD93
    state = next() ^ UInt64(bitPattern: Int64(number)) &* 0xA24B_AED4_963E_E407
    state = next()
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// 0 ..< `bound`.
  mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(max(bound, 1))) }
  /// 0 ..< 1 in steps of 2⁻⁵³.
  mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }
  /// True in so many of a hundred.
  mutating func percent(_ share: Int) -> Bool { below(100) < share }
  mutating func one<T>(of list: [T]) -> T { list[below(list.count)] }

  /// One of several by weights.
  mutating func one<T>(weighted list: [(T, Int)]) -> T {
    var at = below(list.reduce(0) { $0 + $1.1 })
    for (value, weight) in list {
      if at < weight { return value }
      at -= weight
    }
    return list[0].0
  }
}
