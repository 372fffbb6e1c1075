import Foundation

extension Geocoder {
  /// A street found in or near a place, and how well its name fits: 1 exact, 0.85 when it only sounds so.
  private struct StreetMatch {
    var street: StreetRow
    var fit: Double
  }

  /// The best candidates for one place: its houses, else its streets, else the place itself.
  func candidates(for hypothesis: Hypothesis) -> [Ranked] {
    let write = CandidateWriter(reader: reader)
    let doubt = 0.55 + 0.45 * hypothesis.share
    for words in hypothesis.streets {
      guard let name = StreetName(words: words) else { continue }
      let matches = streets(name, in: hypothesis.place)
      guard !matches.isEmpty else { continue }
      return matches.prefix(5).flatMap { match in
        candidates(for: match, in: hypothesis, write)
      }
    }
    // A street was asked for and is not known: the town is right, but the answer is less than was hoped for.
    let missed = hypothesis.streets.isEmpty && house == nil ? 1.0 : 0.95
    let score = 0.97 * hypothesis.evidence * doubt * missed
    return [Ranked(candidate: write.place(hypothesis.place, score: score), rank: hypothesis.rank)]
  }

  private func candidates(
    for match: StreetMatch, in hypothesis: Hypothesis, _ write: CandidateWriter
  ) -> [Ranked] {
    // That the town has such a street speaks for the town: its rivals count less.
    let base = hypothesis.evidence * match.fit * (0.85 + 0.15 * hypothesis.share)
    let town =
      match.street.place == hypothesis.place.id
      ? hypothesis.place : reader.place(id: match.street.place) ?? hypothesis.place
    if let house {
      let found = houses(house, on: match.street)
      if !found.isEmpty {
        return found.map { found in
          Ranked(
            candidate: write.house(
              found.row, match.street, town, level: found.level, score: 0.99 * base * found.fit),
            rank: hypothesis.rank * match.fit * (1.3 + found.fit))
        }
      }
    }
    let missed = house == nil ? 1.0 : 0.9
    return [
      Ranked(
        candidate: write.street(match.street, town, score: 0.95 * base * missed),
        rank: hypothesis.rank * match.fit * 1.25)
    ]
  }

  private func streets(_ name: StreetName, in place: PlaceRow) -> [StreetMatch] {
    for (tier, key) in name.lookupKeys.enumerated() {
      let rows = reader.streets(key: key, place: place.id)
      if !rows.isEmpty { return matches(rows, name, tier: tier) }
    }
    // Suburbs and neighbouring villages: people name the larger town.
    for (tier, key) in name.lookupKeys.enumerated() where !key.hasPrefix("^") {
      let near = reader.streets(key: key).filter {
        GreatCircle.metres($0.coordinate, place.coordinate) < 15_000
      }
      if !near.isEmpty {
        return matches(near, name, tier: tier).map { StreetMatch(street: $0.street, fit: $0.fit * 0.75) }
      }
    }
    return []
  }

  private func matches(_ rows: [StreetRow], _ name: StreetName, tier: Int) -> [StreetMatch] {
    let tierFit = tier == 0 ? 1.0 : name.lookupKeys[tier].hasPrefix("^") ? 0.9 : 0.85
    let all = rows.map { row -> StreetMatch in
      let same = row.kind == name.kind
      let kindFit = same ? 1 : row.kind.isEmpty || name.kind.isEmpty ? 0.98 : 0.85
      return StreetMatch(street: row, fit: tierFit * kindFit)
    }
    let sorted = all.sorted { ($0.fit, -$0.street.id) > ($1.fit, -$1.street.id) }
    // With the kind said and found, other kinds of the same name are not meant.
    guard let best = sorted.first else { return [] }
    return sorted.filter { $0.fit > best.fit * 0.9 }
  }

  /// No town was named for certain: the street in the towns of the postcode, else wherever it is.
  func streetsWithoutTown() -> [Ranked] {
    let readings = streetReadings(excluding: nil)
    let inPostcode = postcodePlaces.flatMap { place in
      candidates(for: Hypothesis(place: place, evidence: 0.85, streets: readings))
    }.filter { $0.candidate.level >= .street }
    guard inPostcode.isEmpty else {
      return inPostcode.map { Ranked(candidate: $0.candidate, rank: $0.rank + 1) }
    }
    return streetsAnywhere().map { Ranked(candidate: $0.candidate, rank: $0.rank + 1) }
  }

