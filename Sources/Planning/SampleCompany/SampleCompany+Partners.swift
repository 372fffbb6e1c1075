import CRM
import Foundation
import Geo

/// An invented partner with what happened to it, and where it is on the list of towns.
struct SamplePartner: Sendable {
  var partner: Partner
  var history: [Activity]
  /// Numbers of the town and of the responsible user.
  var town: Int
  var responsible: Int?
}

extension SampleCompany {
  /// One partner.
  func partner(_ number: Int) -> SamplePartner {
    var random = SampleRandom(size.seed, .partner, number)
    let town = places.pick(&random)
    let made = made(number, of: size.partners)
    let kind = random.one(weighted: [
      (PartnerKind.agency, 70), (.hotel, 14), (.carrier, 8), (.supplier, 5), (.corporate, 3),
    ])
    let id = PartnerID(.version7(at: made, using: &random))
    let responsible = responsible(places.towns[town].region, &random)
    let (name, brand) = name(kind, places.towns[town], &random)
    let address = address(places.towns[town], &random)
    var partner = Partner(id: id, kind: kind, name: name)
    partner.status = random.one(weighted: [(.active, 62), (.prospect, 20), (.paused, 10), (.closed, 8)])
    partner.responsible = responsible.map { users[$0].id }
    partner.addresses = [address]
    if random.percent(12) {
      partner.addresses.append(
        Address(type: .legal, text: self.address(places.towns[town], &random).text))
    }
    partner.location = location(address, places.towns[town], made, &random)
    partner.tags = SampleWords.tags.filter { random.percent($0.percent) }.map(\.tag)
    partner.callIntervalDays = random.percent(70) ? random.one(of: [30, 45, 60, 90]) : nil
    partner.openingHours = random.percent(75) ? random.one(of: Self.hours) : nil
    partner.visitLength = random.percent(15) ? Seconds(minutes: random.one(of: [15, 20, 45, 60])) : nil
    partner.registrationNumber = random.percent(85) ? registration(number, places.towns[town].country) : nil
    partner.externalReferences = [
      ExternalReference(system: "crm", key: "K\(size.seed)-\(1_000_000 + number)")
    ]
    if random.percent(1) {
      partner.doNotVisit = DoNotVisit(until: size.today.adding(days: random.below(200)), reason: "ремонт")
    }
    partner.note = random.percent(10) ? random.one(of: SampleWords.notes) : ""
    addContacts(to: &partner, brand, number, places.towns[town], &random)
    let history = history(of: partner, since: made, by: responsible, &random)
    return SamplePartner(partner: partner, history: history, town: town, responsible: responsible)
  }

  // MARK: Names

  private func name(
    _ kind: PartnerKind, _ town: SampleTown, _ random: inout SampleRandom
  ) -> (name: String, brand: String) {
    let isCyrillic = town.country == "BY" || town.country == "RU"
    var brand: String
    if isCyrillic {
      brand =
        random.percent(15)
        ? random.one(of: SampleWords.latinBrands) : random.one(of: SampleWords.cyrillicBrands)
    } else if let own = SampleWords.balticBrands[town.country] {
      brand = random.percent(30) ? random.one(of: SampleWords.latinBrands) : random.one(of: own)
    } else {
      brand =
        random.percent(25)
        ? random.one(of: SampleWords.latinBrands) : random.one(of: SampleWords.polishBrands)
    }
    switch random.below(10) {
    case 0...3:
      brand += isCyrillic ? "-\(random.one(of: ["тур", "Плюс", "Сервис", "Люкс", "Экспресс"]))" : " Plus"
    case 4...6: brand += " \(town.name)"
    case 7: brand += " \(2 + random.below(98))"
    default: break
    }
    let person = Self.person(&random)
    let forms: [String]
    switch (kind, isCyrillic) {
    case (.agency, true):
      forms = [
        "ООО «%»", "Турагентство «%»", "%", "ЧТУП «%»", "Туристическая компания «%»", "ИП \(person), «%»",
        "ОДО «%»",
      ]
    case (.hotel, true): forms = ["Отель «%»", "Гостиница «%»", "Санаторий «%»", "Усадьба «%»", "Хостел «%»"]
    case (.carrier, true): forms = ["Автобусный парк «%»", "ООО «%-Транс»", "Перевозки «%»"]
    case (_, true): forms = ["ООО «%»", "Музей «%»", "Бюро экскурсий «%»", "ЗАО «%»"]
    case (.agency, false):
      forms =
        switch town.country {
        case "PL": ["Biuro podróży %", "% Sp. z o.o.", "%", "% Travel"]
        case "LT": ["UAB „%“", "% Travel", "%"]
        case "LV": ["SIA „%”", "% Travel", "%"]
        default: ["% OÜ", "% Reisid", "%"]
        }
    case (.hotel, false): forms = ["Hotel %", "% Hostel", "Villa %"]
    case (.carrier, false): forms = ["% Trans", "% Bus"]
    case (_, false): forms = ["%", "% Group", "Museum %"]
    }
    return (random.one(of: forms).replacing("%", with: brand), brand)
  }

