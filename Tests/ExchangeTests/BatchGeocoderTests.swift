import Foundation
import Geo
import Synchronization
import Testing

@testable import Exchange

/// Places texts by a number in them: `5` is a house scored well, `7?` a doubtful one with alternatives, `town` a town,
/// anything else nowhere. Counts what it is asked.
final class CountingGeocoder: GeocodingProvider {
  struct Down: Error {}
  let name = "counting"
  let asked = Mutex<[String]>([])
  private let failing: String?

  /// - Parameter failing: the text at which it breaks down.
  init(failing: String? = nil) { self.failing = failing }

  func geocode(_ query: GeocodeQuery) async throws -> [GeocodeCandidate] {
    asked.withLock { $0.append(query.text) }
    if query.text == failing { throw Down() }
    // Later answers overtake earlier ones.
    for _ in 0..<(query.text.utf8.count % 5) { await Task.yield() }
    func candidate(_ number: Int, _ level: GeocodeLevel, _ score: Double) -> GeocodeCandidate {
      var detail = GeocodeDetail()
      if score < 0.7 {
        detail.corrected = ["street": "Ленина"]
        detail.ignored = ["оф", "3"]
      }
      return GeocodeCandidate(
        label: "ул. \"Мира\", \(number)", level: level, score: score,
        coordinate: Coordinate(trustedLatitude: 50 + Double(number % 1000) / 100, longitude: -30.5),
        components: AddressComponents(country: query.country, house: String(number)), provider: name,
        detail: detail)
    }
    let digits = Int(query.text.filter(\.isNumber)) ?? 0
    if query.text.contains("town") { return [candidate(digits, .locality, 0.95)] }
    guard query.text.contains(where: \.isNumber) else { return [] }
    guard query.text.contains("?") else { return [candidate(digits, .house, 0.98765)] }
    return (0..<6).map { candidate(digits + $0, .house, 0.6 - Double($0) / 10) }.prefix(query.limit).map {
      $0
    }
  }
}

@Suite("A column of addresses is geocoded as a batch")
struct BatchGeocoderTests {
  let folder = TemporaryFolder()

  func run(
    _ input: String, _ geocoder: CountingGeocoder = CountingGeocoder(), name: String = "out.csv",
    review: Bool = false, _ change: (inout BatchGeocoder.Options) -> Void = { _ in }
  ) async throws -> BatchGeocoder.Summary {
    var options = BatchGeocoder.Options(column: "адрес", output: folder.path(name))
    if review { options.review = folder.path("review.csv") }
    options.workers = 4
    change(&options)
    return try await BatchGeocoder.run(input, geocoder: geocoder, options: options)
  }

  func bytes(_ name: String) -> [UInt8]? {
    FileManager.default.contents(atPath: folder.path(name)).map(Array.init)
  }
  func text(_ name: String) -> String { String(decoding: bytes(name) ?? [], as: UTF8.self) }
  var names: Set<String> {
    Set((try? FileManager.default.contentsOfDirectory(atPath: folder.path(""))) ?? [])
  }

