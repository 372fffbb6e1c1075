import Foundation
import Kernels

/// A gazetteer in the making: base data first, then any number of extracts, all in memory as columns of numbers; written
/// as one file at the end. Texts are kept once. A country of eight million addresses stays within a gigabyte.
final class GazetteerDraft {
  var texts = StringPool()
  var places: [PlaceRecord] = []
  var subdivisions: [SubdivisionRecord] = []
  var airports: [AirportRecord] = []
  /// Names of places and subdivisions; a posting's reference is the row, its kind a ``NameKind``.
  var placeNames = NameCollector()
  var streets: [StreetDraft] = []
  /// Street rows by what they are, to join those of a later extract.
  var streetRows: [StreetIdentity: Int] = [:]
  var houses: [HouseDraft] = []
  /// Where ways of a street lie, for reverse geocoding.
  var streetPoints: [(street: UInt32, latitude: Int32, longitude: Int32)] = []
  /// The cells of streets of the file this draft was made from.
  var keptStreetCells: [CellRecord] = []
  /// Houses by postcode text and place row.
  var postcodes: [UInt64: UInt32] = [:]
  var sources: [SourceFingerprint] = []
  /// The countries the base was cut to, parted by commas; empty for all.
  var selection = ""
  /// Rows of postal lists until their districts are known.
  var postalRows: [PostalRow] = []

  /// What a posting of a place name points to. Smaller is the better match of two with one key.
  enum NameKind: UInt32 {
    case placeName = 0
    case placeAlias = 1
    case placeSkeleton = 2
    case region = 3
    case district = 4
    case country = 5
  }

  struct StreetDraft {
    var record: StreetRecord
    /// Other names, as texts.
    var aliases: [UInt32] = []
  }

  struct StreetIdentity: Hashable {
    var place: UInt32
    var key: UInt32
    var kind: UInt32
  }

  struct HouseDraft {
    var street: UInt32
    var record: HouseRecord
  }

  init() {}

  /// What an existing gazetteer holds, to add to it.
  /// - Throws: ``GazetteerError``
  init(_ data: GazetteerData) throws(GazetteerError) {
    texts = StringPool(bytes: data.allTexts.bytes, starts: data.allTexts.starts)
    places = Array(data.places)
    subdivisions = Array(data.subdivisions)
    airports = Array(data.airports)
    for name in 0..<data.placeNames.count {
      let key = texts.intern(data.placeNames.key(name))
      for posting in data.placePostings[data.placeNames.postings(name)] {
        placeNames.add(key: key, posting, keepsSpellings: true)
      }
    }
    streets = data.streets.map { StreetDraft(record: $0) }
    houses.reserveCapacity(data.houses.count)
    // Streets of one name are in every town.
    var keys: [UInt32: UInt32?] = [:]
    for (row, street) in data.streets.enumerated() {
      if keys[street.name] == nil {
        keys[street.name] = .some(StreetName(texts.text(Int(street.name))).map { text($0.key) })
      }
      if let key = keys[street.name] ?? nil {
        streetRows[StreetIdentity(place: street.place, key: key, kind: street.kind)] = row
      }
      for house in data.houseRows(of: street) {
        houses.append(HouseDraft(street: UInt32(row), record: data.houses[house]))
      }
    }
    for posting in data.streetPostings where posting.spelling != streets[Int(posting.reference)].record.name {
      let row = Int(posting.reference)
      if !streets[row].aliases.contains(posting.spelling) { streets[row].aliases.append(posting.spelling) }
    }
    keptStreetCells = Array(data.allStreetCells)
    for record in data.postcodes {
      postcodes[UInt64(record.code) << 32 | UInt64(record.place)] = record.houses
    }
    let list = SourceList(data)
    sources = list?.sources ?? []
    selection = list?.selection ?? ""
  }

  // MARK: Names

  /// Longer keys are cut: no name of a place is this long.
  static let keyLimit = 120

