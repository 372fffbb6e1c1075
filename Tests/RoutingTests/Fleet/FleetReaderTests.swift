import Geo
import Testing

@testable import Routing

@Suite("VROOM input and output")
struct FleetReaderTests {
  static let matrix = #""matrices":{"car":{"durations":[[0,100,200],[100,0,150],[200,150,0]]}}"#
  static let vehicle = #"{"id":1,"start_index":0,"end_index":0}"#

  static func read(_ text: String) throws(FleetInputError) -> FleetProblem {
    try FleetReader.read(Array(text.utf8))
  }

  /// The code and path of the first fault.
  static func fault(_ text: String) -> String {
    do throws(FleetInputError) {
      _ = try read(text)
      return "none"
    } catch {
      return "\(error.kind.rawValue) \(error.path)"
    }
  }

  static func input(vehicles: String = vehicle, jobs: String, matrix: String = matrix) -> String {
    #"{"vehicles":[\#(vehicles)],"jobs":[\#(jobs)],\#(matrix)}"#
  }

  @Test(
    "a fault is told with its path",
    arguments: [
      (#"{"id":1,"location_index":1,"time_windows":[[5,3]]}"#, "windows jobs[0].time_windows[0]"),
      (#"{"id":1,"location_index":1,"time_windows":[[0,9],[5,20]]}"#, "windows jobs[0].time_windows[1]"),
      (#"{"id":1,"location_index":1,"time_windows":[[0]]}"#, "wrongType jobs[0].time_windows[0]"),
      (#"{"id":1,"location_index":1,"time_windows":[]}"#, "windows jobs[0].time_windows"),
      (#"{"id":1,"location_index":3}"#, "indexOutOfRange jobs[0].location_index"),
      (#"{"id":1,"location_index":-1}"#, "indexOutOfRange jobs[0].location_index"),
      (#"{"id":1,"location_index":"1"}"#, "wrongType jobs[0].location_index"),
      (#"{"id":1}"#, "noPlace jobs[0]"),
      (#"{"id":1,"location":[1,2]}"#, "missing jobs[0].location_index"),
      (#"{"location_index":1}"#, "missing jobs[0].id"),
      (#"{"id":-4,"location_index":1}"#, "outOfRange jobs[0].id"),
      (#"{"id":1,"location_index":1},{"id":1,"location_index":2}"#, "duplicateID jobs[1].id"),
      (#"{"id":1,"location_index":1,"service":1.5}"#, "wrongType jobs[0].service"),
      (#"{"id":1,"location_index":1,"service":-1}"#, "outOfRange jobs[0].service"),
      (#"{"id":1,"location_index":1,"service":99999999999999999}"#, "outOfRange jobs[0].service"),
      (#"{"id":1,"location_index":1,"service":1e300}"#, "wrongType jobs[0].service"),
      (#"{"id":1,"location_index":1,"priority":101}"#, "outOfRange jobs[0].priority"),
      (
        #"{"id":1,"location_index":1,"delivery":[1]},{"id":2,"location_index":1,"delivery":[1,2]}"#,
        "amounts jobs[0].delivery"
      ),
      (#"{"id":1,"location_index":1,"skills":["a"]}"#, "wrongType jobs[0].skills[0]"),
      (#"{"id":1,"location_index":1,"location":[200,1]}"#, "outOfRange jobs[0].location"),
      (#"{"id":1,"id":2,"location_index":1}"#, "givenTwice "),
      ("7", "wrongType jobs[0]"),
    ])
  func jobs(_ job: String, _ fault: String) {
    #expect(Self.fault(Self.input(jobs: job)) == fault)
  }

  @Test(
    "a fault of a vehicle is told with its path",
    arguments: [
      (#"{"id":1}"#, "noPlace vehicles[0]"),
      (#"{"id":1,"start_index":0},{"id":1,"start_index":0}"#, "duplicateID vehicles[1].id"),
      (#"{"id":1,"start_index":7}"#, "indexOutOfRange vehicles[0].start_index"),
      (#"{"id":1,"start_index":0,"profile":"bike"}"#, "unknownProfile vehicles[0].profile"),
      (#"{"id":1,"start_index":0,"time_window":[9,3]}"#, "windows vehicles[0].time_window"),
      (#"{"id":1,"start_index":0,"speed_factor":0}"#, "outOfRange vehicles[0].speed_factor"),
      (#"{"id":1,"start_index":0,"max_distance":5}"#, "missing matrices.car.distances"),
      (#"{"id":1,"start_index":0,"breaks":[{"id":1},{"id":1}]}"#, "duplicateID vehicles[0].breaks[1].id"),
      (
        #"{"id":1,"start_index":0,"costs":{"per_hour":99999999999}}"#, "outOfRange vehicles[0].costs.per_hour"
      ),
      (#"{"id":1,"start_index":0,"steps":[{"type":"fly"}]}"#, "outOfRange vehicles[0].steps[0].type"),
      (#"{"id":1,"start_index":0,"steps":[{"type":"job"}]}"#, "missing vehicles[0].steps[0].id"),
    ])
  func vehicles(_ vehicle: String, _ fault: String) {
    #expect(Self.fault(Self.input(vehicles: vehicle, jobs: #"{"id":1,"location_index":1}"#)) == fault)
  }

  @Test(
    "a fault of a matrix is told with its path",
    arguments: [
      ("[[0,1],[1,0,2]]", "matrixShape matrices.car.durations[1]"),
      ("[[0,1]]", "matrixShape matrices.car.durations[0]"),
      ("[[0,-1],[1,0]]", "matrixValue matrices.car.durations[0][1]"),
      (#"[[0,"x"],[1,0]]"#, "matrixValue matrices.car.durations[0][1]"),
      ("7", "wrongType matrices.car.durations"), ("[1,2]", "wrongType matrices.car.durations[0]"),
      ("[]", "indexOutOfRange jobs[0].location_index"),
    ])
  func matrices(_ table: String, _ fault: String) {
    let text = Self.input(
      jobs: #"{"id":1,"location_index":1}"#, matrix: #""matrices":{"car":{"durations":\#(table)}}"#)
    #expect(Self.fault(text) == fault)
  }

  @Test(
    "a text that is no problem is told so",
    arguments: [
      ("", "notJSON "), ("x", "notJSON "), ("[]", "wrongType "), ("{}", "missing vehicles"),
      ("{} {}", "notJSON "),
      (#"{"vehicles":[],"jobs":[]}"#, "noVehicle vehicles"),
      (#"{"vehicles":[{"id":1,"start":[1,2]}]}"#, "noTask jobs"),
      (String(repeating: "[", count: 100_000), "notJSON "),
      (#"{"vehicles":[{"id":1,"start_index":0}],"jobs":[]}"#, "missing matrices"),
    ])
  func texts(_ text: String, _ fault: String) {
    #expect(Self.fault(text) == fault)
  }

  @Test("a file of another format is told as what it begins with, where, and what to ask for")
  func otherFormats() {
    let error = #expect(throws: FleetInputError.self) {
      try FleetReader.read(Array("\n NAME: square\nTYPE".utf8))
    }
    #expect(error?.message == "line 2: the file is no JSON, it begins with \"NAME: square\"")
    #expect(
      error?.hint == "give VROOM's JSON input, or another --format: tsplib, tsptw, orienteering, toptw, ttdp")
  }

  @Test("random damage of a text never stops the process")
  func damage() throws {
    let text = Array(
      #"{"vehicles":[{"id":1,"start_index":0,"end_index":2,"capacity":[4],"skills":[1],"time_window":[0,900],"breaks":[{"id":1,"time_windows":[[100,300]],"service":20}],"costs":{"fixed":5},"steps":[{"type":"start"},{"type":"job","id":1},{"type":"end"}]}],"jobs":[{"id":1,"location_index":1,"setup":3,"service":10,"delivery":[1],"priority":4,"time_windows":[[0,500]]}],"shipments":[{"amount":[1],"pickup":{"id":1,"location_index":2},"delivery":{"id":1,"location_index":1}}],\#(Self.matrix)}"#
        .utf8)
    var random = SeededRandom(seed: 1)
    let junk = Array(#"0123456789-{}[]",:.eEnul tf"#.utf8)
    var solved = 0
    for _ in 0..<6000 {
      var bytes = text
      for _ in 0...random.below(3) {
        let at = random.below(bytes.count)
        switch random.below(3) {
        case 0: bytes[at] = junk[random.below(junk.count)]
        case 1: bytes.remove(at: at)
        default: bytes.insert(junk[random.below(junk.count)], at: at)
        }
      }
      guard let problem = try? FleetReader.read(bytes) else { continue }
      if let solution = try? FleetSolver.solve(problem, .init(iterations: 3)) {
        solved += 1
        #expect(
          FleetChecker.faults(of: solution, in: problem).isEmpty, "\(String(decoding: bytes, as: UTF8.self))")
      }
      _ = try? FleetSolver.check(problem)
    }
    #expect(solved > 100)
  }

  @Test("the largest numbers that are allowed do not overflow")
  func largeNumbers() throws {
    let most = 1 << 40
    let big = Int(Int32.max)
    let text = """
      {"vehicles":[{"id":1,"start_index":0,"end_index":0,"capacity":[\(most)],"time_window":[0,\(most)],
      "speed_factor":0.01,"costs":{"fixed":\(most),"per_hour":10000000,"per_km":10000000,"per_task_hour":10000000}}],
      "jobs":[{"id":1,"location_index":1,"service":\(most),"setup":\(most),"delivery":[\(most)]},
      {"id":2,"location_index":1,"pickup":[\(most)],"delivery":[0]}],
      "matrices":{"car":{"durations":[[0,\(big)],[\(big),0]],"distances":[[0,\(big)],[\(big),0]]}}}
      """
    let problem = try Self.read(text)
    let solution = try FleetSolver.solve(problem, .init(iterations: 10))
    #expect(FleetChecker.faults(of: solution, in: problem).isEmpty)
    _ = FleetWriter.write(solution, of: problem)
  }

  @Test("coordinates without a matrix are numbered for a matrix source")
  func coordinates() async throws {
    struct Flat: FleetMatrixSource {
      func matrix(for points: [Coordinate], profile: String) async throws -> FleetMatrix {
        let n = points.count
        return FleetMatrix(count: n, durations: (0..<n * n).map { $0 / n == $0 % n ? 0 : 60 })
      }
    }
    let problem = try Self.read(
      #"{"vehicles":[{"id":4,"start":[27.5,53.9],"end":[27.5,53.9]}],"jobs":[{"id":9,"location":[27.6,53.8]}]}"#
    )
    #expect(problem.coordinates.count == 2)
    #expect(problem.profilesWithoutMatrix == ["car"])
    #expect(throws: FleetInputError.self) { try FleetSolver.solve(problem) }
    let supplied = try await problem.supplied(by: Flat())
    let solution = try FleetSolver.solve(supplied, .init(iterations: 5))
    #expect(solution.cost == 120)
    let text = FleetWriter.write(solution, of: supplied)
    #expect(text.contains(#""location":[27.6,53.8]"#))
    #expect(!text.contains("location_index"))
  }

  @Test("the answer has VROOM's members")
  func output() throws {
    let text = #"""
      {"vehicles":[{"id":1,"start_index":0,"end_index":0,"time_window":[0,10000],"description":"van \"1\"",
      "breaks":[{"id":7,"time_windows":[[2000,2100]],"service":50}]}],
      "jobs":[{"id":1,"location_index":1,"setup":30,"service":10,"time_windows":[[1000,1100]],"priority":5},
      {"id":2,"location_index":1,"setup":30,"service":10,"time_windows":[[3000,3100]]},
      {"id":3,"location_index":2,"skills":[4]}],
      "matrices":{"car":{"durations":[[0,100,200],[100,0,150],[200,150,0]]}}}
      """#
    let problem = try Self.read(text)
    let written = FleetWriter.write(try FleetSolver.solve(problem, .init(iterations: 20)), of: problem)
    let expected =
      #"{"code":0,"summary":{"cost":200,"routes":1,"unassigned":1,"setup":30,"service":70,"duration":200,"waiting_time":1810,"priority":5,"violations":[],"computing_times":{"loading":0,"solving":0,"routing":0}},"#
      + #""unassigned":[{"id":3,"location_index":2,"type":"job"}],"routes":[{"vehicle":1,"cost":200,"description":"van \"1\"","setup":30,"service":70,"duration":200,"waiting_time":1810,"priority":5,"steps":["#
      + #"{"type":"start","location_index":0,"setup":0,"service":0,"waiting_time":0,"arrival":1000,"duration":0,"violations":[]},"#
      + #"{"type":"job","id":1,"job":1,"location_index":1,"setup":30,"service":10,"waiting_time":0,"arrival":1100,"duration":100,"violations":[]},"#
      + #"{"type":"break","id":7,"setup":0,"service":50,"waiting_time":860,"arrival":1140,"duration":100,"violations":[]},"#
      + #"{"type":"job","id":2,"job":2,"location_index":1,"setup":0,"service":10,"waiting_time":950,"arrival":2050,"duration":100,"violations":[]},"#
      + #"{"type":"end","location_index":0,"setup":0,"service":0,"waiting_time":0,"arrival":3110,"duration":200,"violations":[]}],"violations":[]}]}"#
    #expect(written == expected)
  }

  @Test("an error is answered with VROOM's code 2")
  func error() throws {
    do throws(FleetInputError) {
      _ = try Self.read("{}")
    } catch {
      #expect(FleetWriter.write(error) == #"{"code":2,"error":"vehicles: the member is missing"}"#)
      #expect(error.code == "routing.fleet.missing")
      #expect(!error.hint.isEmpty)
    }
  }
}
