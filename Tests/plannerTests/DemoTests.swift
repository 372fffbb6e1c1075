import Foundation
import Testing

@testable import planner

@Suite("planner demo, the main job on real data")
struct DemoTests {
  struct Answer: Decodable {
    struct Part: Decodable {
      struct Trip: Decodable {
        struct Day: Decodable {
          struct Stop: Decodable { var name: String }
          struct Leg: Decodable { var source: String }
          var stops: [Stop]
          var legs: [Leg]
        }
        struct Left: Decodable { var reason: String }
        var days: [Day]
        var matrix: String
        var unassigned: [Left]
        var timeZone: String
      }
      var trip: Trip
      var taskId: String
      var files: [String]
    }
    var examples: [Part]
  }

  @Test("it makes two trips with tasks and files, again over its own database, never over another one")
  func demo() async throws {
    var runner = try TranscriptRunner()
    defer { runner.remove() }
    let line =
      "planner demo --no-serve --json --database TMP/demo/demo.sqlite --roads TMP/demo-roads/car.roads"

    // One that ends half-way leaves no database, and the next one goes on as if it had not been.
    let files = FileManager.default
    func path(_ name: String) -> String { runner.folder.appendingPathComponent(name).path }
    func sqliteFiles(_ folder: String) throws -> [String] {
      try files.contentsOfDirectory(atPath: path(folder)).filter { $0.contains(".sqlite") }
    }
    try files.createDirectory(atPath: path("demo/demo.gpx"), withIntermediateDirectories: true)
    let stopped = await runner.run(line: line)
    #expect(stopped.status == 1)
    #expect(stopped.errors.hasPrefix("error: file.unwritable: TMP/demo/demo.gpx"), "\(stopped.errors)")
    #expect(try sqliteFiles("demo") == ["demo.sqlite-key"])
    try files.removeItem(atPath: path("demo/demo.gpx"))
    // What a killed one leaves.
    for name in ["demo/demo.sqlite.\(getpid())-1.7.new-wal", "gazetteer.bin.\(getpid()).7.new"] {
      try Data("left".utf8).write(to: URL(fileURLWithPath: path(name)))
    }
    // The journal of a database that is gone must not be taken for the new one's.
    try Data("journal".utf8).write(to: URL(fileURLWithPath: path("demo/demo.sqlite-wal")))

    let outcome = await runner.run(line: line)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let answer = try JSONDecoder().decode(Answer.self, from: Data(outcome.output.utf8))
    #expect(answer.examples.count == 2)
    let town = try #require(answer.examples.first)
    let country = try #require(answer.examples.last)
    #expect(town.trip.timeZone == "Europe/Berlin")
    #expect(town.trip.days.count == 2)
    #expect(town.trip.days.flatMap(\.stops).count >= 20)
    // The town's roads are there, those of Belarus are not.
    #expect(town.trip.matrix == "roads")
    #expect(town.trip.days.flatMap(\.legs).allSatisfy { $0.source == "roads" })
    #expect(country.trip.matrix == "greatCircle")
    #expect(country.trip.timeZone == "Europe/Minsk")
    #expect(country.trip.days.count == 5)
    #expect(country.trip.days.flatMap(\.stops).count + country.trip.unassigned.count == 60)
    // What is found in the time there is: some fewer on a slow machine.
    #expect(country.trip.days.flatMap(\.stops).count >= 40)
    for part in answer.examples {
      #expect(
        part.files.map { String($0.split(separator: ".").last ?? "") } == [
          "geojson", "gpx", "kml", "ics", "csv",
        ])
      for file in part.files {
        let path = file.replacingOccurrences(of: "TMP", with: runner.folder.path)
        #expect((FileManager.default.contents(atPath: path)?.count ?? 0) > 500, "\(file)")
      }
    }

