import ArgumentParser
import CRM
import Foundation
import Geo
import Planning
import Store

struct GenerateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate",
    abstract: "Makes an invented company for load tests and demonstrations, the same for the same seed.",
    discussion: """
      Agencies, hotels and carriers in towns of Belarus, Russia, Poland and the Baltics, with addresses, telephones, \
      people, tags, opening hours, managers by territory, two years of visits and calls, and trips with their tasks. \
      Companies, people and telephones are invented.
      """)

  @OptionGroup var global: GlobalOptions
  @Option(help: "How many partners.") var partners = 1000
  @Option(help: "How many reservations; there are none yet, so 0.") var reservations = 0
  @Option(help: "How many trips, each with its task.") var trips = 20
  @Option(help: "How many users; the first is an administrator, most are managers.") var users = 12
  @Option(help: "Another seed makes another company.") var seed: UInt64 = 1
  @Option(
    help: ArgumentHelp(
      "The company's today: everything lies in the two years before.", valueName: "YYYY-MM-DD"),
    transform: Self.day)
  var today = SampleSize.defaultDay
  @Option(help: ArgumentHelp("The database to write into, instead of --database.", valueName: "DATABASE"))
  var into: String?
  @Flag(help: "Also into a database that holds other records.") var add = false

  private static func day(_ text: String) throws -> LocalDate {
    guard let day = LocalDate(text) else { throw ValidationError("\"\(text)\" is no day: write YYYY-MM-DD") }
    guard (1970...2100).contains(day.year) else {
      throw ValidationError("the company's today is within 1970 … 2100")
    }
    return day
  }

  func validate() throws {
    for (name, value, most) in [
      ("partners", partners, 5_000_000), ("trips", trips, 1_000_000), ("users", users, 10_000),
      ("reservations", reservations, 100_000_000),
    ] where !(0...most).contains(value) {
      throw ValidationError("--\(name) is 0 … \(most)")
    }
    if trips > 0, users < 2 { throw ValidationError("trips need a manager: --users 2 or more") }
  }

  struct Answer: Encodable {
    var database: String
    var seed: UInt64
    var written: SampleReport
  }

  func run() async throws {
    guard reservations == 0 else { throw GenerateError.noReservations(reservations) }
    let workspace = Workspace(
      database: into ?? global.database, gazetteer: global.gazetteer, roads: global.roads)
    let data = try workspace.dataFolder()
    let database = try workspace.database()
    let held = try database.read { reader in
      (partners: try reader.partnerCount(), trips: try reader.tripCount(), users: try reader.users().count)
    }
    guard add || held.partners + held.trips + held.users == 0 else {
      throw GenerateError.notEmpty(
        path: workspace.databasePath, partners: held.partners, trips: held.trips, users: held.users)
    }
    let size = SampleSize(partners: partners, trips: trips, users: users, seed: seed, today: today)
    let company = try SampleCompany(size, data: data)
    if try database.read({ try $0.regionCount() }) == 0 {
      let regions = try RegionCatalogue.build(.init(dataDirectory: data))
      try database.write(as: .commandLine, at: company.beginning) { writer in
        _ = try writer.replaceRegions(regions)
      }
    }
    let progress = Progress("Writing")
    defer { progress.finish() }
    let report = try company.write(into: database) { what, done, total in
      progress.report("\(done) of \(total) \(what)")
    }
    progress.finish()
    if report.trips < trips {
      Session.printError(
        "warning: \(trips - report.trips) of \(trips) trips were not made: a trip needs a manager with three located "
          + "partners that are not closed")
    }
    if global.json {
      return try JSONOutput.print(Answer(database: workspace.databasePath, seed: seed, written: report))
    }
    Session.print(
      "Wrote \(report.users) users, \(report.partners) partners (\(report.located) located), "
        + "\(report.activities) activities, \(report.trips) trips with their tasks into \(workspace.databasePath)"
    )
  }
}

enum GenerateError: CodedError, Equatable {
  case notEmpty(path: String, partners: Int, trips: Int, users: Int)
  case noReservations(Int)

  var code: String {
    switch self {
    case .notEmpty: "generate.database.notEmpty"
    case .noReservations: "generate.reservations.none"
    }
  }
  var message: String {
    switch self {
    case .notEmpty(let path, let partners, let trips, let users):
      "\(path) holds \(partners) partners, \(trips) trips, \(users) users"
    case .noReservations(let count): "\(count) reservations cannot be made: planner keeps none yet"
    }
  }
  var hint: String {
    switch self {
    case .notEmpty: "name another database with --into, or write beside what is there with --add"
    case .noReservations: "leave --reservations out"
    }
  }
}
