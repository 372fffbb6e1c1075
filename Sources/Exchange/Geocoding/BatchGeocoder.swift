import Foundation
import Geo

/// Geocodes a column of a CSV or XLSX file: its own columns and `latitude`, `longitude`, `level`, `score`, `label` beside
/// them, row for row in the order of the file. One not found has the five cells empty.
///
/// Rows are asked for a few hundred at a time by several tasks, equal texts once; memory does not grow with the file and
/// the output does not depend on the number of tasks. Until it is whole it stands at `OUTPUT.partial`: a run that was
/// killed goes on behind the last whole row and ends with the same bytes as one that was not.
///
/// The file's own cells stay as they are, so that whoever reads the file next finds what he wrote: a guard would turn his
/// numbers below zero and his telephone numbers into other text. On wish they are guarded like `label`, which always is;
/// an import takes the guard away again.
public struct BatchGeocoder {
  /// What to do about the unfinished output of an earlier run.
  public enum Start: Sendable {
    /// Refuse it.
    case fresh
    /// Go on with it when it is of an equal run.
    case resume
    /// Drop it.
    case restart
  }

  public struct Options: Sendable {
    /// Heading of the column with the addresses; compared as folded text.
    public var column: String
    public var output: String
    /// A list of the rows that somebody should look at, as CSV.
    public var review: String?
    /// Rows scored lower are to be looked at, as are those not placed at a house.
    public var threshold = 0.7
    /// ISO 3166-1 alpha-2 of the country to prefer.
    public var country: String?
    /// Places near this come first among equals.
    public var near: Coordinate?
    /// Whether the file's own cells are guarded against formulas as well.
    public var guardsFormulas = false
    public var start = Start.fresh
    /// Tells one state of the geocoder's data from another: rows of both never go into one output.
    public var dataMark = ""
    /// Files that no output may replace, besides the input.
    public var keptFiles: [String] = []
    public var workers = max(1, min(8, ProcessInfo.processInfo.activeProcessorCount))
    /// The most rows that are asked for at once.
    public var chunk = 500

    public init(column: String, output: String) {
      self.column = column
      self.output = output
    }
  }

  public struct Progress: Sendable {
    /// Rows written, those of an earlier run with them.
    public var rows: Int
    /// Rows of the file.
    public var total: Int
    /// Rows an earlier run had written.
    public var resumed: Int
  }

  public struct Summary: Encodable, Sendable, Equatable {
    public var output: String
    public var rows = 0
    /// Rows by level; `none` for those not found.
    public var found: [String: Int] = ["none": 0]
    /// Rows by score: `0.9-1`, `0.7-0.9`, `0.5-0.7`, `0-0.5`, `none`.
    public var scores: [String: Int] = Dictionary(uniqueKeysWithValues: Summary.bands.map { ($0, 0) })
    /// Rows whose text this run had asked before.
    public var cacheHits = 0
    /// Rows an earlier run had written.
    public var resumed = 0
    /// Rows to be looked at.
    public var review = 0
    /// Time this run took.
    public var seconds = 0.0

    public static let bands = ["0.9-1", "0.7-0.9", "0.5-0.7", "0-0.5", "none"]

    init(output: String) { self.output = output }

    mutating func count(level: String, score: Double?, isDoubtful: Bool) {
      rows += 1
      found[level.isEmpty ? "none" : level, default: 0] += 1
      let band = score.map { $0 >= 0.9 ? 0 : $0 >= 0.7 ? 1 : $0 >= 0.5 ? 2 : 3 } ?? 4
      scores[Self.bands[band], default: 0] += 1
      if isDoubtful { review += 1 }
    }
  }

  /// Geocodes the file.
  /// - Throws: ``GeocodeBatchError``, ``TableError``, ``OutputError``, and what the geocoder throws; the output is as it
  ///   was then.
  public static func run(
    _ input: String, geocoder: any GeocodingProvider, options: Options,
    progress: (Progress) -> Void = { _ in }
  ) async throws -> Summary {
    let started = ContinuousClock.now
    var batch = try BatchGeocoder(input, geocoder, options)
    try batch.begin()
    do {
      try await batch.work(progress)
      try batch.end()
    } catch {
      // An empty beginning helps nobody and would only be in the way.
      if batch.summary.rows == 0 { batch.drop() }
      throw error
    }
    let time = started.duration(to: .now)
    batch.summary.seconds = (time / .milliseconds(1)).rounded() / 1000
    return batch.summary
  }

  private let options: Options
  private let geocoder: any GeocodingProvider
  private let sheet: BatchSheet
  private let note: BatchNote
  private let notePath: String
  private let output: PartialFile
  private let review: PartialFile?
  private var known: RecentMap<[GeocodeCandidate]>
  private var summary: Summary

  private init(_ input: String, _ geocoder: any GeocodingProvider, _ options: Options) throws {
    self.options = options
    self.geocoder = geocoder
    let kept = options.keptFiles + [input]
    output = try PartialFile(options.output, keeping: kept)
    review = try options.review.map {
      try PartialFile($0, keeping: kept + [options.output, options.output + ".partial"])
    }
    notePath = output.path + ".json"
    try OutputFile.check(notePath, keeping: kept + [options.output] + (options.review.map { [$0] } ?? []))
    sheet = try BatchSheet(input, column: options.column, guardsFormulas: options.guardsFormulas)
    note = try BatchNote(
      input: input,
      settings: [
        "--column": options.column, "--country": options.country ?? "",
        "--near": options.near.map { "\($0.latitude),\($0.longitude)" } ?? "",
        "--guard-formulas": String(options.guardsFormulas), "--review": options.review ?? "",
        "--threshold": String(options.threshold), "the gazetteer": options.dataMark,
      ])
    known = RecentMap(capacity: 10_000)
    summary = Summary(output: options.output)
  }