    #expect(try sqliteFiles("demo").sorted() == ["demo.sqlite", "demo.sqlite-key", "demo.sqlite-lock"])
    #expect(try files.contentsOfDirectory(atPath: runner.folder.path).filter { $0.hasSuffix(".new") } == [])

    // Its trips can be read with the other commands.
    let trips = await runner.run(line: "planner trip list --json --database TMP/demo/demo.sqlite")
    #expect(trips.output.contains("Neubrandenburg"))
    let review = await runner.run(line: "planner review --database TMP/demo/demo.sqlite")
    #expect(review.status == 0)

    // The second run makes the database anew: the same two trips, not four. Gazetteer and roads stay.
    let again = await runner.run(line: line.replacingOccurrences(of: " --json", with: ""))
    #expect(again.status == 0, "\(again.errors)")
    #expect(again.output.contains(" addresses (as built before)\n"), "\(again.output)")
    #expect(again.output.contains(" segments (as made before)\n"))
    #expect(again.output.contains(" driving (on roads)\n"))
    #expect(again.output.contains(" driving (estimated from straight lines)\n"))
    #expect(
      again.output.contains(
        "Note: no place of the trip is near a road of the network: all drives are estimated\n"))
    let tripsAgain = await runner.run(line: "planner trip list --json --database TMP/demo/demo.sqlite")
    #expect(tripsAgain.output.components(separatedBy: "\"title\"").count == 3)
  }

  @Test(
    "geocode --batch leaves the file's own cells alone, and guards them on wish so that an import reads the same"
  )
  func batch() async throws {
    var runner = try TranscriptRunner()
    defer { runner.remove() }
    let builder = await runner.run(line: "planner import gazetteer")
    #expect(builder.status == 0, "\(builder.errors)")
    let formula = "=HYPERLINK(\"\"http://x\"\")"
    try Data("Название,Город,Телефон\r\n\"\(formula)\",Брест,+375291234567\r\n".utf8)
      .write(to: runner.folder.appendingPathComponent("in.csv"))
    func result(_ options: String) async throws -> String {
      let outcome = await runner.run(
        line: "planner geocode --batch TMP/in.csv --column Город --output TMP/out.csv" + options)
      #expect(outcome.status == 0, "\(outcome.errors)")
      return try String(contentsOf: runner.folder.appendingPathComponent("out.csv"), encoding: .utf8)
    }
    let plain = try await result("")
    #expect(plain.contains("\r\n\"\(formula)\",Брест,+375291234567,52."), "\(plain)")
    let guarded = try await result(" --guard-formulas")
    #expect(guarded.contains("\r\n\"'\(formula)\",Брест,\"'+375291234567\",52."), "\(guarded)")
    #expect(await runner.run(line: "planner import partners TMP/out.csv --no-geocode").status == 0)
    let list = await runner.run(line: "planner select --json").output
    #expect(list.contains("\"=HYPERLINK(") && list.contains("\"+375291234567\""), "\(list)")
  }

  @Test("a database that the demo did not make, or that is none, is refused and stays as it is")
  func foreign() async throws {
    var runner = try TranscriptRunner()
    defer { runner.remove() }
    _ = await runner.run(line: "planner user add anna --name Anna --role manager")
    let before = try runner.contents()
    let refused = await runner.run(line: "planner demo --no-serve --database TMP/planner.sqlite")
    #expect(refused.status == 1)
    #expect(
      refused.errors == """
        error: demo.notADemo: TMP/planner.sqlite holds a database that the demo did not make
        hint: name another file with --database; nothing was changed

        """)
    #expect(try runner.contents() == before)
    let text = runner.folder.appendingPathComponent("notes.txt")
    try Data("notes".utf8).write(to: text)
    let other = await runner.run(line: "planner demo --no-serve --database TMP/notes.txt")
    #expect(other.status == 1)
    #expect(other.errors.hasPrefix("error: demo.notADemo"))
    #expect(try String(contentsOf: text, encoding: .utf8) == "notes")
  }
}
