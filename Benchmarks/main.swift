// Runs the project's benchmarks: `planner-bench [NAME…]`, all of them when no name is given.
// How to read the numbers, and what each is compared with, stands in Benchmarks/README.md.
import Foundation

/// Each benchmark by the name that selects it. A benchmark prints its own table.
let benchmarks: [(name: String, run: () async throws -> Void)] = [
  ("geocode", runGeocodeBenchmark), ("geocode-country", runCountryBenchmark),
  ("fleet", runFleetBenchmark), ("import", runImportBenchmark),
  ("orienteering", runOrienteeringBenchmark), ("polygon", runPolygonBenchmark),
  ("region-query", runRegionQueryBenchmark), ("roads", runRoadsBenchmark),
  ("roads-country", runRoadsCountryBenchmark), ("service", runServiceBenchmark), ("solver", runPlanBenchmark),
  ("tours", runToursBenchmark), ("trip-plan", runTripPlanBenchmark),
  ("windows", runWindowsBenchmark),
]

if CommandLine.arguments.count == 4, CommandLine.arguments[1] == roadsPreparation {
  try prepareRoads(CommandLine.arguments[2], CommandLine.arguments[3])
  exit(0)
}
if CommandLine.arguments.count == 4, CommandLine.arguments[1] == roadsStages {
  try printRoadStages(CommandLine.arguments[2], CommandLine.arguments[3])
  exit(0)
}
let wanted = Set(CommandLine.arguments.dropFirst())
let unknown = wanted.subtracting(benchmarks.map(\.name))
if !unknown.isEmpty {
  FileHandle.standardError.write(
    Data(
      "unknown benchmark: \(unknown.sorted().joined(separator: ", "))\nknown: \(benchmarks.map(\.name).joined(separator: ", "))\n"
        .utf8))
  exit(2)
}
for benchmark in benchmarks where wanted.isEmpty || wanted.contains(benchmark.name) {
  print("== \(benchmark.name)")
  try await benchmark.run()
  print("")
}