  // MARK: - Beginning and end

  private mutating func begin() throws {
    try output.open()
    do {
      let earlier = try BatchNote.read(notePath)
      let isThere = output.size > 0
      if isThere {
        guard let earlier else { throw GeocodeBatchError.notOurs(output.path) }
        if options.start != .restart {
          let differs = note.differences(from: earlier)
          guard differs.isEmpty else { throw GeocodeBatchError.otherRun(output.path, differs: differs) }
          guard options.start == .resume else { throw GeocodeBatchError.unfinished(output.path) }
        }
      }
      if let review, review.size > 0, earlier?.settings["--review"] != options.review {
        throw GeocodeBatchError.notOurs(review.path)
      }
      try review?.open()
      try note.write(notePath)
      if isThere && options.start == .resume { return try resume() }
      try anew()
    } catch {
      if output.size == 0 { output.remove() }
      throw error
    }
  }

  private func anew() throws {
    try review?.cut(to: 0)
    try output.cut(to: 0)
    try write([BatchSheet.reviewHeadings], to: review)
    try write([sheet.headings], to: output)
  }

  /// Goes on behind the last row that is whole in the output, and in the review list when it belongs there.
  private mutating func resume() throws {
    var rows = try WrittenRecords(output.path)
    guard try rows.next()?.count == sheet.columns else { return try anew() }
    var outputEnd = rows.end
    var listed: WrittenRecords?
    if let review, review.size > 0 {
      listed = try WrittenRecords(review.path)
      if try listed?.next()?.count != BatchSheet.reviewHeadings.count { listed = nil }
    }
    var listEnd = listed?.end ?? 0
    while let cells = try rows.next(), cells.count == sheet.columns, let row = try sheet.next() {
      let (level, score) = (cells[sheet.width + 2], Double(cells[sheet.width + 3]))
      let isDoubtful = self.isDoubtful(GeocodeLevel(rawValue: level), score)
      if isDoubtful, review != nil {
        guard try listed?.next()?.first == String(row.number) else {
          sheet.putBack(row)
          break
        }
        listEnd = listed?.end ?? 0
      }
      outputEnd = rows.end
      summary.count(level: level, score: score, isDoubtful: isDoubtful)
    }
    summary.resumed = summary.rows
    try output.cut(to: outputEnd)
    try review?.cut(to: listEnd)
    if listEnd == 0 { try write([BatchSheet.reviewHeadings], to: review) }
  }

  private func end() throws {
    try review?.commit()
    try output.commit()
    unlink(notePath)
  }

  private func drop() {
    output.remove()
    review?.remove()
    unlink(notePath)
  }

  private func write(_ rows: [[CSVWriter.Cell]], to file: PartialFile?) throws {
    guard let file, !rows.isEmpty else { return }
    var writer = CSVWriter { try file.write($0) }
    for row in rows { try writer.row(row) }
    try writer.finish()
  }

  // MARK: - Rows

  private mutating func work(_ progress: (Progress) -> Void) async throws {
    var size = min(64, options.chunk)
    while true {
      var rows: [TableRow] = []
      while rows.count < size, let row = try sheet.next() { rows.append(row) }
      guard !rows.isEmpty else { return }
      let began = ContinuousClock.now
      let answers = try await self.answers(rows.map(sheet.text))
      var counted = summary
      var lines: [[CSVWriter.Cell]] = []
      var list: [[CSVWriter.Cell]] = []
      for (row, found) in zip(rows, answers) {
        let score = found.first.map { BatchSheet.rounded($0.score) }
        let isDoubtful = self.isDoubtful(found.first?.level, score)
        lines.append(sheet.line(row, found.first))
        if isDoubtful { list.append(sheet.reviewLine(row, found)) }
        counted.count(level: found.first?.level.rawValue ?? "", score: score, isDoubtful: isDoubtful)
      }
      // The list goes first: a row in the output is known to be in the list as well.
      try write(list, to: review)
      try write(lines, to: output)
      summary = counted
      progress(Progress(rows: summary.rows, total: sheet.rows, resumed: summary.resumed))
      // A geocoder that answers slowly has its answers written soon.
      size = began.duration(to: .now) > .seconds(2) ? max(8, size / 2) : size * 2
      size = max(1, min(size, options.chunk))
    }
  }

  private func isDoubtful(_ level: GeocodeLevel?, _ score: Double?) -> Bool {
    guard let level, let score else { return true }
    return score < options.threshold || !level.isAtHouse
  }

  /// The candidates for each text, in order; none for an empty one.
  private mutating func answers(_ texts: [String]) async throws -> [[GeocodeCandidate]] {
    var found: [String: [GeocodeCandidate]] = ["": []]
    var asked: Set<String> = []
    var questions: [String] = []
    for text in texts where !text.isEmpty {
      if found[text] != nil || asked.contains(text) {
        summary.cacheHits += 1
      } else if let answer = known.recall(text) {
        found[text] = answer
        summary.cacheHits += 1
      } else {
        asked.insert(text)
        questions.append(text)
      }
    }
    let limit = review == nil ? 1 : 1 + BatchSheet.alternatives
    let queries = questions.map {
      GeocodeQuery($0, country: options.country, limit: limit, near: options.near)
    }
    let answers = try await inParallel(queries.count, workers: options.workers) { [geocoder] index in
      Array(try await geocoder.geocode(queries[index]).prefix(limit))
    }
    for (text, answer) in zip(questions, answers) {
      found[text] = answer
      known.remember(text, answer)
    }
    return texts.map { found[$0] ?? [] }
  }
}
