import Foundation
import Kernels

/// Puts the addresses, streets and named places of one OpenStreetMap extract into a draft.
///
/// Towns come first, because everything else stands in one: a mapped town that the draft knows already (same
/// name near by) lends it its names, another is added. An address belongs to the town of its `addr:city`; without
/// one to that of its neighbours, else to the town most addresses of its postcode name, else to the nearest by size. A
/// street belongs to the town of the addresses in it, else to the nearest.
///
/// Of a country's eight million addresses it holds the columns, 28 bytes an address, and numbers of texts; whatever comes out
/// does not depend on the order of hash tables.
final class ExtractLoader {
  let draft: GazetteerDraft
  let towns: TownFinder
  var addresses: [RawAddress] = []
  var ways: [RawStreet] = []

  /// 28 bytes an address; texts stand in the draft's pool.
  struct RawAddress {
    var street: UInt32
    var house: UInt32
    var city: UInt32
    var postcode: UInt32
    var latitude: Int32
    var longitude: Int32
    /// The town it is in, later the street it is in.
    var owner = GazetteerLayout.none

    var coordinate: Coordinate { Coordinate(unitsLatitude: latitude, longitude: longitude) }
  }

  struct RawStreet {
    var name: UInt32
    var aliases: [UInt32]
    var latitude: Int32
    var longitude: Int32

    var coordinate: Coordinate { Coordinate(unitsLatitude: latitude, longitude: longitude) }
  }

  init(_ draft: GazetteerDraft) {
    self.draft = draft
    towns = TownFinder(draft)
  }

  // MARK: Objects

  /// The keys that decide what an object is.
  private enum Key: Int {
    case house, street, placeName, city, village, hamlet, postcode, name, place, highway
  }
  private static let keys = [
    "addr:housenumber", "addr:street", "addr:place", "addr:city", "addr:village", "addr:hamlet",
    "addr:postcode", "name", "place", "highway",
  ]
  private static let aliasTags = ["alt_name", "old_name", "short_name", "official_name", "loc_name"]

  /// - Throws: ``OSMError``
  func load(_ path: String) throws {
    var texts = BlockTexts(draft)
    try OSMFeatureScan.scan(path, keys: Self.keys, wanted: Self.isWanted) { object, tags, block in
      texts.begin(block, number: tags.blockNumber)
      func tag(_ key: Key) -> Int32? { tags[key.rawValue] }
      if let place = tag(.place), let name = tag(.name), object.kind == .node {
        towns.add(
          place: block.string(place), name: block.string(name), tags: tags.dictionary(block),
          at: object.coordinate)
      }
      let latitude = GazetteerLayout.units(object.coordinate.latitude)
      let longitude = GazetteerLayout.units(object.coordinate.longitude)
      if let house = tag(.house), let street = tag(.street) ?? tag(.placeName) {
        let city = tag(.city) ?? tag(.village) ?? tag(.hamlet)
        addresses.append(
          RawAddress(
            street: texts.text(street, of: block, limit: 200), house: texts.text(house, of: block, limit: 60),
            city: city.map { texts.text($0, of: block, limit: 200) } ?? 0,
            postcode: tag(.postcode).map { texts.text($0, of: block, limit: 20) } ?? 0, latitude: latitude,
            longitude: longitude))
      } else if tag(.highway) != nil, let name = tag(.name), object.kind == .way {
        let all = tags.dictionary(block)
        let others =
          Self.aliasTags.compactMap { all[$0] }
          + all.filter { $0.key.hasPrefix("name:") && $0.key.utf8.count == 7 }.sorted { $0.key < $1.key }
          .map(\.value)
        let aliases = others.flatMap { $0.split(separator: ";") }.map {
          draft.text(TextFolding.clean(String($0), limit: 200))
        }
        ways.append(
          RawStreet(
            name: texts.text(name, of: block, limit: 200), aliases: aliases, latitude: latitude,
            longitude: longitude))
      }
    }
    settleAddresses()
    writeStreets()
    writeHouses()
  }

  private static let placeKinds: Set<String> = [
    "city", "town", "village", "hamlet", "isolated_dwelling", "suburb", "quarter", "neighbourhood",
  ]

