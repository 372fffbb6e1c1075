import Foundation
import Kernels

/// Puts the addresses, streets and named places of one OpenStreetMap extract into a draft.
///
/// Towns come first, because everything else stands in one: a mapped town that the draft knows already (same
/// name near by) lends it its names, another is added. An address belongs to the town of its `addr:city`; without
/// one to that of its neighbours, else to the town most addresses of its postcode name, else to the nearest by size. A
/// street belongs to the town of the addresses in it, else to the nearest.
final class ExtractLoader {
  private let draft: GazetteerDraft
  private let towns: TownFinder
  private var addresses: [RawAddress] = []
  private var ways: [RawStreet] = []

  /// 28 bytes an address; texts stand in the draft's pool.
  private struct RawAddress {
    var street: UInt32
    var house: UInt32
    var city: UInt32
    var postcode: UInt32
    var latitude: Int32
    var longitude: Int32
    var town = GazetteerLayout.none

    var coordinate: Coordinate { Coordinate(unitsLatitude: latitude, longitude: longitude) }
  }

  private struct RawStreet {
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

  /// - Throws: ``OSMError``
  func load(_ path: String) throws {
    try OSMFeatureScan.scan(path, wanted: Self.isWanted) { feature in
      let tags = feature.tags
      if let place = tags["place"], let name = tags["name"], feature.kind == .node {
        towns.add(place: place, name: name, tags: tags, at: feature.coordinate)
      }
      let latitude = GazetteerLayout.units(feature.coordinate.latitude)
      let longitude = GazetteerLayout.units(feature.coordinate.longitude)
      if let house = tags["addr:housenumber"], let street = tags["addr:street"] ?? tags["addr:place"] {
        let city = tags["addr:city"] ?? tags["addr:village"] ?? tags["addr:hamlet"]
        addresses.append(
          RawAddress(
            street: text(street, limit: 200), house: text(house, limit: 60),
            city: city.map { text($0, limit: 200) } ?? 0,
            postcode: tags["addr:postcode"].map { text($0, limit: 20) } ?? 0, latitude: latitude,
            longitude: longitude))
      } else if tags["highway"] != nil, let name = tags["name"], feature.kind == .way {
        let others =
          Self.aliasTags.compactMap { tags[$0] }
          + tags.filter { $0.key.hasPrefix("name:") && $0.key.utf8.count == 7 }.sorted { $0.key < $1.key }
          .map(\.value)
        let aliases = others.flatMap { $0.split(separator: ";") }.map { text(String($0), limit: 200) }
        ways.append(
          RawStreet(
            name: text(name, limit: 200), aliases: aliases, latitude: latitude, longitude: longitude))
      }
    }
    settleAddresses()
    writeStreets()
  }

  private static let aliasTags = ["alt_name", "old_name", "short_name", "official_name", "loc_name"]

  private func text(_ string: String, limit: Int) -> UInt32 {
    draft.text(TextFolding.clean(string, limit: limit))
  }

  private static let placeKinds: Set<String> = [
    "city", "town", "village", "hamlet", "isolated_dwelling", "suburb", "quarter", "neighbourhood",
  ]

  private static func isWanted(_ tags: [String: String]) -> Bool {
    if tags.isEmpty { return false }
    if tags["addr:housenumber"] != nil { return tags["addr:street"] != nil || tags["addr:place"] != nil }
    guard tags["name"] != nil else { return false }
    if let place = tags["place"] { return placeKinds.contains(place) }
    return tags["highway"] != nil
  }

  // MARK: Towns of addresses

  private struct Sum {
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

  private func settleAddresses() {
    // Named towns first; they also tell which town a postcode means.
    var middles: [UInt32: Sum] = [:]
    for address in addresses where address.city != 0 {
      middles[address.city, default: Sum()].add(address.coordinate)
    }
    // In the order of names, so that numbers of added towns do not depend on the file's order.
    let order = addresses.indices.filter { addresses[$0].city != 0 }
      .sorted { (addresses[$0].city, $0) < (addresses[$1].city, $1) }
    var votes: [UInt32: [UInt32: Int]] = [:]
    for i in order {
      let address = addresses[i]
      guard
        let town = towns.town(
          named: address.city, near: address.coordinate, elseAt: middles[address.city]?.mean)
      else { continue }
      addresses[i].town = UInt32(town)
      if address.postcode != 0 { votes[address.postcode, default: [:]][UInt32(town), default: 0] += 1 }
    }
    for (postcode, counts) in votes {
      let code = UInt64(draft.text(TextFolding.fold(draft.texts.text(Int(postcode))))) << 32
      for (town, count) in counts { draft.postcodes[code | UInt64(town), default: 0] += UInt32(count) }
    }
    settleUnnamed(votes)
  }

  /// An address without a town lies where its nearest neighbour with one does, if within a kilometre; else in the
  /// town most addresses of its postcode name; else in the nearest town.
  private func settleUnnamed(_ votes: [UInt32: [UInt32: Int]]) {
    let unnamed = addresses.indices.filter { addresses[$0].town == GazetteerLayout.none }
    guard !unnamed.isEmpty else { return }
    let grid = CellGrid(size: 0.02)
    let wanted = Set(
      unnamed.flatMap { i in
        grid.ranges(GreatCircle.box(around: addresses[i].coordinate, metres: 1000)).flatMap { Array($0) }
      })
    var named: [Int: [Int32]] = [:]
    for i in addresses.indices where addresses[i].town != GazetteerLayout.none {
      let cell = grid.cell(addresses[i].coordinate)
      if wanted.contains(cell) { named[cell, default: []].append(Int32(i)) }
    }
    for i in unnamed {
      let here = addresses[i].coordinate
      var best: (metres: Double, town: UInt32)?
      for range in grid.ranges(GreatCircle.box(around: here, metres: 1000)) {
        for cell in range {
          for k in named[cell] ?? [] {
            let metres = GreatCircle.metres(addresses[Int(k)].coordinate, here)
            if metres < best?.metres ?? 1000 { best = (metres, addresses[Int(k)].town) }
          }
        }
      }
      if let best {
        addresses[i].town = best.town
        continue
      }
      let majority = votes[addresses[i].postcode]?.max { ($0.value, $1.key) < ($1.value, $0.key) }
      addresses[i].town = majority?.key ?? towns.nearest(to: here).map { UInt32($0) } ?? GazetteerLayout.none
    }
  }

