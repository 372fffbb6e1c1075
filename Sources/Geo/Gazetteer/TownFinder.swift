import Foundation
import Kernels

/// The towns that addresses of an extract and rows of a postal list may belong to: those of the draft and those added
/// on the way.
final class TownFinder {
  private let draft: GazetteerDraft
  private let grid = CellGrid(size: 0.1)
  /// Places by tenths of a degree.
  private var cells: [Int: [Int]] = [:]
  /// What ``nearest(to:)`` has to look at, by cell.
  private var near: [Int: [Town]] = [:]
  /// What ``town(named:near:elseAt:)`` answered, by name and by cells of about a kilometre.
  private var named: [NamedCell: Int] = [:]
  private let fine = CellGrid(size: 0.01)
  private var largest: Int64

  private struct Town {
    var place: Int
    var coordinate: Coordinate
    /// Metres within which a point is taken to belong to it.
    var reach: Double
  }
  private struct NamedCell: Hashable {
    var name: UInt32
    var cell: Int
  }
  /// Reaches of added places, where the map says more than the population.
  private var reaches: [Int: Double] = [:]

  /// Where numbers of added places begin; GeoNames ids are far below.
  private static let firstAdded: Int64 = 1 << 40

  init(_ draft: GazetteerDraft) {
    self.draft = draft
    largest = max(draft.places.map(\.number).max() ?? 0, Self.firstAdded)
    for (row, place) in draft.places.enumerated() {
      cells[grid.cell(place.coordinate), default: []].append(row)
    }
  }

  /// Ranks of added places: 1 town, 2 village, 3 hamlet, 4 part of a town, 5 known by addresses only.
  private static let ranks: [String: (rank: UInt8, population: UInt32, reach: Double)] = [
    "city": (1, 100_000, 15_000), "town": (1, 10_000, 6000), "village": (2, 500, 2000),
    "hamlet": (3, 50, 800), "isolated_dwelling": (3, 5, 300), "suburb": (4, 0, 0),
    "quarter": (4, 0, 0), "neighbourhood": (4, 0, 0),
  ]

  /// Metres a town of so many people reaches, when nothing better is known.
  private func reach(_ place: Int) -> Double {
    if let known = reaches[place] { return known }
    let record = draft.places[place]
    if record.rank == 4 { return 0 }
    if record.rank == 5 { return 1500 }
    return min(max(Double(record.population).squareRoot() * 30, 300), 20_000)
  }

  /// Takes up a mapped place: merged with the draft's own of that name near by, else added.
  func add(place: String, name: String, tags: [String: String], at coordinate: Coordinate) {
    guard let kind = Self.ranks[place] else { return }
    let name = TextFolding.clean(name, limit: 200)
    guard !TextFolding.fold(name).isEmpty else { return }
    let others = tags.filter { $0.key.hasPrefix("name:") || $0.key == "alt_name" || $0.key == "old_name" }
      .values.sorted()
    let limit = kind.rank == 1 ? 10_000.0 : 5000.0
    if kind.rank < 4, let same = self.place(named: name, country: nil, near: coordinate, within: limit) {
      file(others, of: same)
      return
    }
    let population =
      tags["population"].flatMap { UInt32($0.filter { $0.isASCII && $0.isNumber }.prefix(9)) }
      ?? kind.population
    let around = surroundings(of: coordinate)
    _ = insert(
      name, at: coordinate, population: population, rank: kind.rank, others: others, reach: kind.reach,
      country: around.country, region: around.region, district: around.district, zone: around.zone)
  }

  /// The town of that name by an address; made up of its addresses when nobody knows it. Nil for an empty name.
  func town(named name: UInt32, near coordinate: Coordinate, elseAt middle: Coordinate?) -> Int? {
    let cell = NamedCell(name: name, cell: fine.cell(coordinate))
    if let known = named[cell] { return known }
    let text = draft.texts.text(Int(name))
    guard !TextFolding.fold(text).isEmpty else { return nil }
    var found = place(named: text, country: nil, near: coordinate, within: 30_000)
    if found == nil {
      let around = surroundings(of: middle ?? coordinate)
      found = insert(
        text, at: middle ?? coordinate, population: 0, rank: 5, others: [], reach: 1500,
        country: around.country, region: around.region, district: around.district, zone: around.zone)
    }
    named[cell] = found
    return found
  }