  private func streetsAnywhere() -> [Ranked] {
    for words in streetReadings(excluding: nil) {
      guard let name = StreetName(words: words) else { continue }
      for (tier, key) in name.lookupKeys.enumerated() where !key.hasPrefix("^") {
        var found = matches(reader.streets(key: key), name, tier: tier)
        found = found.filter { match in
          guard let place = reader.place(id: match.street.place) else { return false }
          return isInCountry(place)
        }
        guard !found.isEmpty else { continue }
        let write = CandidateWriter(reader: reader)
        let share = 1 / Double(found.count)
        return found.prefix(20).flatMap { match -> [Ranked] in
          guard let place = reader.place(id: match.street.place) else { return [] }
          let hypothesis = Hypothesis(place: place, evidence: 0.6, streets: [], share: share)
          return candidates(for: match, in: hypothesis, write)
        }
      }
    }
    return []
  }

  // MARK: Houses

  private struct HouseMatch {
    var row: HouseRow
    var level: GeocodeLevel
    var fit: Double
  }

  private func houses(_ typed: String, on street: StreetRow) -> [HouseMatch] {
    let key = HouseNumber.key(typed)
    guard !key.isEmpty else { return [] }
    for (k, variant) in Self.variants(of: key).enumerated() {
      let rows = preferred(reader.houses(street: street.id, key: variant))
      if !rows.isEmpty {
        return rows.map { HouseMatch(row: $0, level: .house, fit: k == 0 ? 1 : 0.95) }
      }
    }
    guard let number = HouseNumber.leading(key) else { return [] }
    // The house without the letter stands beside it.
    let plain = preferred(reader.houses(street: street.id, key: String(number)))
    if let first = plain.first {
      var row = first
      row.number = typed
      return [HouseMatch(row: row, level: .interpolated, fit: 0.85)]
    }
    return interpolated(number, typed, on: street).map { [$0] } ?? []
  }

  /// Other writings of one number: corpus as fraction, a flat behind a dash.
  static func variants(of key: String) -> [String] {
    var variants = [key]
    if key.contains("k") { variants.append(key.replacing("k", with: "/")) }
    if key.contains("/") { variants.append(key.replacing("/", with: "k")) }
    if let dash = key.firstIndex(of: "-") { variants.append(String(key[..<dash])) }
    return variants
  }

  /// Of houses that share a number on a street, those of the postcode asked for.
  private func preferred(_ rows: [HouseRow]) -> [HouseRow] {
    guard let asked = postcode else { return rows }
    let same = rows.filter { $0.postcode.map(TextFolding.fold) == asked }
    return same.isEmpty ? rows : same
  }

  /// Between the nearest known numbers of the same side (parity), within 20 numbers of each other.
  private func interpolated(_ number: Int, _ typed: String, on street: StreetRow) -> HouseMatch? {
    var below: (number: Int, row: HouseRow)?
    var above: (number: Int, row: HouseRow)?
    for row in reader.houses(street: street.id) {
      guard let n = HouseNumber.leading(row.key), (n - number) % 2 == 0 else { continue }
      if n < number, n > below?.number ?? .min { below = (n, row) }
      if n > number, n < above?.number ?? .max { above = (n, row) }
    }
    guard let below, let above, above.number - below.number <= 20,
      GreatCircle.metres(below.row.coordinate, above.row.coordinate) < 800
    else { return nil }
    let t = Double(number - below.number) / Double(above.number - below.number)
    let (a, b) = (below.row.coordinate, above.row.coordinate)
    guard
      let coordinate = try? Coordinate(
        latitude: a.latitude + (b.latitude - a.latitude) * t,
        longitude: a.longitude + (b.longitude - a.longitude) * t)
    else { return nil }
    let row = HouseRow(key: "", number: typed, coordinate: coordinate, postcode: below.row.postcode)
    return HouseMatch(row: row, level: .interpolated, fit: 0.8)
  }
}
