import Foundation
import Kernels

/// Finds a house on a street by its number as typed.
struct HouseSearch {
  let data: GazetteerData
  /// Folded; of houses that share a number the one of this postcode is meant.
  let postcode: [UInt8]?

  /// Houses of a street for a number as typed: the house, another writing of it, the house beside it, a point between
  /// its neighbours of the same side; empty when the street's numbers say nothing about it.
  func matches(_ typed: String, on street: StreetRecord) -> [Answer.HouseFound] {
    let key = HouseNumber.key(typed)
    guard !key.isEmpty else { return [] }
    let number = HouseNumber.leading(key) ?? 0
    let rows = data.houseRows(of: street, number: number)
    for (k, variant) in HouseNumber.variants(of: key).enumerated() {
      let hash = HouseNumber.hash(variant)
      let found = preferred(rows.filter { data.houses[$0].key == hash })
      if !found.isEmpty { return merged(found.map { house($0, level: .house, fit: k == 0 ? 1 : 0.95) }) }
    }
    guard number > 0 else { return [] }
    // The house without the letter, or with another one, stands beside it.
    let plain = HouseNumber.hash(String(number))
    let beside = preferred(rows.filter { data.houses[$0].key == plain })
    if let first = beside.first { return [house(first, level: .interpolated, fit: 0.85, number: typed)] }
    if let first = preferred(Array(rows)).first {
      return [house(first, level: .interpolated, fit: 0.8, number: typed)]
    }
    return interpolated(number, typed, on: street).map { [$0] } ?? []
  }

  /// A house mapped several times close together (its outline and its doors) is one: the middle of them.
  private func merged(_ found: [Answer.HouseFound]) -> [Answer.HouseFound] {
    guard found.count > 1, let first = found.first, let middle = Coordinate.mean(found.map(\.coordinate)),
      found.allSatisfy({ GreatCircle.metres($0.coordinate, middle) <= Self.oneHouse })
    else { return found }
    var house = first
    house.coordinate = middle
    return [house]
  }

  /// Metres from the middle within which points of one number are one house.
  private static let oneHouse = 25.0

  private func house(
    _ row: Int, level: GeocodeLevel, fit: Double, number: String? = nil
  ) -> Answer.HouseFound {
    let record = data.houses[row]
    return Answer.HouseFound(
      row: row, number: number ?? data.text(record.number), coordinate: record.coordinate, level: level,
      fit: fit, postcode: record.postcode)
  }

  /// Of houses that share a number on a street, those of the postcode asked for; listed ones before derived ones.
  private func preferred(_ rows: [Int]) -> [Int] {
    guard rows.count > 1 else { return rows }
    var rows = rows
    let listed = rows.filter { data.houses[$0].isListed }
    if !listed.isEmpty { rows = listed }
    guard let postcode else { return rows }
    let same = rows.filter { row in
      data.withText(data.houses[row].postcode) { TextFold.fold(String(decoding: $0, as: UTF8.self)) }
        == postcode
    }
    return same.isEmpty ? rows : same
  }

  /// Between the nearest known numbers of the same side (parity), within 20 numbers of each other.
  private func interpolated(_ number: Int, _ typed: String, on street: StreetRecord) -> Answer.HouseFound? {
    let all = data.houseRows(of: street)
    let at = data.houseRows(of: street, number: number).lowerBound
    func sameSide(_ row: Int) -> Bool { (data.houses[row].leadingNumber - number) % 2 == 0 }
    let below = stride(from: at - 1, through: all.lowerBound, by: -1).first(where: sameSide)
    let above = (at..<all.upperBound).first(where: sameSide)
    guard let below, let above else { return nil }
    let (a, b) = (data.houses[below], data.houses[above])
    guard b.leadingNumber - a.leadingNumber <= 20, GreatCircle.metres(a.coordinate, b.coordinate) < 800 else {
      return nil
    }
    let t = Double(number - a.leadingNumber) / Double(b.leadingNumber - a.leadingNumber)
    let (from, to) = (a.coordinate, b.coordinate)
    guard
      let coordinate = try? Coordinate(
        latitude: from.latitude + (to.latitude - from.latitude) * t,
        longitude: from.longitude + (to.longitude - from.longitude) * t)
    else { return nil }
    return Answer.HouseFound(
      row: nil, number: typed, coordinate: coordinate, level: .interpolated, fit: 0.82, postcode: a.postcode)
  }
}
