import Foundation
import Kernels

extension ExtractLoader {
  /// Names of streets as parsed, each once.
  private struct StreetNames {
    private var names: [StreetName] = []
    /// Names alike but for their spelling share a number.
    private var groups: [Int] = []
    private var keys = StringPool()
    /// By text; -1 for one that is no name.
    private var known: [UInt32: Int] = [:]

    /// The place of a text's name; nil when it is none.
    mutating func index(_ text: UInt32, _ texts: StringPool) -> Int? {
      if let index = known[text] { return index < 0 ? nil : index }
      guard let name = StreetName(texts.text(Int(text))) else {
        known[text] = -1
        return nil
      }
      known[text] = names.count
      names.append(name)
      groups.append(keys.intern(name.key + "|" + name.kind))
      return names.count - 1
    }

    func name(_ index: Int) -> StreetName { names[index] }
    func group(_ index: Int) -> Int { groups[index] }
  }

  private struct GroupCell: Hashable {
    var group: Int
    var cell: Int
  }

  /// Sums of the addresses of each street of the draft.
  private struct StreetSums {
    private var sums: [Sum] = []
    subscript(_ row: Int) -> Sum {
      get { row < sums.count ? sums[row] : Sum() }
      set {
        while sums.count <= row { sums.append(Sum()) }
        sums[row] = newValue
      }
    }
  }

  /// Finds the street of each address and way, new ones among them; an address without one loses its owner.
  func writeStreets() {
    var names = StreetNames()
    var sums = StreetSums()
    /// Rows of the draft by a street's text and its town.
    var rows: [UInt64: Int] = [:]
    func street(_ index: Int, _ spelling: UInt32, in town: Int) -> Int {
      let key = UInt64(spelling) << 32 | UInt64(town)
      if let row = rows[key] { return row }
      let row = draft.street(names.name(index), spelling: spelling, in: town)
      rows[key] = row
      return row
    }
    var groupOfRow: [Int: Int] = [:]
    for i in addresses.indices where addresses[i].owner != GazetteerLayout.none {
      guard let name = names.index(addresses[i].street, draft.texts) else {
        addresses[i].owner = GazetteerLayout.none
        continue
      }
      let row = street(name, addresses[i].street, in: Int(addresses[i].owner))
      if sums[row].count == 0 { groupOfRow[row] = names.group(name) }
      sums[row].add(addresses[i].coordinate)
      addresses[i].owner = UInt32(row)
    }
    // A way joins the street of its name whose houses are near; the middle of each is enough to tell.
    let grid = CellGrid(size: 0.05)
    var near: [GroupCell: [Int]] = [:]
    for (row, group) in groupOfRow.sorted(by: { $0.key < $1.key }) {
      guard let mean = sums[row].mean else { continue }
      near[GroupCell(group: group, cell: grid.cell(mean)), default: []].append(row)
    }
    var points: [Int: [Coordinate]] = [:]
    for way in ways {
      guard let name = names.index(way.name, draft.texts) else { continue }
      var nearest: (metres: Double, row: Int)?
      for cells in grid.ranges(GreatCircle.box(around: way.coordinate, metres: 3000)) {
        for cell in cells {
          for row in near[GroupCell(group: names.group(name), cell: cell)] ?? [] {
            guard let mean = sums[row].mean else { continue }
            let metres = GreatCircle.metres(mean, way.coordinate)
            if metres < 3000, nearest.map({ (metres, row) < $0 }) ?? true { nearest = (metres, row) }
          }
        }
      }
      let row: Int
      if let nearest {
        row = nearest.row
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
    ways = []
    for row in draft.streets.indices where draft.streets[row].record.latitude == GazetteerLayout.nowhere {
      guard let middle = points[row].flatMap({ Coordinate.mean($0) }) ?? sums[row].mean else { continue }
      // The street's own point nearest to the middle: a bent street's middle lies beside it.
      let best = points[row]?.min {
        GreatCircle.metres($0, middle) < GreatCircle.metres($1, middle)
      }
      draft.streets[row].record.latitude = GazetteerLayout.units((best ?? middle).latitude)
      draft.streets[row].record.longitude = GazetteerLayout.units((best ?? middle).longitude)
    }
  }

  // MARK: Houses

  /// A house number as tagged, taken apart.
  private struct Numbers {
    struct Part {
      var text: String
      /// Of the key among the keys seen.
      var key: Int
      var hash: UInt32
      var leading: UInt32
    }
    var parts: [Part] = []
    /// Whether it holds a range.
    var isRange = false
  }

  /// House numbers taken apart, each once: a country has a few ten thousand.
  private struct NumberCache {
    private var known: [UInt32: Int] = [:]
    private var all: [Numbers] = []
    private var keys = StringPool()

    mutating func numbers(_ house: UInt32, _ texts: StringPool) -> Numbers {
      if let index = known[house] { return all[index] }
      let tagged = texts.text(Int(house))
      var numbers = Numbers(isRange: tagged.contains("-"))
      for part in HouseNumber.expand(tagged) {
        let key = HouseNumber.key(part)
        numbers.parts.append(
          Numbers.Part(
            text: part, key: keys.intern(key), hash: HouseNumber.hash(key),
            leading: UInt32(HouseNumber.leading(key) ?? 0)))
      }
      known[house] = all.count
      all.append(numbers)
      return numbers
    }
  }

  /// Gives the draft the houses of its streets; the addresses are used up by it.
  func writeHouses() {
    let order = GroupOrder(count: addresses.count, groups: draft.streets.count) {
      addresses[$0].owner == GazetteerLayout.none ? nil : addresses[$0].owner
    }
    draft.houses.reserveCapacity(draft.houses.count + order.rows.count)
    var numbers = NumberCache()
    for street in draft.streets.indices {
      let members = order.rows[order.range(street)]
      if members.isEmpty { continue }
      if draft.streets[street].record.postcode == 0 {
        var counts: [UInt32: Int] = [:]
        for i in members where addresses[Int(i)].postcode != 0 {
          counts[addresses[Int(i)].postcode, default: 0] += 1
        }
        draft.streets[street].record.postcode =
          counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? 0
      }
      writeHouses(of: UInt32(street), members, &numbers)
    }
    addresses = []
  }

  private func writeHouses(of street: UInt32, _ members: ArraySlice<UInt32>, _ cache: inout NumberCache) {
    // Numbers a house really has come before those that only follow from a range.
    var own: Set<Int>?
    func ownKeys() -> Set<Int> {
      if let own { return own }
      var keys: Set<Int> = []
      for i in members {
        let numbers = cache.numbers(addresses[Int(i)].house, draft.texts)
        keys.formUnion((numbers.isRange ? numbers.parts.prefix(1) : numbers.parts[...]).map(\.key))
      }
      own = keys
      return keys
    }
    for i in members {
      let address = addresses[Int(i)]
      let numbers = cache.numbers(address.house, draft.texts)
      for (k, part) in numbers.parts.enumerated() {
        let isOwn = k == 0 || !numbers.isRange
        // Key 0 is the empty one.
        guard part.key != 0, isOwn || !ownKeys().contains(part.key) else { continue }
        draft.houses.append(
          GazetteerDraft.HouseDraft(
            street: street,
            record: HouseRecord(
              number: k == 0 ? address.house : draft.text(part.text), key: part.hash,
              leading: k == 0 ? part.leading : part.leading | HouseRecord.derived,
              latitude: address.latitude, longitude: address.longitude, postcode: address.postcode)))
      }
    }
  }
}
