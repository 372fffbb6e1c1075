import Foundation
import Kernels

extension GazetteerDraft {
  /// A line of a postal list.
  struct PostalRow {
    var country: String
    var postcode: String
    var name: String
    var region: String
    var district: String
    var coordinate: Coordinate

    /// Rows of one district share it.
    var group: String { country + "|" + region + "|" + district }
  }

  /// Adds the postcodes of a list in GeoNames' postal layout, and the places in it that nobody knows yet.
  ///
  /// A row is a known place when one of that name, or of that sound, lies within ``samePlaceReach``; several rows of
  /// one name near each other are one place. Which district a row means is decided for all rows of a district
  /// together, by the nearest district centre of the region: the list spells districts its own way.
  /// - Throws: ``GazetteerError``
  func loadPostal(_ source: String) throws {
    try Self.forEachLine(of: source, columns: 11) { scanner, columns throws in
      guard let latitude = scanner.number(columns[9]), let longitude = scanner.number(columns[10]),
        let coordinate = try? Coordinate(latitude: latitude, longitude: longitude)
      else {
        throw GazetteerError.sourceMalformed(
          path: source, line: scanner.line, reason: "columns 10 and 11 should be degrees")
      }
      let name = TextFolding.clean(scanner.text(columns[2]), limit: 200)
      guard !name.isEmpty else { return }
      postalRows.append(
        PostalRow(
          country: scanner.text(columns[0]).uppercased(), postcode: scanner.text(columns[1]), name: name,
          region: scanner.text(columns[3]), district: scanner.text(columns[5]), coordinate: coordinate))
    }
  }

  /// Farther apart, two places of one name are two.
  private static let samePlaceReach = 6000.0

  /// Settles the rows of all postal lists; after the subdivisions stand where they are.
  func settlePostal() {
    guard !postalRows.isEmpty else { return }
    let finder = TownFinder(self)
    var districts: [String: UInt32] = [:]
    var regions: [String: UInt32] = [:]
    var groups: [String: [Coordinate]] = [:]
    for row in postalRows { groups[row.group, default: []].append(row.coordinate) }
    for row in postalRows.sorted(by: { $0.group < $1.group }) {
      let group = row.group
      guard districts[group] == nil, let middle = Coordinate.mean(groups[group] ?? []) else { continue }
      let around = finder.surroundings(of: middle)
      let region = self.region(named: row.region, country: row.country, likely: around.region)
      let found = row.district.isEmpty ? GazetteerLayout.none : nearestDistrict(to: middle, in: region)
      districts[group] = found
      regions[group] = region
      if found != GazetteerLayout.none, !row.district.isEmpty {
        var name = row.district
        name.withUTF8 {
          file(name: $0, kind: .district, reference: Int(found), soundKind: .district)
        }
      }
    }
    for row in postalRows {
      let place = finder.place(
        named: row.name, country: row.country, near: row.coordinate, within: Self.samePlaceReach)
      let index: Int
      if let place {
        index = place
        // The list's own spelling is one more name of it.
        var name = row.name
        name.withUTF8 { file(name: $0, kind: .placeAlias, reference: place, soundKind: .placeSkeleton) }
        if let district = districts[row.group], places[place].district == GazetteerLayout.none {
          places[place].district = district
        }
      } else {
        let around = finder.surroundings(of: row.coordinate)
        index = finder.insert(
          row.name, at: row.coordinate, population: 0, rank: 2, others: [], reach: 1000,
          country: GazetteerLayout.country(row.country),
          region: regions[row.group] ?? around.region,
          district: districts[row.group] ?? GazetteerLayout.none, zone: around.zone)
      }
      let code = text(TextFolding.fold(row.postcode))
      postcodes[UInt64(code) << 32 | UInt64(index), default: 0] += 1
    }
    postalRows = []
  }

  /// The first-level subdivision of a name in any language, `likely` among several of it (an oblast and its capital
  /// share one) and where there is none.
  private func region(named name: String, country: String, likely: UInt32) -> UInt32 {
    guard !name.isEmpty else { return likely }
    let key = TextFold.fold(name)
    for candidate in [key, Self.skeletonKey(key) ?? []] where !candidate.isEmpty {
      guard let text = candidate.withUnsafeBufferPointer({ texts.find($0) }) else { continue }
      let found = placeNames.postings(key: text).filter {
        $0.kind == NameKind.region.rawValue
          && subdivisions[Int($0.reference)].country == GazetteerLayout.country(country)
      }.map(\.reference)
      if found.contains(likely) { return likely }
      if let first = found.last { return first }
    }
    return likely
  }

  private func nearestDistrict(to coordinate: Coordinate, in region: UInt32) -> UInt32 {
    var best = (metres: 60_000.0, row: GazetteerLayout.none)
    for (row, subdivision) in subdivisions.enumerated()
    where subdivision.level == 2 && subdivision.parent == region {
      guard let centre = subdivision.coordinate else { continue }
      let metres = GreatCircle.metres(centre, coordinate)
      if metres < best.metres { best = (metres, UInt32(row)) }
    }
    return best.row
  }
}

extension Coordinate {
  /// The mean of points that lie near each other; nil for none.
  static func mean(_ points: some Sequence<Coordinate>) -> Coordinate? {
    var (count, latitude, longitude) = (0.0, 0.0, 0.0)
    for point in points {
      count += 1
      latitude += point.latitude
      longitude += point.longitude
    }
    return count > 0 ? try? Coordinate(latitude: latitude / count, longitude: longitude / count) : nil
  }
}