  // MARK: Streets and houses

  private func writeStreets() {
    var names: [UInt32: StreetName?] = [:]
    func parsed(_ text: UInt32) -> StreetName? {
      if let known = names[text] { return known }
      let name = StreetName(draft.texts.text(Int(text)))
      names[text] = name
      return name
    }
    var sums: [Int: Sum] = [:]
    var rowsOfName: [String: [Int]] = [:]
    var members: [(street: UInt32, address: Int32)] = []
    var postcodes: [Int: [UInt32: Int]] = [:]
    func street(_ name: StreetName, _ spelling: UInt32, in town: Int) -> Int {
      let known = draft.streets.count
      let row = draft.street(name, spelling: spelling, in: town)
      if row == known || sums[row] == nil { rowsOfName[name.key + "|" + name.kind, default: []].append(row) }
      return row
    }
    for i in addresses.indices where addresses[i].town != GazetteerLayout.none {
      guard let name = parsed(addresses[i].street) else { continue }
      let row = street(name, addresses[i].street, in: Int(addresses[i].town))
      sums[row, default: Sum()].add(addresses[i].coordinate)
      members.append((UInt32(row), Int32(i)))
      if addresses[i].postcode != 0 { postcodes[row, default: [:]][addresses[i].postcode, default: 0] += 1 }
    }
    // A way joins the street of its name whose houses are near; the middle of each is enough to tell.
    var points: [Int: [Coordinate]] = [:]
    for way in ways {
      guard let name = parsed(way.name) else { continue }
      let known = (rowsOfName[name.key + "|" + name.kind] ?? []).compactMap { row -> (Int, Double)? in
        sums[row]?.mean.map { (row, GreatCircle.metres($0, way.coordinate)) }
      }
      let row: Int
      if let nearest = known.min(by: { $0.1 < $1.1 }), nearest.1 < 3000 {
        row = nearest.0
      } else if let town = towns.nearest(to: way.coordinate) {
        row = street(name, way.name, in: town)
      } else {
        continue
      }
      points[row, default: []].append(way.coordinate)
      draft.streetPoints.append((UInt32(row), way.latitude, way.longitude))
      for alias in way.aliases where alias != way.name && !draft.streets[row].aliases.contains(alias) {
        draft.streets[row].aliases.append(alias)
      }
    }
    let touched = Set(sums.keys).union(points.keys)
    for row in touched where draft.streets[row].record.latitude == GazetteerLayout.nowhere {
      let middle = points[row].flatMap { Coordinate.mean($0) } ?? sums[row]?.mean
      guard let middle else { continue }
      // The street's own point nearest to the middle: a bent street's middle lies beside it.
      let best = points[row]?.min {
        GreatCircle.metres($0, middle) < GreatCircle.metres($1, middle)
      }
      draft.streets[row].record.latitude = GazetteerLayout.units((best ?? middle).latitude)
      draft.streets[row].record.longitude = GazetteerLayout.units((best ?? middle).longitude)
    }
    for (row, counts) in postcodes where draft.streets[row].record.postcode == 0 {
      draft.streets[row].record.postcode = counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? 0
    }
    writeHouses(&members)
  }

  private func writeHouses(_ members: inout [(street: UInt32, address: Int32)]) {
    members.sort { ($0.street, $0.address) < ($1.street, $1.address) }
    var start = 0
    while start < members.count {
      var end = start
      while end < members.count, members[end].street == members[start].street { end += 1 }
      writeHouses(of: members[start].street, members[start..<end].map { Int($0.address) })
      start = end
    }
    addresses = []
  }

  private func writeHouses(of street: UInt32, _ members: [Int]) {
    // Numbers a house really has come before those that only follow from a range.
    var own: Set<String> = []
    for i in members {
      let number = draft.texts.text(Int(addresses[i].house))
      for (k, part) in HouseNumber.expand(number).enumerated() where k == 0 || !part.contains("-") {
        own.insert(HouseNumber.key(part))
        if number.contains("-") { break }
      }
    }
    for i in members {
      let address = addresses[i]
      let number = draft.texts.text(Int(address.house))
      for (k, part) in HouseNumber.expand(number).enumerated() {
        let key = HouseNumber.key(part)
        let isOwn = k == 0 || !number.contains("-")
        guard !key.isEmpty, isOwn || !own.contains(key) else { continue }
        let leading = UInt32(HouseNumber.leading(key) ?? 0)
        draft.houses.append(
          GazetteerDraft.HouseDraft(
            street: street,
            record: HouseRecord(
              number: k == 0 ? address.house : draft.text(part), key: HouseNumber.hash(key),
              leading: k == 0 ? leading : leading | HouseRecord.derived, latitude: address.latitude,
              longitude: address.longitude, postcode: address.postcode)))
      }
    }
  }
}
