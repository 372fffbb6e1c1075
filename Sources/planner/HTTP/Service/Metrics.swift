import Foundation
import HTTPTypes
import Hummingbird
import Logging
import Synchronization

/// Counters of the service, told in Prometheus' text form (version 0.0.4).
final class Metrics: Sendable {
  private struct Key: Hashable, Comparable {
    var route: String
    var method: String
    var status: Int
    static func < (a: Key, b: Key) -> Bool { (a.route, a.method, a.status) < (b.route, b.method, b.status) }
  }

  private struct Duration: Sendable {
    var counts = [Int](repeating: 0, count: Metrics.bounds.count + 1)
    var seconds = 0.0
  }

  private struct State {
    var requests: [Key: Int] = [:]
    var durations: [String: Duration] = [:]
    var running = 0
  }

  /// Upper bounds of the histogram's buckets, in seconds.
  static let bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

  private let state = Mutex(State())
  private let started = Date()

  func began() { state.withLock { $0.running += 1 } }

  /// - Parameter route: the address as it was registered, never as it was asked: names stay few.
  func ended(route: String, method: String, status: Int, seconds: Double) {
    state.withLock { state in
      state.running -= 1
      state.requests[Key(route: route, method: method, status: status), default: 0] += 1
      let bucket = Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count
      state.durations[route, default: Duration()].counts[bucket] += 1
      state.durations[route, default: Duration()].seconds += seconds
    }
  }

  var text: String {
    let state = state.withLock { $0 }
    var lines = [
      "# HELP planner_requests_total Answered HTTP requests.", "# TYPE planner_requests_total counter",
    ]
    for (key, count) in state.requests.sorted(by: { $0.key < $1.key }) {
      lines.append(
        "planner_requests_total{route=\"\(key.route)\",method=\"\(key.method)\",status=\"\(key.status)\"} \(count)"
      )
    }
    lines += [
      "# HELP planner_request_seconds Time to the head of the answer.",
      "# TYPE planner_request_seconds histogram",
    ]
    for (route, duration) in state.durations.sorted(by: { $0.key < $1.key }) {
      var sum = 0
      for (bound, count) in zip(Self.bounds.map { "\($0)" } + ["+Inf"], duration.counts) {
        sum += count
        lines.append("planner_request_seconds_bucket{route=\"\(route)\",le=\"\(bound)\"} \(sum)")
      }
      lines.append("planner_request_seconds_sum{route=\"\(route)\"} \(duration.seconds)")
      lines.append("planner_request_seconds_count{route=\"\(route)\"} \(sum)")
    }
    lines += [
      "# HELP planner_requests_running Requests not answered yet.", "# TYPE planner_requests_running gauge",
      "planner_requests_running \(state.running)",
      "# HELP process_start_time_seconds Start of the process.", "# TYPE process_start_time_seconds gauge",
      "process_start_time_seconds \(started.timeIntervalSince1970)",
    ]
    if let bytes = ProcessMemory.residentBytes {
      lines += [
        "# HELP process_resident_memory_bytes Memory in use.", "# TYPE process_resident_memory_bytes gauge",
        "process_resident_memory_bytes \(bytes)",
      ]
    }
    return lines.joined(separator: "\n") + "\n"
  }
}

/// What the process itself takes.
enum ProcessMemory {
  static var residentBytes: Int? {
    guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else { return nil }
    let parts = text.split(separator: " ")
    return parts.count > 1 ? Int(parts[1]).map { $0 * 4096 } : nil
  }
}

/// Limits that the system sets the process.
enum ProcessLimits {
  /// Keeps the memory of a service level, by mallopt(3). All threads share two heaps (`M_ARENA_MAX`): what was freed in
  /// one is else not used by another. What is larger than 1 MiB, copies of tables mostly, stands in pages of its own
  /// that go back when it is freed (`M_MMAP_THRESHOLD`): the C library else lets that limit grow to 32 MiB, and the heap
  /// keeps the most that was ever in use at once.
  static func settleHeaps() {
    guard let symbol = dlsym(nil, "mallopt") else { return }
    let mallopt = unsafeBitCast(symbol, to: (@convention(c) (Int32, Int32) -> Int32).self)
    _ = mallopt(-8, 2)
    _ = mallopt(-3, 1 << 20)
  }

  /// Lets the process hold as many files and connections as it may: the usual 1,024 are few for a service.
  static func raiseFiles() {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
    limit.rlim_cur = min(limit.rlim_max, 65_536)
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  }
}

/// Counts and logs every request, and names it: `X-Request-Id` is in the answer and in each line of the log.
struct Observation: RouterMiddleware {
  let metrics: Metrics
  private static let identifier = HTTPField.Name("X-Request-Id")!

  func handle(
    _ request: Request, context: PageContext,
    next: (Request, PageContext) async throws -> Response
  ) async throws -> Response {
    metrics.began()
    let started = ContinuousClock.now
    func ended(_ status: Int) {
      let parts = started.duration(to: .now).components
      let seconds = Double(parts.seconds) + Double(parts.attoseconds) / 1e18
      metrics.ended(
        route: context.endpointPath ?? "none", method: request.method.rawValue, status: status,
        seconds: seconds)
      context.logger.info(
        "request",
        metadata: [
          "method": "\(request.method)", "path": "\(request.loggedPath)", "status": "\(status)",
          "milliseconds": "\((seconds * 1000).rounded())", "from": "\(context.remoteAddress)",
        ])
    }
    do {
      var response = try await next(request, context)
      response.headers[Self.identifier] = context.id
      ended(response.status.code)
      return response
    } catch {
      ended(500)
      throw error
    }
  }
}

extension Request {
  /// The path as it may stand in a log: the address of a calendar is a secret.
  var loggedPath: String { Self.loggedPath(uri.path) }

  static func loggedPath(_ path: String) -> String {
    path.hasPrefix("/calendar/") ? "/calendar/…" : path
  }
}