  // MARK: Places

  private func address(_ town: SampleTown, _ random: inout SampleRandom) -> Address {
    let house =
      "\(1 + random.below(random.percent(80) ? 60 : 180))"
      + (random.percent(12) ? random.one(of: ["а", "/2"]) : "")
    let office = random.percent(20) ? 1 + random.below(90) : nil
    let street: String
    let text: String
    let postcode: String?
    switch town.country {
    case "BY", "RU":
      street = random.one(of: SampleWords.cyrillicStreets)
      let sign = random.one(weighted: [("ул.", 80), ("пр-т", 8), ("пер.", 12)])
      text = "г. \(town.name), \(sign) \(street), \(house)" + (office.map { ", оф. \($0)" } ?? "")
      postcode = nil
    case "PL":
      street = random.one(of: SampleWords.polishStreets)
      let code = "\(10 + random.below(89))-\(100 + random.below(899))"
      text = "ul. \(street) \(house)" + (office.map { "/\($0)" } ?? "") + ", \(code) \(town.name)"
      postcode = code
    default:
      street = random.one(of: SampleWords.balticStreets[town.country]!)
      let kind = ["LT": "g.", "LV": "iela", "EE": "tn"][town.country]!
      text = "\(street) \(kind) \(house), \(town.name)"
      postcode = nil
    }
    return Address(
      text: text,
      components: AddressComponents(
        country: town.country, regionCode: town.region, city: town.name, street: street, house: house,
        postcode: postcode))
  }

  private func location(
    _ address: Address, _ town: SampleTown, _ at: Date, _ random: inout SampleRandom
  ) -> GeocodeResult? {
    let levels: [(GeocodeLevel?, Int)] = [
      (.house, 56), (.interpolated, 11), (.street, 14), (.locality, 10), (.region, 1), (.given, 2), (nil, 6),
    ]
    let chosen = random.one(weighted: levels)
    let offset = (random.disc(), random.disc())
    let isStale = random.percent(25)
    guard let level = chosen else { return nil }
    let isManual = level == .given
    // Thicker in the middle of a town; without the sine, whose last bit differs between machines.
    let angle = town.centre.latitude * 0.017453292519943295
    let cosine = 1 - angle * angle / 2 + angle * angle * angle * angle / 24
    func rounded(_ value: Double) -> Double { (value * 1e6).rounded() / 1e6 }
    let isExact = level != .locality && level != .region
    let place = Coordinate(
      trustedLatitude: rounded(town.centre.latitude + (isExact ? offset.0 * town.radius : 0)),
      longitude: rounded(town.centre.longitude + (isExact ? offset.1 * town.radius / cosine : 0)))
    let scores: [GeocodeLevel: Double] = [
      .house: 0.97, .interpolated: 0.9, .street: 0.8, .locality: 0.65, .region: 0.4, .given: 1,
    ]
    return GeocodeResult(
      coordinate: place, level: level, score: scores[level]!, provider: isManual ? "manual" : "gazetteer",
      query: address.text, label: isExact ? address.text : town.name, at: at, manual: isManual,
      stale: isStale && isManual)
  }

  // MARK: Contacts

  private static let hours = [
    "Mo-Fr 09:00-18:00", "Mo-Fr 10:00-19:00; Sa 10:00-15:00", "Mo-Sa 09:00-20:00", "Mo-Su 10:00-20:00",
    "Mo-Fr 09:00-13:00,14:00-18:00",
  ].compactMap { try? OpeningHours.parse($0) }