  /// The place of a name, or of its sound, nearest to a point and not farther than `limit` metres.
  func place(named name: String, country: String?, near coordinate: Coordinate, within limit: Double) -> Int?
  {
    let key = TextFold.fold(name)
    let code = country.map { GazetteerLayout.country($0) }
    for candidate in [key, GazetteerDraft.skeletonKey(key) ?? []] where !candidate.isEmpty {
      guard let text = candidate.withUnsafeBufferPointer({ draft.texts.find($0) }) else { continue }
      var best: (metres: Double, place: Int)?
      for posting in draft.placeNames.postings(key: text)
      where posting.kind <= GazetteerDraft.NameKind.placeSkeleton.rawValue {
        let place = Int(posting.reference)
        if let code, draft.places[place].country != code { continue }
        let metres = GreatCircle.metres(draft.places[place].coordinate, coordinate)
        if metres < limit, metres < best?.metres ?? .infinity { best = (metres, place) }
      }
      if let best { return best.place }
    }
    return nil
  }

  func insert(
    _ name: String, at coordinate: Coordinate, population: UInt32, rank: UInt8, others: [String],
    reach: Double, country: UInt16, region: UInt32, district: UInt32, zone: UInt32
  ) -> Int {
    let place = draft.places.count
    largest += 1
    draft.places.append(
      PlaceRecord(
        name: draft.text(name), region: region, district: district,
        latitude: GazetteerLayout.units(coordinate.latitude),
        longitude: GazetteerLayout.units(coordinate.longitude), population: population, zone: zone,
        country: country, rank: rank, number: largest))
    reaches[place] = reach
    cells[grid.cell(coordinate), default: []].append(place)
    near = [:]
    var name = name
    name.withUTF8 {
      draft.file(name: $0, kind: .placeName, reference: place, soundKind: .placeSkeleton)
    }
    file(others, of: place)
    return place
  }

  private func file(_ names: [String], of place: Int) {
    for name in names.flatMap({ $0.split(separator: ";") }) {
      var name = String(name)
      name.withUTF8 {
        draft.file(name: $0, kind: .placeAlias, reference: place, soundKind: .placeSkeleton)
      }
    }
  }

  /// Country, region, district and zone of the nearest place the draft knows from its base.
  func surroundings(
    of coordinate: Coordinate
  ) -> (country: UInt16, region: UInt32, district: UInt32, zone: UInt32) {
    for metres in [8000.0, 25_000, 100_000] {
      var best: (metres: Double, place: Int)?
      forEachPlace(around: coordinate, metres: metres) { place in
        guard draft.places[place].number < Self.firstAdded else { return }
        let distance = GreatCircle.metres(draft.places[place].coordinate, coordinate)
        if distance < best?.metres ?? .infinity { best = (distance, place) }
      }
      if let best, best.metres <= metres {
        let place = draft.places[best.place]
        return (place.country, place.region, place.district, place.zone)
      }
    }
    return (0, GazetteerLayout.none, GazetteerLayout.none, 0)
  }

  private func forEachPlace(around coordinate: Coordinate, metres: Double, _ body: (Int) -> Void) {
    for range in grid.ranges(GreatCircle.box(around: coordinate, metres: metres)) {
      for cell in range { cells[cell]?.forEach(body) }
    }
  }

  /// The town whose reach covers the point best; nil when there is none within 40 km.
  func nearest(to coordinate: Coordinate) -> Int? {
    let cell = grid.cell(coordinate)
    if near[cell] == nil {
      var towns: [Town] = []
      forEachPlace(around: coordinate, metres: 40_000) { place in
        let reach = reach(place)
        if reach > 0 {
          towns.append(Town(place: place, coordinate: draft.places[place].coordinate, reach: reach))
        }
      }
      near[cell] = towns
    }
    // Places are many in a cell, and most of them much too far: that is told by latitude alone.
    var best: (share: Double, place: Int)?
    for town in near[cell] ?? [] {
      let reach = max(town.reach, 1)
      if let best, abs(town.coordinate.latitude - coordinate.latitude) * 111_000 / reach > best.share {
        continue
      }
      let share = GreatCircle.metres(town.coordinate, coordinate) / reach
      if best.map({ (share, town.place) < $0 }) ?? true { best = (share, town.place) }
    }
    return best?.place
  }
}
