import Foundation

/// Times of repeated runs of one piece of work, in milliseconds.
struct Timings {
  private(set) var sorted: [Double]

  init(_ milliseconds: [Double]) { sorted = milliseconds.sorted() }

  var p50: Double { percentile(0.5) }
  var p99: Double { percentile(0.99) }
  var total: Double { sorted.reduce(0, +) }

  func percentile(_ p: Double) -> Double {
    guard !sorted.isEmpty else { return .nan }
    return sorted[min(sorted.count - 1, Int(p * Double(sorted.count)))]
  }
}

/// Runs `body` once to warm up and then `runs` times; the wall-clock time of each run is kept.
func measure(runs: Int, _ body: () throws -> Void) rethrows -> Timings {
  try body()
  var times: [Double] = []
  for _ in 0..<runs {
    let start = ContinuousClock.now
    try body()
    times.append(milliseconds(since: start))
  }
  return Timings(times)
}

/// The same for work that suspends.
func measure(runs: Int, _ body: () async throws -> Void) async rethrows -> Timings {
  try await body()
  var times: [Double] = []
  for _ in 0..<runs {
    let start = ContinuousClock.now
    try await body()
    times.append(milliseconds(since: start))
  }
  return Timings(times)
}

func milliseconds(since start: ContinuousClock.Instant) -> Double {
  let elapsed = ContinuousClock.now - start
  return Double(elapsed.components.seconds) * 1e3 + Double(elapsed.components.attoseconds) / 1e15
}

/// A number with a fixed count of decimals.
func fixed(_ value: Double, _ decimals: Int) -> String { String(format: "%.\(decimals)f", value) }

/// Prints rows under a header, columns padded to the widest cell.
func printTable(_ header: [String], _ rows: [[String]]) {
  let all = [header] + rows
  let widths = header.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
  for row in all {
    let cells = zip(row, widths).map { cell, width in
      cell + String(repeating: " ", count: width - cell.count)
    }
    print("  " + cells.joined(separator: "  "))
  }
}

/// The largest resident set of this process so far, in MiB (`VmHWM` of /proc/self/status).
func peakResidentMebibytes() -> Double { processMebibytes("VmHWM:") }

/// The resident set of this process, in MiB.
func residentMebibytes() -> Double { processMebibytes("VmRSS:") }

private func processMebibytes(_ name: String) -> Double {
  guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
    let line = status.split(separator: "\n").first(where: { $0.hasPrefix(name) }),
    let kibibytes = line.split(whereSeparator: { !$0.isNumber }).first.flatMap({ Double($0) })
  else { return .nan }
  return kibibytes / 1024
}

/// Lets `VmHWM` begin anew (proc(5), clear_refs).
func resetPeakResident() {
  if let handle = FileHandle(forWritingAtPath: "/proc/self/clear_refs") {
    try? handle.write(contentsOf: Data("5".utf8))
    try? handle.close()
  }
}

/// A folder for one benchmark's files, removed afterwards.
func withTemporaryFolder<T>(_ body: (URL) async throws -> T) async throws -> T {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
    "planner-bench-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try await body(folder)
}
