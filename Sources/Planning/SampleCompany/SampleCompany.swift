import CRM
import Foundation
import Geo

/// How large an invented company is.
public struct SampleSize: Sendable, Hashable {
  public var partners: Int
  public var trips: Int
  public var users: Int
  public var seed: UInt64
  /// The company's today: everything lies in the two years before, trips up to two weeks behind.
  public var today: LocalDate

  public static let defaultDay = LocalDate(year: 2026, month: 6, day: 1)!

  public init(partners: Int, trips: Int, users: Int, seed: UInt64, today: LocalDate = SampleSize.defaultDay) {
    self.partners = partners
    self.trips = trips
    self.users = users
    self.seed = seed
    self.today = today
  }
}

/// An invented company: the same for the same size and seed, on any machine. Every record is made of the seed and its own
/// number alone, so any can be had by itself, in any order.
public struct SampleCompany: Sendable {
  public let size: SampleSize
  let places: SampleTowns
  public let users: [User]
  /// Numbers of those users that visit partners.
  let managers: [Int]
  /// Who answers for each region, by users' numbers.
  let managersOfRegion: [String: [Int]]

  /// - Parameter data: the folder of shipped data.
  public init(_ size: SampleSize, data: String) throws {
    self.size = size
    places = try SampleTowns(data: data)
    var users: [User] = []
    for number in 0..<size.users { users.append(Self.user(number, size)) }
    self.users = users
    let managers = users.indices.filter { users[$0].role == .manager }
    self.managers = managers
    managersOfRegion = Self.shared(places.towns, among: managers)
  }

  /// Regions in the order of their people are given out, each to whoever has the fewest so far; one with more than a
  /// manager's share gets several.
  private static func shared(_ towns: [SampleTown], among managers: [Int]) -> [String: [Int]] {
    guard !managers.isEmpty else { return [:] }
    var weights: [String: Int] = [:]
    var people: [String: Int] = [:]
    for town in towns { people[town.country, default: 0] += town.people }
    for town in towns {
      let share = SampleTowns.shares.first { $0.0 == town.country }!.1
      weights[town.region, default: 0] += town.people * share * 1000 / max(1, people[town.country]! / 1000)
    }
    let whole = max(1, weights.values.reduce(0, +) / managers.count)
    var load = [Int](repeating: 0, count: managers.count)
    var result: [String: [Int]] = [:]
    for (region, weight) in weights.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
      let count = min(managers.count, max(1, (weight + whole / 2) / whole))
      let chosen = load.indices.sorted { (load[$0], $0) < (load[$1], $1) }.prefix(count)
      for i in chosen { load[i] += weight / count }
      result[region] = chosen.map { managers[$0] }.sorted()
    }
    return result
  }

  public var territories: [Territory] {
    managersOfRegion.sorted { $0.key < $1.key }.flatMap { region, users in
      users.map { Territory(region: region, manager: self.users[$0].id) }
    }
  }

  // MARK: Time

  /// Noon of the company's today, UTC.
  public var now: Date { Date(timeIntervalSince1970: Double(size.today.daysSinceEpoch) * 86_400 + 43_200) }

  /// When the first record is made.
  public var beginning: Date { made(0, of: 1) }

  static let historyDays = 730

  /// When a record of so many was made: evenly over the two years, in the order of numbers.
  func made(_ number: Int, of count: Int) -> Date {
    let seconds = Self.historyDays * 86_400
    return now.addingTimeInterval(Double(-seconds + seconds / max(count, 1) * number))
  }

  // MARK: People

  private static func user(_ number: Int, _ size: SampleSize) -> User {
    var random = SampleRandom(size.seed, .user, number)
    let roles: [UserRole] = [.administrator, .manager, .head, .booking, .accountant]
    let role =
      number < roles.count
      ? roles[number] : random.percent(6) ? .booking : random.percent(3) ? .head : .manager
    let name = person(&random)
    let parts = name.split(separator: " ")
    // Companies of several seeds may stand in one file.
    let suffix = size.seed == 1 ? "" : "s\(size.seed)"
    let login = SampleText.ascii(String(parts.last ?? "user")) + "\(number + 1)\(suffix)"
    let at = Date(
      timeIntervalSince1970: Double(size.today.daysSinceEpoch - historyDays) * 86_400 + Double(number))
    return User(
      id: Identifier(.version7(at: at, using: &random)), login: login, name: name, role: role,
      email: "\(login)@planner.example")
  }

  static func person(_ random: inout SampleRandom) -> String {
    let first = random.below(SampleWords.firstNames.count)
    let last = random.one(of: SampleWords.lastNames)
    return "\(SampleWords.firstNames[first]) \(first < SampleWords.womenFirst ? last.0 : last.1)"
  }

  /// Number of the manager who answers for a partner of a region; nil for nobody.
  func responsible(_ region: String, _ random: inout SampleRandom) -> Int? {
    let nobody = random.percent(3)
    let pick = random.next()
    guard !nobody, let users = managersOfRegion[region], !users.isEmpty else { return nil }
    return users[Int(pick % UInt64(users.count))]
  }
}

enum SampleText {
  /// Lower-case Latin letters and digits alone.
  static func ascii(_ text: String) -> String {
    let latin = Transliteration.latin(text.lowercased(), scheme: .casual)
    return String(
      decoding: TextFolding.fold(latin).utf8.filter {
        (0x61...0x7A).contains($0) || (0x30...0x39).contains($0)
      },
      as: UTF8.self)
  }
}
