import Foundation
import Geo

/// The sets of the geocoder's figures. Those whose data may not be shipped are read from a folder beside the project
/// (`PLANNER_SHARED_DATA`), and passed over with a plain word where it is absent.
enum GeocodeSets {
  struct Address {
    var street: String
    var house: String
    var postcode: String
    var town: String
    var place: Coordinate
    /// Where the same text stands once more: it cannot tell which is meant.
    var others: [Coordinate] = []
  }

  /// Each distinct address once.
  private static func distinct(_ all: [Address]) -> [Address] {
    var order: [String] = []
    var byText: [String: Address] = [:]
    for address in all {
      let text = [address.street, address.house, address.postcode, address.town].joined(separator: "|")
      if byText[text] == nil {
        order.append(text)
        byText[text] = address
      } else {
        byText[text]?.others.append(address.place)
      }
    }
    return order.compactMap { byText[$0] }
  }

  static func neubrandenburg(_ file: String) throws -> [Address] {
    distinct(
      try lines(file, separator: "\t").compactMap { c in
        guard c.count >= 6, let latitude = Double(c[4]), let longitude = Double(c[5]),
          let place = try? Coordinate(latitude: latitude, longitude: longitude)
        else { return nil }
        return Address(street: c[0], house: c[1], postcode: c[2], town: c[3], place: place)
      })
  }

  /// Ways of writing one address, each with the share of houses that must be found.
  static func neubrandenburgForms() -> [(
    name: String, must: Double, write: (Address, inout CaseRandom) -> String
  )] {
    func plain(_ a: Address) -> String {
      a.postcode.isEmpty
        ? "\(a.street) \(a.house), \(a.town)" : "\(a.street) \(a.house), \(a.postcode) \(a.town)"
    }
    return [
      ("as tagged", 99.5, { a, _ in plain(a) }),
      ("one slip", 97, { a, r in withSlip(plain(a), &r) }),
      (
        "parts reordered", 97,
        { a, r in
          let town = [a.postcode, a.town].filter { !$0.isEmpty }.joined(separator: " ")
          return [
            "\(town), \(a.street) \(a.house)", "\(a.town), \(a.street), \(a.house)",
            "\(a.town) \(a.postcode), \(a.street) \(a.house)", "\(a.house) \(a.street), \(a.town)",
            "\(a.town), \(a.postcode), \(a.house), \(a.street)",
          ][r.next(below: 5)]
        }
      ),
      (
        "type abbreviated", 97,
        { a, _ in plain(a).replacing("straße", with: "str.").replacing("Straße", with: "Str.") }
      ),
      (
        "type expanded", 97,
        { a, _ in
          plain(a).replacing("straße", with: "-Strasse").replacing("Straße", with: "Strasse")
        }
      ),
      (
        "type dropped", 97,
        { a, _ in
          plain(a).replacing("straße", with: "").replacing(" Straße", with: "").replacing("-Straße", with: "")
        }
      ),
      ("no postcode", 97, { a, _ in "\(a.street) \(a.house), \(a.town)" }),
      ("no commas", 97, { a, _ in plain(a).replacing(",", with: "") }),
      ("capitals", 97, { a, _ in plain(a).uppercased() }),
      (
        "wrong postcode", 97,
        { a, r in "\(a.street) \(a.house), 1\(7000 + r.next(below: 999)) \(a.town)" }
      ),
      ("country and flat", 97, { a, _ in "Deutschland, \(plain(a)), Whg. 7" }),
    ]
  }

  // MARK: geocoder-tester

  /// The suite takes the coordinates of another source: the middle of a city lies kilometres apart between two of them.
  private static let sameTown = 10_000.0

