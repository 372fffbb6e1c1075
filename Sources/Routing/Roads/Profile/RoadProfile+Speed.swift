extension RoadProfileRules {
  /// Speed in one direction, 0 where it cannot be driven.
  func speed(
    _ kind: Kind, _ values: TagValues, isForward: Bool, _ country: String?
  ) -> Double {
    var speed = kind.speed
    if let limit = limit(values, isForward: isForward, country) {
      speed = limit * (maxspeed?.factor ?? 1)
    } else if values.rules.contains(.baseSpeeds) {
      for figures in baseSpeeds {
        if let value = values[figures.slot], let base = figures.byValue[value] { speed = min(speed, base) }
      }
    }
    guard values.rules.contains(.caps) else { return speed }
    for figures in caps {
      if let value = values[figures.slot], let cap = Self.lowest(value, figures.byValue) {
        speed = min(speed, cap)
      }
    }
    return speed
  }

  /// The figure of a value; of a list (`asphalt;gravel`) the lowest.
  private static func lowest(_ value: String, _ figures: [String: Double]) -> Double? {
    if let figure = figures[value] { return figure }
    guard value.utf8.contains(UInt8(ascii: ";")) else { return nil }
    return value.split(separator: ";").compactMap { figures[TagText.trimmed($0)] }.min()
  }

  /// The limit in one direction, km/h: the lowest of what the keys say, or what the zone keys say where the
  /// others are silent.
  private func limit(
    _ values: TagValues, isForward: Bool, _ country: String?
  ) -> Double? {
    guard values.rules.contains(.maxspeed), let maxspeed else { return nil }
    var lowest: Double?
    for key in maxspeed.keys {
      if let value = values.value(key, isForward: isForward), let limit = maxspeed.limit(value, country) {
        lowest = min(lowest ?? limit, limit)
      }
    }
    if let lowest { return lowest }
    for key in maxspeed.zoneKeys {
      if let value = values.value(key, isForward: isForward), let limit = maxspeed.limit(value, country) {
        return limit
      }
    }
    return nil
  }
}

extension RoadProfileRules.Maxspeed {
  /// Limits outside of this are slips of the pen.
  private static let believable = 1.0...200

  /// km/h of a value: `60`, `30 mph`, `RU:urban`, `none`; of a list the lowest. Nil when it says nothing.
  func limit(_ text: String, _ country: String?) -> Double? {
    if let plain = plain(text) { return Self.believable.contains(plain) ? plain : nil }
    if let zone = wholeZones[text] { return zone }
    var lowest: Double?
    for part in text.utf8.split(whereSeparator: { ";|,".utf8.contains($0) }) {
      guard let limit = one(Substring(part), country), Self.believable.contains(limit) else { continue }
      lowest = min(lowest ?? limit, limit)
    }
    return lowest
  }

  /// A number alone, which nearly every limit is.
  private func plain(_ text: String) -> Double? {
    var number = 0
    guard (1...3).contains(text.utf8.count) else { return nil }
    for byte in text.utf8 {
      guard byte &- 48 < 10 else { return nil }
      number = number * 10 + Int(byte - 48)
    }
    return Double(number)
  }

  /// The zones as they are mostly written, `BY:urban`, each with what it has from `*`.
  static func wholeZones(_ zones: [String: [String: Double]]) -> [String: Double] {
    var whole: [String: Double] = [:]
    for (area, own) in zones where area != "*" {
      let country = zones[String(area.prefix { $0 != "-" })] ?? [:]
      let all = own.merging(country) { own, _ in own }.merging(zones["*"] ?? [:]) { own, _ in own }
      for (zone, limit) in all where believable.contains(limit) { whole[area + ":" + zone] = limit }
    }
    return whole
  }

  private func one(_ text: Substring, _ country: String?) -> Double? {
    guard let (number, rest) = TagText.leadingNumber(text) else {
      return zone(TagText.trimmed(text), country)
    }
    let unit = rest.utf8.drop { $0 == 32 }
    // mph and mp/h, knots and kn; km/h, kmh and kph need nothing.
    let first = unit.first.map { $0 | 0x20 }
    let second = unit.dropFirst().first.map { $0 | 0x20 }
    if first == UInt8(ascii: "m"), second == UInt8(ascii: "p") { return number * 1.609344 }
    if first == UInt8(ascii: "k"), second == UInt8(ascii: "n") { return number * 1.852 }
    return number
  }

  private func zone(_ text: String, _ country: String?) -> Double? {
    let lower = text.lowercased()
    if let word = words[lower] { return word }
    let parts = lower.split(separator: ":", maxSplits: 1)
    guard let last = parts.last else { return nil }
    let zone = String(last)
    let area = parts.count == 2 ? parts[0].uppercased() : country?.uppercased() ?? ""
    // A part of a country (`BE-VLG`) has the limits of the country where it has none of its own.
    for area in [area, String(area.prefix { $0 != "-" }), "*"] {
      if let limit = zones[area]?[zone] { return limit }
    }
    // `DE:zone30`, `zone:30`, `RU:60`.
    guard parts.count == 2 || zone.hasPrefix("zone") else { return nil }
    let digits = zone.utf8.reversed().prefix { $0 &- 48 < 10 }.reversed()
    return digits.count <= 3 ? Double(String(decoding: Array(digits), as: UTF8.self)) : nil
  }
}
