import CRM
import Foundation
import Geo

/// A partner whose name resembles the one asked for.
public struct SimilarPartner: Sendable, Hashable {
  public var id: PartnerID
  public var name: String
  /// 0 … 1, 1 for equal folded names; see ``NameSimilarity``.
  public var similarity: Double
  /// From the place asked for; nil when either has no place.
  public var distance: Metres?
  public var sameTown: Bool
  /// The address visits go to has the text asked for.
  public var sameAddress: Bool
}

/// How alike two names are: the Dice coefficient of their sets of letter triples, after folding (L. R. Dice,
/// "Measures of the Amount of Ecologic Association Between Species", Ecology 26, 1945).
public enum NameSimilarity {
  /// Names this alike count as similar: one wrong letter in a word of eight still does.
  public static let threshold = 0.65

  /// 0 … 1; arguments are folded names.
  public static func dice(_ a: String, _ b: String) -> Double {
    if a == b { return a.isEmpty ? 0 : 1 }
    let x = trigrams(a)
    let y = trigrams(b)
    guard !x.isEmpty, !y.isEmpty else { return 0 }
    return 2 * Double(x.intersection(y).count) / Double(x.count + y.count)
  }

  private static func trigrams(_ text: String) -> Set<UInt64> {
    var result: Set<UInt64> = []
    for word in text.unicodeScalars.split(separator: " ") {
      var window: UInt64 = 0x20
      var count = 1
      for scalar in word + " ".unicodeScalars {
        window = (window << 21 | UInt64(scalar.value)) & 0x7FFF_FFFF_FFFF_FFFF
        count += 1
        if count >= 3 { result.insert(window) }
      }
    }
    return result
  }
}

extension ReadAccess {
  /// The partner an outside system calls `key`: none or one.
  public func partners(system: String, key: String) throws -> [PartnerID] {
    try db.all(
      """
      SELECT p.uid FROM external_reference r JOIN partner p ON p.id = r.partner_id
      WHERE r.system = ? AND r.key = ?
      """, .text(system), .text(key)
    ) { $0.id(0) }
  }

  /// Whom any outside system calls by these keys.
  public func partners(keys: Set<String>) throws -> [String: Set<PartnerID>] {
    var found: [String: Set<PartnerID>] = [:]
    let all = try db.all(
      "SELECT r.key, p.uid FROM external_reference r JOIN partner p ON p.id = r.partner_id"
    ) {
      (key: $0.text(0), partner: $0.id(1) as PartnerID)
    }
    for one in all where keys.contains(one.key) { found[one.key, default: []].insert(one.partner) }
    return found
  }

  public func partners(registrationNumber: String) throws -> [PartnerID] {
    try db.all("SELECT uid FROM partner WHERE registration_number = ?", .text(registrationNumber)) {
      $0.id(0)
    }
  }

  /// Partners with this telephone number, their own or a person's.
  /// - Parameter phone: normalised, E.164.
  public func partners(phone: String) throws -> [PartnerID] { try partners(.phone, phone) }

  /// - Parameter email: normalised, lower case.
  public func partners(email: String) throws -> [PartnerID] { try partners(.email, email) }

  private func partners(_ kind: ContactPoint.Kind, _ normalised: String) throws -> [PartnerID] {
    try db.all(
      """
      SELECT DISTINCT p.uid FROM contact_point c JOIN partner p ON p.id = c.partner_id
      WHERE c.normalised = ? AND c.kind = ?
      """, .text(normalised), .text(kind.rawValue)
    ) { $0.id(0) }
  }

  /// Partners with a similar name within a distance of a point, in the same town, or at the same address as it is
  /// written; most alike first.
  ///
  /// Candidates share the beginning (three letters) of a word of the name, or its longest number, and lie in the same town or in
  /// a neighbouring cell of 0.01°; they count when the whole names are alike by ``NameSimilarity``. Towns are the same by
  /// ``TownName/isSame(_:_:)``, or when they sound alike and both places lie within 50 km.
  public func partners(
    similarTo name: String, near: Coordinate?, within: Metres = Metres(300), orInTown towns: [String] = [],
    orAt address: String? = nil
  ) throws -> [SimilarPartner] {
    let folded = TextFolding.fold(name)
    let significant = Self.significant(folded)
    var places: Set<Int64> = []
    for town in towns { places.formUnion(NamePlace.keys(ofTown: town)) }
    if let address, let key = NamePlace.address(address) { places.insert(key) }
    if let near { places.formUnion(NamePlace.cells(around: near, radius: within)) }
    var rows: Set<Int64> = []
    for place in places {
      for (from, to) in NamePlace.wordRanges(folded) {
        try db.rows(
          "SELECT partner_id FROM partner_name_word WHERE place = ? AND word >= ? AND word < ?",
          .int(place), .text(from), .text(to)
        ) { rows.insert($0.int64(0)) }
      }
    }
    var found: [SimilarPartner] = []
    for row in rows {
      let candidate = try db.first(
        """
        SELECT p.uid, p.name, p.name_key, p.location, (SELECT city FROM address a
          WHERE a.partner_id = p.id AND a.city IS NOT NULL ORDER BY a.type <> 'physical', a.position LIMIT 1),
          (SELECT text FROM address a WHERE a.partner_id = p.id ORDER BY a.type <> 'physical', a.position LIMIT 1)
        FROM partner p WHERE p.id = ?
        """, .int(row)
      ) { c in
        (
          id: c.id(0, of: Partner.self), name: c.text(1), key: c.text(2),
          place: GeometryBlob.coordinate(c.bytes(3)), town: c.textOrNil(4), address: c.textOrNil(5)
        )
      }
      guard let candidate else { continue }
      let similarity = NameSimilarity.dice(significant, Self.significant(candidate.key))
      guard similarity >= NameSimilarity.threshold else { continue }
      var distance: Metres?
      if let near, let place = candidate.place { distance = Geodesy.distance(near, place) }
      let isClose = distance.map { $0 <= Metres(kilometres: 50) } == true
      let sameTown =
        candidate.town.map { town in
          towns.contains { TownName.isSame($0, town) || isClose && TownName.isAlike($0, town) }
        } ?? false
      let sameAddress =
        address.flatMap { own in candidate.address.map { TownName.isSameAddress(own, $0) } } ?? false
      guard sameTown || sameAddress || distance.map({ $0 <= within }) == true else { continue }
      found.append(
        SimilarPartner(
          id: candidate.id, name: candidate.name, similarity: similarity, distance: distance,
          sameTown: sameTown, sameAddress: sameAddress))
    }
    return found.sorted { ($1.similarity, $0.id) < ($0.similarity, $1.id) }
  }
}

