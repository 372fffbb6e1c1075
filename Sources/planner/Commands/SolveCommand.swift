import ArgumentParser
import Foundation
import Geo
import Routing

/// `planner solve`: published test instances of tours, answered and printed as JSON or in words; VROOM's problems, answered
/// in VROOM's format.
struct SolveCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "solve",
    abstract: "Solves an instance of tours: TSPLIB, time windows, orienteering, VROOM.",
    discussion: """
      The format is guessed from the content unless --format says it. The tour is given by the file's own numbers of \
      nodes; VROOM's problems are answered in VROOM's format. Ctrl-C ends the search and prints the best so far.
      """)

  enum Objective: String, ExpressibleByArgument, CaseIterable { case travel, makespan }

  @OptionGroup var global: GlobalOptions
  @Argument(help: "TSPLIB .tsp or .atsp, a time-window instance, an orienteering instance, or VROOM's JSON.")
  var file: String
  @Option(help: "tsplib, tsptw, orienteering, toptw, ttdp or vroom.") var format: InstanceFormat?
  @Option(help: "What a tour with time windows makes least: travel or makespan.") var objective = Objective
    .travel
  @Option(help: "Days of an orienteering instance; what the file says unless given.") var days: Int?
  @Option(
    help: ArgumentHelp(
      "How long to search at most, reading the file not counted (default 1s).", valueName: "200ms"),
    transform: OptionValue.milliseconds)
  var time: Int?
  @Option(help: "How many iterations to search, instead of a time: the same answer on every machine.")
  var iterations: Int?
  @Option(help: "Another seed may give another answer.") var seed: UInt64 = 1
  @Option(help: "Taken for scripts that give it: the search runs on one thread, whatever it says.")
  var threads = 1
  @Option(help: "lk (the default), or nn2opt: nearest neighbour and 2-opt, to compare with.")
  var method = TourOptions.Method.linKernighan
  @Flag(help: "TSPLIB: the tour does not come back, from any node to any.") var open = false
  @Option(help: ArgumentHelp("TSPLIB: an open tour that begins at this node of the file.", valueName: "node"))
  var from: Int?
  @Option(help: ArgumentHelp("TSPLIB: an open tour that ends at this node of the file.", valueName: "node"))
  var to: Int?
  @Flag(help: "VROOM: keep the order that the vehicles' steps give, compute times, list what is broken.")
  var check = false
  @Flag(help: "VROOM: show where the routes lead along the roads, as encoded polylines.")
  var geometry = false

  func validate() throws {
    if let days, !(1...OrienteeringProblem.mostDays).contains(days) {
      throw ValidationError("--days is 1 … \(OrienteeringProblem.mostDays)")
    }
    if let iterations, !(0...1_000_000_000).contains(iterations) {
      throw ValidationError("--iterations is 0 … 1000000000")
    }
    if let time, !(1...86_400_000).contains(time) { throw ValidationError("--time is 1ms … 24h") }
    if let from, from == to {
      throw ValidationError("--from and --to are the same node: a round trip needs neither")
    }
    if isOpen, method == .nearestNeighbour2Opt {
      throw ValidationError("--method nn2opt makes round trips only: drop --open, --from and --to")
    }
    guard (1...256).contains(threads) else { throw ValidationError("--threads is 1 … 256") }
  }

  private var isOpen: Bool { open || from != nil || to != nil }

  func run() async throws {
    let bytes = try InstanceEncoding.utf8([UInt8](try Workspace.read(file)))
    let kind = format ?? InstanceFormat.guess(bytes)
    if let kind { try refuseStrayOptions(kind) }
    if kind == .vroom { return try await solveFleet(bytes) }
    let instance = try TourInstance(bytes, format: format, days: days)
    let budget = SearchBudget(
      iterations: iterations, seconds: iterations == nil || time != nil ? Double(time ?? 1000) / 1000 : nil)
    let options = TourInstance.Options(
      seed: seed, budget: budget, isMakespan: objective == .makespan, method: method,
      ends: isOpen ? .open(first: from, last: to) : .round)
    let started = ContinuousClock.now
    let progress = global.json ? nil : SearchProgress(isScore: instance.isScore)
    let answer = try await Interruption.endingSearch(watched: progress) { try instance.solve(options) }
    let report = Report(answer, milliseconds: started.duration(to: .now) / .milliseconds(1))
    if global.json { return try JSONOutput.print(report) }
    Session.print(report.text)
  }

  /// What an option would change must be there to change: options of other formats are not passed over in silence.
  private func refuseStrayOptions(_ kind: InstanceFormat) throws {
    func refuse(_ option: String, _ isGiven: Bool, _ isFor: String, _ formats: InstanceFormat...) throws {
      if isGiven, !formats.contains(kind) {
        throw ValidationError("\(option) is for \(isFor); this is \(kind.rawValue)")
      }
    }
    try refuse(
      "--method nn2opt", method == .nearestNeighbour2Opt, "TSPLIB's tours, which alone have two methods",
      .tsplib)
    try refuse(
      "--objective makespan", objective == .makespan, "tours with time windows, which alone have waiting",
      .tsptw)
    try refuse(
      "--days", days != nil, "orienteering instances, whose visits are spread over days", .orienteering,
      .toptw, .ttdp)
    try refuse("--open, --from, --to", isOpen, "TSPLIB's tours", .tsplib)
    try refuse("--check", check, "VROOM's problems: the other formats give no order", .vroom)
    try refuse("--geometry", geometry, "VROOM's problems: the other formats have no roads", .vroom)
  }

  /// The answer as it is printed.
  struct Report: Encodable {
    var objective: Double
    var tour: [Int]
    /// Present, and true, where the tour ends at its last node.
    var open: Bool?
    /// The tour day by day; only of instances that have days.
    var days: [[Int]]?
    @OrNull var lowerBound: Double?
    @OrNull var upperBound: Double?
    var optimal: Bool
    /// Nodes that no tour reaches in time.
    var leftOut: [Int]?
    var milliseconds: Double
    var iterations: Int

    init(_ answer: TourInstance.Answer, milliseconds: Double) {
      objective = answer.objective
      tour = answer.tour
      open = answer.isOpen ? true : nil
      days = answer.days
      lowerBound = answer.lowerBound
      upperBound = answer.upperBound
      optimal = answer.isOptimal
      leftOut = answer.leftOut.isEmpty ? nil : answer.leftOut
      self.milliseconds = (milliseconds * 1000).rounded() / 1000
      iterations = answer.iterations
    }

    private enum CodingKeys: CodingKey {
      case objective, tour, open, days, lowerBound, upperBound, optimal, leftOut, milliseconds, iterations
    }

    func encode(to encoder: any Encoder) throws {
      var members = encoder.container(keyedBy: CodingKeys.self)
      try members.encode(Number(objective), forKey: .objective)
      try members.encode(tour, forKey: .tour)
      try members.encodeIfPresent(open, forKey: .open)
      try members.encodeIfPresent(days, forKey: .days)
      try members.encode(lowerBound.map { Number($0) }, forKey: .lowerBound)
      if let upperBound { try members.encode(Number(upperBound), forKey: .upperBound) }
      try members.encode(optimal, forKey: .optimal)
      try members.encodeIfPresent(leftOut, forKey: .leftOut)
      try members.encode(milliseconds, forKey: .milliseconds)
      try members.encode(iterations, forKey: .iterations)
    }

    var text: String {
      var lines = ["objective \(Number(objective).text)" + (optimal ? ", proven optimal" : "")]
      if let lowerBound, !optimal { lines[0] += ", at least \(Number(lowerBound).text)" }
      if let upperBound, !optimal { lines[0] += ", at most \(Number(upperBound).text)" }
      if let leftOut {
        lines.append("not reached in time: " + leftOut.map(String.init).joined(separator: " "))
      }
      for (k, day) in (days ?? [tour]).enumerated() {
        let name = days.map { $0.count > 1 } == true ? "day \(k + 1)" : open == true ? "open tour" : "tour"
        lines.append("\(name): " + day.map(String.init).joined(separator: " "))
      }
      lines.append("\(iterations) iterations in \(GeoText.decimals(milliseconds, 1)) ms")
      return lines.joined(separator: "\n")
    }
  }

  /// Whole numbers are written without a fraction.
  private struct Number: Encodable {
    let value: Double
    init(_ value: Double) { self.value = value }

    var whole: Int? { value == value.rounded() && abs(value) < 1e15 ? Int(value) : nil }
    var text: String { whole.map(String.init) ?? "\(value)" }

    func encode(to encoder: any Encoder) throws {
      var single = encoder.singleValueContainer()
      if let whole { try single.encode(whole) } else { try single.encode(value) }
    }
  }
}

extension InstanceFormat: ExpressibleByArgument {}
extension TourOptions.Method: ExpressibleByArgument {}