  @Test(
    "rows keep their order, cells and blank cells; shorter and longer rows keep the columns; blank rows go")
  func order() async throws {
    let input = folder.write(
      "Имя;Адрес\n=1+1;\"дом 5 \"\"А\"\" к\"\n;\n\nпусто\nдлинно;town 3;лишнее\nнет;nowhere\n", "in.csv")
    let summary = try await run(input)
    #expect(
      text("out.csv") == """
        Имя,Адрес,,latitude,longitude,level,score,label\r
        =1+1,"дом 5 ""А"" к",,50.05,-30.5,house,0.988,"ул. ""Мира"", 5"\r
        пусто,,,,,,,\r
        длинно,town 3,лишнее,50.03,-30.5,locality,0.95,"ул. ""Мира"", 3"\r
        нет,nowhere,,,,,,\r

        """)
    #expect(summary.rows == 4 && summary.review == 3 && summary.resumed == 0)
    #expect(summary.found == ["house": 1, "locality": 1, "none": 2])
    #expect(summary.scores == ["0.9-1": 2, "0.7-0.9": 0, "0.5-0.7": 0, "0-0.5": 0, "none": 2])
    #expect(names == ["in.csv", "out.csv"])
  }

  @Test(
    "whatever the tasks and the rows asked at once, the bytes are the same and equal texts are asked once")
  func parallel() async throws {
    let rows = (0..<2000).map { "\($0),дом \($0 * 7919 % 300)\($0 % 11 == 0 ? "?" : "")\n" }
    let input = folder.write("n,Адрес\n" + rows.joined(), "in.csv")
    let distinct = Set(rows.map { $0.split(separator: ",")[1] }).count
    var first: [UInt8]?
    for (workers, chunk) in [(1, 1), (1, 500), (3, 7), (8, 500)] {
      let geocoder = CountingGeocoder()
      let summary = try await run(input, geocoder, review: true) {
        $0.workers = workers
        $0.chunk = chunk
      }
      let all = (bytes("out.csv") ?? []) + (bytes("review.csv") ?? [])
      #expect(all == first ?? all)
      first = all
      #expect(geocoder.asked.withLock { $0.count } == distinct)
      #expect(summary.cacheHits == 2000 - distinct)
    }
    let lines = text("out.csv").split(separator: "\r\n").dropFirst()
    #expect(lines.enumerated().allSatisfy { $1.hasPrefix("\($0),") } && lines.count == 2000)
  }

  @Test("texts that differ in blanks and Unicode form only are asked once, those that differ in signs twice")
  func normalised() async throws {
    let input = folder.write(
      "Адрес\n\" дом  12/3 й\"\nдом 12/3 и\u{306}\nдом 12 3 й\n\"дом\n12/3 й\"\nДом 12/3 й\n", "in.csv")
    let geocoder = CountingGeocoder()
    let summary = try await run(input, geocoder)
    #expect(summary.cacheHits == 1)
    #expect(
      geocoder.asked.withLock { $0.sorted() }
        == ["дом 12/3 й", "дом 12 3 й", "дом\n12/3 й", "Дом 12/3 й"].sorted())
  }

  @Test("an import does not take texts that differ in signs only for one either")
  func signs() async throws {
    let geocoder = CountingGeocoder()
    let pool = GeocodePool(geocoder, workers: 1)
    let queries = ["дом 12/3", "дом 12 3", "дом 12/3"].map { GeocodeQuery($0) }
    #expect(try await pool.places(queries).count == 3)
    #expect(geocoder.asked.withLock { $0 } == ["дом 12/3", "дом 12 3"])
  }

  @Test(
    "the review list has what is below the threshold or no house, with slips, left-out words and alternatives"
  )
  func review() async throws {
    let input = folder.write("Адрес\nдом 5\n\nдом 7?\ntown 1\n=нет\n", "in.csv")
    let summary = try await run(input, review: true)
    #expect(summary.review == 3)
    #expect(
      text("review.csv") == """
        row,text,label,level,score,corrected,ignored,alternative 1,alternative 2,alternative 3\r
        4,дом 7?,"ул. ""Мира"", 7",house,0.6,street Ленина,"оф, 3",\
        "ул. ""Мира"", 8 (house, 0.5)","ул. ""Мира"", 9 (house, 0.4)","ул. ""Мира"", 10 (house, 0.3)"\r
        5,town 1,"ул. ""Мира"", 1",locality,0.95,,,,,\r
        6,"'=нет",,,,,,,,\r

        """)
    #expect(try await run(input, review: true) { $0.threshold = 0.5 }.review == 2)
  }

  @Test("cut off at any byte, of the output or of the review list, the next run ends with the same bytes")
  func cutAnywhere() async throws {
    let input = folder.write(
      "n;Адрес\n1;\"дом \"\"5\"\"\nкорп. 2\"\n2;дом 7?\n\n3;nowhere\n4;town, 4\n5;дом 7?\n", "in.csv")
    let whole = try await run(input, review: true)
    let (output, review) = (try #require(bytes("out.csv")), try #require(bytes("review.csv")))
    // An unfinished run, for its note.
    await #expect(throws: CountingGeocoder.Down.self) {
      _ = try await run(input, CountingGeocoder(failing: "town, 4"), name: "cut.csv", review: true) {
        $0.chunk = 1
      }
    }
    let note = try #require(bytes("cut.csv.partial.json"))
    #expect(bytes("cut.csv") == nil && bytes("cut.csv.partial")?.isEmpty == false)
    func resumed(_ outputBytes: Int, _ reviewBytes: Int?) async throws {
      folder.write(note, "cut.csv.partial.json")
      folder.write(Array(output.prefix(outputBytes)), "cut.csv.partial")
      if let reviewBytes {
        folder.write(Array(review.prefix(reviewBytes)), "review.csv.partial")
      } else {
        try? FileManager.default.removeItem(atPath: folder.path("review.csv.partial"))
      }
      var summary = try await run(input, name: "cut.csv", review: true) { $0.start = .resume }
      #expect(bytes("cut.csv") == output, "\(outputBytes), \(String(describing: reviewBytes))")
      #expect(bytes("review.csv") == review, "\(outputBytes), \(String(describing: reviewBytes))")
      (summary.output, summary.seconds) = (whole.output, whole.seconds)
      (summary.resumed, summary.cacheHits) = (whole.resumed, whole.cacheHits)
      #expect(summary == whole)
    }
    for count in 0...output.count { try await resumed(count, review.count) }
    for count in 0...review.count { try await resumed(output.count, count) }
    try await resumed(output.count, nil)
    try await resumed(output.count / 2, review.count / 2)
    #expect(names == ["in.csv", "out.csv", "cut.csv", "review.csv"])
  }

  @Test("what was done is not asked again, and zeros where a power cut left them are no rows")
  func goesOn() async throws {
    let input = folder.write("Адрес\n" + (0..<50).map { "дом \($0)\n" }.joined(), "in.csv")
    await #expect(throws: CountingGeocoder.Down.self) {
      _ = try await run(input, CountingGeocoder(failing: "дом 30")) { $0.chunk = 10 }
    }
    let partial = try #require(bytes("out.csv.partial"))
    // Where chunks end depends on how fast answers come.
    let done = text("out.csv.partial").split(separator: "\r\n").count - 1
    #expect((8...30).contains(done))
    folder.write(partial + [UInt8](repeating: 0, count: 40) + [13, 10], "out.csv.partial")
    let geocoder = CountingGeocoder()
    let summary = try await run(input, geocoder) { $0.start = .resume }
    #expect(summary.resumed == done && summary.rows == 50)
    #expect(geocoder.asked.withLock { Set($0) } == Set((done..<50).map { "дом \($0)" }))
    #expect(!text("out.csv").contains("\0"))
  }

  @Test("an unfinished output is refused without a word about it, and one of another run also with --resume")
  func refused() async throws {
    let input = folder.write("Адрес;Город\nдом 1;x\nдом 2;y\n", "in.csv")
    func leave() async {
      _ = try? await run(input, CountingGeocoder(failing: "дом 2")) {
        $0.chunk = 1
        $0.start = .restart
      }
    }
    func code(_ change: (inout BatchGeocoder.Options) -> Void) async -> String? {
      await codeAsync { _ = try await run(input, CountingGeocoder(), change) }
    }
    await leave()
    let (partial, note) = (bytes("out.csv.partial"), bytes("out.csv.partial.json"))
    #expect(partial != nil && note != nil)
    #expect(await code { _ in } == "geocode.batch.unfinished")
    let others: [(String, (inout BatchGeocoder.Options) -> Void)] = [
      ("--column", { $0.column = "Город" }), ("--country", { $0.country = "BY" }),
      ("--guard-formulas", { $0.guardsFormulas = true }), ("--threshold", { $0.threshold = 0.2 }),
      ("--near", { $0.near = Coordinate(trustedLatitude: 1, longitude: 2) }),
      ("the gazetteer", { $0.dataMark = "other" }), ("--review", { $0.review = folder.path("r.csv") }),
    ]
    for (what, change) in others {
      await #expect(throws: GeocodeBatchError.otherRun(folder.path("out.csv.partial"), differs: [what])) {
        _ = try await run(input) {
          $0.start = .resume
          change(&$0)
        }
      }
    }
    #expect(bytes("out.csv.partial") == partial && bytes("out.csv.partial.json") == note)
    // The input changed since.
    folder.write("Адрес;Город\nдом 3;x\nдом 2;y\n", "in.csv")
    #expect(await code { $0.start = .resume } == "geocode.batch.otherRun")
    #expect(await code { $0.start = .restart } == nil)
    #expect(text("out.csv").contains("дом 3,x,50.03"))
    #expect(names == ["in.csv", "out.csv"])
    // Nothing is left to go on with: the run begins anew.
    #expect(await code { $0.start = .resume } == nil)
  }

  @Test("a file of somebody else in the way is refused and stays, as does one that another process writes")
  func inTheWay() async throws {
    let input = folder.write("Адрес\nдом 1\n", "in.csv")
    for name in ["out.csv.partial", "out.csv.partial.json"] {
      folder.write("mine", name)
      for start in [BatchGeocoder.Start.fresh, .resume, .restart] {
        let code = await codeAsync { _ = try await run(input) { $0.start = start } }
        #expect(code == "geocode.batch.notOurs", "\(name)")
      }
      #expect(names == ["in.csv", name] && text(name) == "mine")
      try FileManager.default.removeItem(atPath: folder.path(name))
    }
    let other = try PartialFile(folder.path("out.csv"), keeping: [])
    try other.open()
    #expect(await codeAsync { _ = try await run(input) } == "geocode.batch.running")
    other.remove()
    #expect(await codeAsync { _ = try await run(input) } == nil)
  }

  @Test("no output, list, unfinished file or note takes the place of the input or of each other")
  func places() async throws {
    for (input, output, review) in [
      ("a.csv", "a.csv", nil), ("a.csv.partial", "a.csv", nil), ("a.csv.partial.json", "a.csv", nil),
      ("in.csv", "a.csv", "in.csv"), ("in.csv", "a.csv", "a.csv"), ("in.csv", "a.csv", "a.csv.partial"),
      ("in.csv", "a.csv.partial", "a.csv"), ("in.csv", "a.csv", "a.csv.partial.json"),
    ] {
      let folder = TemporaryFolder()
      let path = folder.write("Адрес\nдом 1\n", input)
      var options = BatchGeocoder.Options(column: "Адрес", output: folder.path(output))
      options.review = review.map { folder.path($0) }
      let code = await codeAsync {
        _ = try await BatchGeocoder.run(path, geocoder: CountingGeocoder(), options: options)
      }
      #expect(code == "file.output.inUse", "\(input) \(output) \(review ?? "")")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("")) == [input])
    }
  }

  @Test(
    "a fault in the last row of the file is told before anything is written, and a first failure leaves nothing"
  )
  func faults() async throws {
    let input = folder.write("Адрес\nдом 1\n\"дом 2", "in.csv")
    #expect(await codeAsync { _ = try await run(input) } == "table.csv.unclosedQuote")
    let good = folder.write("Адрес\nдом 1\n", "in.csv")
    await #expect(throws: CountingGeocoder.Down.self) {
      _ = try await run(good, CountingGeocoder(failing: "дом 1"))
    }
    #expect(await codeAsync { _ = try await run(good) { $0.column = "Нет" } } == "geocode.batch.noColumn")
    #expect(names == ["in.csv"])
  }

  @Test("a workbook is read as well, and a device is written straight")
  func otherFiles() async throws {
    let input = folder.write(
      workbook(
        sheet: """
          <row r="1"><c r="A1" t="inlineStr"><is><t>Адрес</t></is></c></row>\
          <row r="2"><c r="A2" t="inlineStr"><is><t>дом 4</t></is></c></row>
          """), "in.xlsx")
    #expect(try await run(input).found == ["house": 1, "none": 0])
    #expect(text("out.csv").hasPrefix("Адрес,latitude"))
    var options = BatchGeocoder.Options(column: "Адрес", output: "/dev/null")
    options.start = .resume
    let summary = try await BatchGeocoder.run(input, geocoder: CountingGeocoder(), options: options)
    #expect(summary.rows == 1)
  }
}