extension ReadAccess {
  /// Partners without a place whose folded name is that of `name`: where neither has an address, the name is
  /// all there is to go by.
  public func partnersWithoutPlace(named name: String) throws -> [PartnerID] {
    try db.all(
      "SELECT uid FROM partner WHERE name_key = ? AND location IS NULL ORDER BY id LIMIT 100",
      .text(TextFolding.fold(name))
    ) { $0.id(0) }
  }

  /// The name without legal form and words of the trade.
  static func significant(_ folded: String) -> String {
    PartnerName.significantWords(ofFolded: folded).joined(separator: " ")
  }
}

/// Keys under which the words of a partner's name are filed.
enum NamePlace {
  /// The key a town is filed under, by its sound, and those it may have been filed under before: by its folded name.
  static func keys(ofTown name: String) -> Set<Int64> {
    Set(
      [TownName.sound(name), TownName.folded(name), TextFolding.fold(name)].filter { !$0.isEmpty }.map(hash))
  }

  static func town(_ name: String) -> Int64? {
    let sound = TownName.sound(name)
    return sound.isEmpty ? nil : hash(sound)
  }

  /// The key of an address by its text, for partners whose town is not known. Nil for a text without words.
  static func address(_ text: String) -> Int64? {
    let key = TownName.addressKey(text)
    return key.isEmpty ? nil : hash("@ " + key)
  }

  /// A text as a number; the top bit sets it apart from cells (64-bit FNV-1a).
  private static func hash(_ key: String) -> Int64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in key.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return Int64(bitPattern: hash | 1 << 63)
  }

  static func cell(_ c: Coordinate) -> Int64 { cell(Int64(c.latitude * 100 + 9000), column(c.longitude)) }

  private static func column(_ longitude: Double) -> Int64 { Int64(longitude * 100 + 18_000) }
  private static func cell(_ row: Int64, _ column: Int64) -> Int64 { row << 20 | column }

  static func cells(around c: Coordinate, radius: Metres) -> [Int64] {
    let box = Geodesy.boundingBox(around: c, radius: radius)
    let rows = Int64(box.south * 100 + 9000)...Int64(box.north * 100 + 9000)
    let spans =
      box.west <= box.east
      ? [column(box.west)...column(box.east)]
      : [column(box.west)...column(180), column(-180)...column(box.east)]
    return rows.flatMap { row in spans.flatMap { $0.map { cell(row, $0) } } }
  }

  /// From and to (without) of the words by which candidates for a folded name are found. Numbers must agree whole, and
  /// all of them: the longest is shared by the fewest.
  static func wordRanges(_ folded: String) -> [(from: String, to: String)] {
    let words = words(folded)
    let numbers = words.filter { $0.utf8.contains { (0x30...0x39).contains($0) } }
    if let longest = numbers.max(by: { ($0.utf8.count, $0) < ($1.utf8.count, $1) }) {
      // No word holds a blank, and every letter comes behind it.
      return [(longest, longest + " ")]
    }
    return words.map { word in
      let prefix = String(String.UnicodeScalarView(word.unicodeScalars.prefix(3)))
      return (prefix, prefix + "\u{10FFFF}")
    }
  }

  /// The significant words of a folded name; short ones only when there is no other. Of a name with numbers only
  /// these: names are alike only when their numbers agree, and a town may have a thousand names that differ in
  /// nothing else.
  static func words(_ folded: String) -> Set<String> {
    let all = PartnerName.significantWords(ofFolded: folded)
    let numbers = all.filter { $0.utf8.contains { (0x30...0x39).contains($0) } }
    if !numbers.isEmpty { return Set(numbers) }
    let long = all.filter { $0.unicodeScalars.count >= 3 }
    return Set(long.isEmpty ? all : long)
  }
}

extension Writer {
  func insertNameWords(of partner: Partner, row: Int64) throws {
    let town = partner.addresses.first { $0.type == .physical && $0.components.city != nil }
    let city = (town ?? partner.addresses.first { $0.components.city != nil })?.components.city
    var places: [Int64] = []
    if let city, let key = NamePlace.town(city) { places.append(key) }
    if city == nil, let address = partner.visitAddress, let key = NamePlace.address(address.text) {
      places.append(key)
    }
    if let place = partner.location?.coordinate { places.append(NamePlace.cell(place)) }
    guard !places.isEmpty else { return }
    for word in NamePlace.words(TextFolding.fold(partner.name)) {
      for place in places {
        try db.run(
          "INSERT OR IGNORE INTO partner_name_word (place, word, partner_id) VALUES (?, ?, ?)",
          .int(place), .text(word), .int(row))
      }
    }
  }
}