  private func registration(_ number: Int, _ country: String) -> String {
    switch country {
    case "BY": "\(190_000_000 + number)"
    case "RU", "PL": "\(5_000_000_000 + number)"
    case "LT": "\(300_000_000 + number)"
    case "LV": "\(40_000_000_000 + number)"
    default: "\(10_000_000 + number)"
    }
  }

  /// An invented number in one of the ways people write them.
  private func phone(_ number: Int, _ line: Int, _ country: String, _ random: inout SampleRandom)
    -> ContactPoint
  {
    let (code, operators, digits) =
      switch country {
      case "BY": ("375", ["29", "33", "44", "25", "17"], 7)
      case "RU": ("7", ["912", "921", "903", "495", "812"], 7)
      case "PL": ("48", ["22", "50", "60", "85"], 7)
      case "LT": ("370", ["6", "5"], 7)
      case "LV": ("371", ["2", "6"], 7)
      default: ("372", ["5", "6"], 6)
      }
    let prefix = random.one(of: operators)
    let local = String(String(10_000_000 + (number * 7 + line * 3_333_333) % 9_999_999).suffix(digits))
    let (a, b, c) = (local.prefix(digits - 4), local.dropFirst(digits - 4).prefix(2), local.suffix(2))
    let value =
      switch random.below(4) {
      case 0: "+\(code) \(prefix) \(a)-\(b)-\(c)"
      case 1 where country == "BY": "8 (0\(prefix)) \(a)-\(b)-\(c)"
      case 2 where country == "RU": "8 (\(prefix)) \(a)-\(b)-\(c)"
      case 3: "+\(code)\(prefix)\(local)"
      default: "+\(code) (\(prefix)) \(a) \(b) \(c)"
      }
    return ContactPoint(kind: .phone, value: value, normalised: "+\(code)\(prefix)\(local)")
  }

  private func addContacts(
    to partner: inout Partner, _ brand: String, _ number: Int, _ town: SampleTown,
    _ random: inout SampleRandom
  ) {
    partner.contactPoints = [phone(number, 0, town.country, &random)]
    if random.percent(80) {
      let box = random.one(of: ["info", "office", "sale", "tour", "mail"])
      let mail = "\(box)@\(SampleText.ascii(brand).prefix(24))\(number % 97).example"
      partner.contactPoints.append(ContactPoint(kind: .email, value: mail, normalised: mail))
    }
    let isCyrillic = town.country == "BY" || town.country == "RU"
    for i in 0..<random.one(weighted: [(0, 25), (1, 50), (2, 20), (3, 5)]) {
      let name =
        isCyrillic
        ? Self.person(&random)
        : "\(random.one(of: SampleWords.latinFirstNames)) \(random.one(of: SampleWords.latinLastNames))"
      let position = random.one(of: isCyrillic ? SampleWords.positions : SampleWords.latinPositions)
      var person = ContactPerson(
        id: ContactPersonID(.version7(at: now, using: &random)), name: name, position: position)
      if random.percent(50) { person.contactPoints = [phone(number, i + 1, town.country, &random)] }
      partner.people.append(person)
    }
  }

  // MARK: History

  private func history(
    of partner: Partner, since made: Date, by user: Int?, _ random: inout SampleRandom
  ) -> [Activity] {
    let most = partner.status == .active ? 7 : partner.status == .prospect ? 3 : 4
    let days = Int(now.timeIntervalSince(made) / 86_400)
    guard days > 1 else { return [] }
    return (0..<random.below(most)).map { _ in
      let kind = random.one(weighted: [
        (Activity.Kind.call, 45), (.visit, 30), (.email, 15), (.meeting, 5), (.note, 5),
      ])
      let at = now.addingTimeInterval(
        -Double(random.below(days)) * 86_400 + Double(random.below(9 * 60) - 4 * 60) * 60)
      return Activity(
        id: ActivityID(.version7(at: at, using: &random)), kind: kind, partner: partner.id, at: min(at, now),
        author: user.map { users[$0].id }, outcome: random.one(of: SampleWords.outcomes))
    }
  }
}

extension SampleRandom {
  /// −1 … 1, mostly near 0.
  fileprivate mutating func disc() -> Double { (unit() + unit() + unit()) * 2 / 3 - 1 }
}