  /// The CSV files of the public suite, as far as they have a query and a coordinate or names.
  static func tester(_ file: String, limit: Int = 10) throws -> [GeocodeCase] {
    let rows = try lines(file, separator: ";")
    guard let head = rows.first else { return [] }
    let column = Dictionary(head.enumerated().map { ($1, $0) }, uniquingKeysWith: { a, _ in a })
    return rows.dropFirst().compactMap { row in
      func value(_ name: String) -> String? {
        column[name].flatMap { $0 < row.count && !row[$0].isEmpty ? row[$0] : nil }
      }
      guard let text = value("query"), let place = value("expected_coordinate") else { return nil }
      let parts = place.split(separator: ",").compactMap { Double($0) }
      guard parts.count == 3, let truth = try? Coordinate(latitude: parts[0], longitude: parts[1]) else {
        return nil
      }
      return GeocodeCase(
        text: text, truth: truth, within: max(parts[2], sameTown), isHouse: false,
        limit: value("limit").flatMap { Int($0) } ?? limit)
    }
  }

  // MARK: Moscow

  /// Addresses of the extract that name their street, with the coordinates of the extract itself.
  static func moscow(_ extract: String) throws -> [Address] {
    var result: [Address] = []
    func isAddress(_ tags: [String: String]) -> Bool {
      tags["addr:housenumber"] != nil && tags["addr:street"] != nil
    }
    try OSMFeatureScan.scan(extract, wanted: isAddress) {
      result.append(
        Address(
          street: $0.tags["addr:street"] ?? "", house: $0.tags["addr:housenumber"] ?? "", postcode: "",
          town: "Москва", place: $0.coordinate))
    }
    return distinct(result)
  }

  static func moscowForms() -> [(name: String, must: Double, write: (Address, inout CaseRandom) -> String)] {
    func plain(_ a: Address) -> String { "Москва, \(a.street), \(a.house)" }
    func words(_ house: String, _ k: String, _ s: String) -> String {
      var text = house
      for digit in "0123456789" {
        text = text.replacing(" к\(digit)", with: "\(k)\(digit)").replacing(
          " с\(digit)", with: "\(s)\(digit)")
      }
      return text
    }
    let forms: [(String, Double, Latin)] = [
      ("Latin: BGN/PCGN", 95, .bgn), ("Latin: GOST 7.79 B", 95, .gost), ("Latin: ISO 9", 95, .iso9),
      ("Latin: passport", 95, .passport),
    ]
    return [
      ("Cyrillic", 99, { a, _ in plain(a) }),
      ("Cyrillic, street first", 99, { a, _ in "\(a.street) д. \(a.house), г. Москва" }),
    ]
      + forms.map { name, must, scheme in (name, must, { a, _ in scheme.write(plain(a)) }) }
      + [
        (
          "корпус, строение", 97,
          { a, r in
            let styles = [
              (", корп. ", ", стр. "), (" корпус ", " строение "), ("к", "с"), (" корп ", " стр "),
            ]
            let (k, s) = styles[r.next(below: 4)]
            return "г. Москва, \(a.street), д. \(words(a.house, k, s))"
          }
        ),
        ("one slip", 90, { a, r in withSlip(plain(a), &r) }),
        (
          "abbreviated type", 97,
          { a, _ in
            plain(a).replacing("улица", with: "ул.").replacing("проезд", with: "пр-д").replacing(
              "переулок", with: "пер."
            ).replacing("шоссе", with: "ш.")
          }
        ),
      ]
  }

  /// Schemes for Latin letters, written down here once more so that the geocoder is not judged by its own tables.
  enum Latin {
    case bgn, gost, iso9, passport

    private var letters: [String] {
      let text =
        switch self {
        case .bgn: "a b v g d e yë zh z i y k l m n o p r s t u f kh ts ch sh shch ” y ’ e yu ya"
        case .gost: "a b v g d e yo zh z i j k l m n o p r s t u f x cz ch sh shh `` y` ` e` yu ya"
        case .iso9: "a b v g d e ë ž z i j k l m n o p r s t u f h c č š ŝ ʺ y ʹ è û â"
        case .passport: "a b v g d e e zh z i i k l m n o p r s t u f kh ts ch sh shch ie y - e iu ia"
        }
      return text.split(separator: " ").map { $0 == "-" ? "" : String($0) }
    }

    func write(_ text: String) -> String {
      let alphabet = Array("абвгдеёжзийклмнопрстуфхцчшщъыьэюя")
      let table = Dictionary(uniqueKeysWithValues: zip(alphabet, letters))
      return text.map { letter in
        let lower = Character(letter.lowercased())
        guard let latin = table[lower] else { return String(letter) }
        return letter.isUppercase ? latin.prefix(1).uppercased() + latin.dropFirst() : latin
      }.joined()
    }
  }