  func text(_ string: String) -> UInt32 { UInt32(texts.intern(string)) }

  /// Files a name under its key, and by sound under its skeleton when `bySound`.
  func file(
    name: UnsafeBufferPointer<UInt8>, kind: NameKind, reference: Int, soundKind: NameKind? = nil
  ) {
    var key: [UInt8] = []
    TextFold.fold(name, into: &key)
    guard !key.isEmpty else { return }
    Self.cut(&key)
    let spelling = UInt32(texts.intern(name))
    file(key: key, spelling: spelling, kind: kind, reference: reference, soundKind: soundKind)
  }

  func file(
    key: [UInt8], spelling: UInt32, kind: NameKind, reference: Int, soundKind: NameKind?
  ) {
    let reference = UInt32(reference)
    // "München" and "Munchen": which of names that fold alike is shown depends on how it was asked for.
    placeNames.add(
      key: texts.intern(key),
      NamePosting(reference: reference, spelling: spelling, kind: kind.rawValue), keepsSpellings: true)
    guard let soundKind, let skeleton = Self.skeletonKey(key) else { return }
    placeNames.add(
      key: texts.intern(skeleton),
      NamePosting(reference: reference, spelling: spelling, kind: soundKind.rawValue))
  }

  /// `~` and the skeleton; nil for scripts that have none and for what is too short to tell.
  static func skeletonKey(_ key: [UInt8]) -> [UInt8]? {
    var skeleton: [UInt8] = [UInt8(ascii: "~")]
    // Without spaces, so that one too few or too many does not matter.
    let joined = key.contains(0x20) ? key.filter { $0 != 0x20 } : key
    joined.withUnsafeBufferPointer { TextSkeleton.append(ofFolded: $0, into: &skeleton) }
    guard skeleton.count > 2, !skeleton.contains(where: { $0 >= 0x80 }) else { return nil }
    return skeleton
  }

  private static func cut(_ key: inout [UInt8]) {
    guard key.count > keyLimit else { return }
    var end = keyLimit
    while end > 0, key[end] & 0xC0 == 0x80 { end -= 1 }
    key.removeSubrange(end...)
  }

  /// Each of the names parted by `|`.
  static func forEachName(
    _ names: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) -> Void
  ) {
    var start = 0
    for i in 0...names.count where i == names.count || names[i] == UInt8(ascii: "|") {
      if i > start { body(UnsafeBufferPointer(rebasing: names[start..<i])) }
      start = i + 1
    }
  }

  // MARK: Streets and houses

  /// The row of a street of a place; a new one when the place has none of that name and kind.
  func street(_ name: StreetName, spelling: UInt32, in place: Int) -> Int {
    let identity = StreetIdentity(
      place: UInt32(place), key: text(name.key), kind: UInt32(StreetKind.index(name.kind)))
    if let row = streetRows[identity] { return row }
    let row = streets.count
    streetRows[identity] = row
    let letters = TextLetters.letters(ofFolded: Array(name.spoken.joined().utf8))
    streets.append(
      StreetDraft(
        record: StreetRecord(
          name: spelling, skeleton: text(String(name.skeleton.dropFirst())),
          spokenSkeleton: text(String(name.spokenSkeleton.dropFirst())),
          letters: UInt32(texts.intern(letters)), mask: TextLetters.mask(letters), place: UInt32(place),
          latitude: GazetteerLayout.nowhere, longitude: 0, postcode: 0, firstHouse: 0, houseCount: 0,
          kind: identity.kind)))
    return row
  }
}

/// The kinds of street as numbers of the file.
enum StreetKind {
  static let all = [
    "", "street", "avenue", "alley", "lane", "square", "boulevard", "highway", "embankment", "tract",
    "passage", "deadEnd", "line", "quarter", "roundabout",
  ]
  private static let indices = Dictionary(uniqueKeysWithValues: all.enumerated().map { ($1, $0) })

  static func index(_ kind: String) -> Int { indices[kind] ?? 0 }
}
