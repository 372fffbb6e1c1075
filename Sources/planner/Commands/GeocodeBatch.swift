import ArgumentParser
import Exchange
import Foundation
import Geo

/// The options of `planner geocode --batch`.
struct BatchOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Geocode a column of a CSV or XLSX file.", valueName: "FILE")) var batch: String?
  @Option(help: "The column of --batch that holds the address.") var column: String?
  @Option(help: "Where --batch writes its rows with latitude, longitude, level, score and label.")
  var output: String?
  @Option(
    help: ArgumentHelp(
      "Where --batch lists the rows to look at: scored below the threshold, or not placed at a house.",
      valueName: "FILE.csv"))
  var review: String?
  @Option(help: "Score below which a row is to be looked at.") var threshold = 0.7
  @Flag(help: "Go on behind the last row that an interrupted --batch wrote.") var resume = false
  @Flag(help: "Drop what an interrupted --batch wrote and begin anew.") var restart = false
  @Flag(
    help: ArgumentHelp(
      "Guard the file's own cells of --batch against formulas too.",
      discussion: """
        Without it they are written as they were read. With it a cell that a spreadsheet would run (=, +, -, @) gets an \
        apostrophe in front, which `planner import partners` takes away again.
        """))
  var guardFormulas = false

  func validate() throws {
    guard batch != nil else {
      for (name, isGiven) in [
        ("--column", column != nil), ("--output", output != nil), ("--review", review != nil),
        ("--resume", resume), ("--restart", restart), ("--guard-formulas", guardFormulas),
      ] where isGiven { throw ValidationError("\(name) goes with --batch") }
      return
    }
    if column == nil || output == nil { throw ValidationError("--batch needs --column and --output") }
    if resume && restart { throw ValidationError("give --resume or --restart, not both") }
    guard (0...1).contains(threshold) else { throw ValidationError("--threshold is 0 … 1") }
  }

  /// Runs the batch when one is asked for; false when none is.
  func run(_ workspace: Workspace, country: String?, near: Coordinate?, json: Bool) async throws -> Bool {
    guard let batch, let column, let output else { return false }
    var options = BatchGeocoder.Options(column: column, output: output)
    options.review = review
    options.threshold = threshold
    options.country = country
    options.near = near
    options.guardsFormulas = guardFormulas
    options.start = restart ? .restart : resume ? .resume : .fresh
    options.keptFiles = workspace.files
    for path in [output, review].compactMap({ $0 }) {
      try OutputFile.check(path, keeping: workspace.files + [batch])
    }
    let geocoder = try workspace.geocoder()
    options.dataMark = Self.mark(of: workspace.gazetteerPath)
    let progress = Progress("geocoded")
    defer { progress.finish() }
    let summary = try await BatchGeocoder.run(batch, geocoder: geocoder, options: options) {
      progress.report($0.rows, of: $0.total, rateFrom: $0.resumed)
    }
    progress.finish()
    if json { try JSONOutput.print(summary) } else { print(summary) }
    return true
  }

  /// Size and time of change: two builds of a gazetteer do not share both.
  static func mark(of path: String) -> String {
    var status = stat()
    guard stat(path, &status) == 0 else { return "" }
    return "\(status.st_size) \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)"
  }

  private func print(_ summary: BatchGeocoder.Summary) {
    let levels = GeocodeLevel.allCases.reversed().map(\.rawValue) + ["none"]
    func counts(_ names: [String], _ counted: [String: Int], _ text: (String) -> String) -> String {
      names.compactMap { name in
        counted[name].flatMap { $0 == 0 ? nil : "\($0) \(text(name))" }
      }.joined(separator: ", ")
    }
    var lines = ["\(summary.rows) rows → \(summary.output)"]
    if summary.resumed > 0 { lines[0] += ", \(summary.resumed) of them by an earlier run" }
    if summary.rows > 0 {
      lines.append("by level: " + counts(levels, summary.found) { $0 })
      lines.append(
        "by score: "
          + counts(BatchGeocoder.Summary.bands, summary.scores) {
            $0 == "none" ? $0 : "of " + $0.replacing("-", with: " … ")
          })
      lines.append("\(summary.review) to look at" + (review.map { " → \($0)" } ?? ""))
    }
    let rows = summary.rows - summary.resumed
    let rate = summary.seconds > 0 ? Int(Double(rows) / summary.seconds) : rows
    lines.append(
      "\(summary.cacheHits) asked before; \(GeoText.decimals(summary.seconds, 1)) s, \(rate) rows/s")
    for line in lines { Session.print(line) }
  }
}