  // MARK: Belarus

  private static let oblasts: [String: (russian: String, belarusian: String, latin: String)] = [
    "Brest": ("Брестская обл.", "Брэсцкая вобл.", "Brest region"),
    "Grodno": ("Гродненская обл.", "Гродзенская вобл.", "Grodno region"),
    "Vitebsk": ("Витебская обл.", "Віцебская вобл.", "Vitebsk region"),
    "Gomel": ("Гомельская обл.", "Гомельская вобл.", "Gomel region"),
    "Moghilev": ("Могилёвская обл.", "Магілёўская вобл.", "Mogilev region"),
    "Minsk": ("Минская обл.", "Мінская вобл.", "Minsk region"),
  ]

  /// Each place of the postal list by name and oblast or raion; a place of that name in the same oblast or raion, when
  /// there are several, is as right as another.
  static func belarus(_ file: String, form: Int) throws -> [GeocodeCase] {
    let rows = try lines(file, separator: "\t").filter { $0.count >= 11 }
    var result: [GeocodeCase] = []
    var places: [String: [Coordinate]] = [:]
    func key(_ c: [String]) -> String { [c[2], c[3], form < 3 ? "" : c[5]].joined(separator: "|") }
    for c in rows {
      if let latitude = Double(c[9]), let longitude = Double(c[10]),
        let place = try? Coordinate(latitude: latitude, longitude: longitude)
      {
        places[key(c), default: []].append(place)
      }
    }
    for c in rows {
      guard let latitude = Double(c[9]), let longitude = Double(c[10]), let oblast = oblasts[c[3]],
        let truth = try? Coordinate(latitude: latitude, longitude: longitude)
      else { continue }
      let text: String
      switch form {
      case 0: text = "\(c[2]), \(oblast.russian)"
      case 1: text = "\(belarusian(c[2])), \(oblast.belarusian)"
      case 2: text = "\(Latin.passport.write(c[2])), \(oblast.latin)"
      default:
        guard !c[5].isEmpty else { continue }
        text = "\(c[2]), \(c[5]) district, \(oblast.latin)"
      }
      result.append(
        GeocodeCase(
          text: text, truth: truth, country: "BY", within: 6000, isHouse: false,
          alternatives: places[key(c)] ?? []))
    }
    return result
  }

  /// Russian spelling with the letters of Belarusian; how a name sounds in Belarusian needs a dictionary.
  private static func belarusian(_ name: String) -> String {
    name.replacing("щ", with: "шч").replacing("Щ", with: "Шч").replacing("и", with: "і").replacing(
      "И", with: "І"
    )
    .replacing("ъ", with: "’")
  }

  // MARK: Nonsense

  static let nonsense = [
    "asdfgh", "qwertz 12", "lorem ipsum dolor sit amet", "12345", "!!!", "ул. 5", "aaaa bbbb cccc 7",
    "xyzzy street 44, plugh", "нет такого места 5", "фывапролдж, ул. йцукен, 15", "тест тест тест", "0",
    "Musterstraße 1, 12345 Musterstadt", "ul. Nieistniejąca 5, Nibylandia", "Hogwarts Castle",
    "г. Зурбаган, ул. Кассета, 7", "д. Хухрыкино, Тарабарский р-н", "null", "n/a", "не указан", "без адреса",
    "Konoha 12, Ninja Street", "Sesame Street 123, Muppetville", "Blah Blah Avenue 99", "привет как дела",
    "call me maybe 555", "🙂🙂🙂", "г. Мухосранск, ул. Пушкина, д. Колотушкина", "Туристическая фирма Ромашка",
    "Atlantis, Poseidon avenue 1", "El Dorado Gold street 3", "тел. +375 29 123-45-67",
  ]

  // MARK: Files

  static func lines(_ file: String, separator: Character) throws -> [[String]] {
    String(decoding: try Gzip.contents(ofFile: file), as: UTF8.self).split(whereSeparator: \.isNewline).map {
      $0.split(separator: separator, omittingEmptySubsequences: false).map(String.init)
    }
  }
}