  private static func isWanted(_ tags: OSMTagReader, _ block: OSMBlock) -> Bool {
    func has(_ key: Key) -> Bool { tags[key.rawValue] != nil }
    if has(.house) { return has(.street) || has(.placeName) }
    guard has(.name) else { return false }
    if let place = tags[Key.place.rawValue] { return placeKinds.contains(block.string(place)) }
    return has(.highway)
  }

  /// Strings of a block as texts of the draft: of thousands of addresses most share theirs.
  private struct BlockTexts {
    let draft: GazetteerDraft
    private var number = -1
    /// By the string's index.
    private var known: [UInt32] = []

    init(_ draft: GazetteerDraft) { self.draft = draft }

    mutating func begin(_ block: OSMBlock, number: Int) {
      guard number != self.number else { return }
      self.number = number
      known.removeAll(keepingCapacity: true)
      known.append(contentsOf: repeatElement(GazetteerLayout.none, count: block.stringCount))
    }

    mutating func text(_ string: Int32, of block: OSMBlock, limit: Int) -> UInt32 {
      let k = Int(string)
      // What a limit may cut is not kept: it is another text for another limit.
      let isWhole = block.stringStarts[k + 1] - block.stringStarts[k] <= 20 || limit == 200
      if isWhole, known[k] != GazetteerLayout.none { return known[k] }
      let text = draft.text(TextFolding.clean(block.string(string), limit: limit))
      if isWhole { known[k] = text }
      return text
    }
  }

  // MARK: Towns of addresses

  struct Sum {
    var count = 0.0
    var latitude = 0.0
    var longitude = 0.0

    mutating func add(_ c: Coordinate) {
      count += 1
      latitude += c.latitude
      longitude += c.longitude
    }
    var mean: Coordinate? {
      count > 0 ? try? Coordinate(latitude: latitude / count, longitude: longitude / count) : nil
    }
  }

  /// Addresses by postcode and town.
  private typealias Votes = [UInt32: [UInt32: Int]]

  private func settleAddresses() {
    // Named towns first; they also tell which town a postcode means.
    var middles: [UInt32: Sum] = [:]
    for address in addresses where address.city != 0 {
      middles[address.city, default: Sum()].add(address.coordinate)
    }
    // In the order of names, so that numbers of added towns do not depend on the file's order.
    let order = GroupOrder(count: addresses.count, groups: draft.texts.count) {
      addresses[$0].city == 0 ? nil : addresses[$0].city
    }
    var votes: Votes = [:]
    for row in order.rows {
      let address = addresses[Int(row)]
      guard
        let town = towns.town(
          named: address.city, near: address.coordinate, elseAt: middles[address.city]?.mean)
      else { continue }
      addresses[Int(row)].owner = UInt32(town)
      if address.postcode != 0 { votes[address.postcode, default: [:]][UInt32(town), default: 0] += 1 }
    }
    for (postcode, counts) in votes.sorted(by: { $0.key < $1.key }) {
      let code = UInt64(draft.text(TextFolding.fold(draft.texts.text(Int(postcode))))) << 32
      for (town, count) in counts { draft.postcodes[code | UInt64(town), default: 0] += UInt32(count) }
    }
    settleUnnamed(votes)
  }

  /// An address without a town lies where its nearest neighbour with one does, if within a kilometre; else in the
  /// town most addresses of its postcode name; else in the nearest town.
  private func settleUnnamed(_ votes: Votes) {
    let unnamed = addresses.indices.filter { addresses[$0].owner == GazetteerLayout.none }
    guard !unnamed.isEmpty else { return }
    let named = NeighbourGrid(count: addresses.count) {
      addresses[$0].owner == GazetteerLayout.none ? nil : addresses[$0].coordinate
    }
    let majority = votes.mapValues { $0.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key }
    for i in unnamed {
      let here = addresses[i].coordinate
      if let neighbour = named.nearest(to: here, within: 1000, place: { addresses[$0].coordinate }) {
        addresses[i].owner = addresses[neighbour].owner
      } else if let town = majority[addresses[i].postcode] ?? nil {
        addresses[i].owner = town
      } else {
        addresses[i].owner = towns.nearest(to: here).map { UInt32($0) } ?? GazetteerLayout.none
      }
    }
  }
}
