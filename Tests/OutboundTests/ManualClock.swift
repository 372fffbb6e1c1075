import Foundation
import Geo
import Outbound
import Synchronization

/// A clock that stands until somebody sleeps, and then is where the sleeper wanted to be.
final class ManualClock: Sendable {
  private struct State {
    var now: ContinuousClock.Instant
    var slots: [ContinuousClock.Instant] = []
  }
  let start = ContinuousClock.now
  private let state: Mutex<State>

  /// Days between the calendar's day of all tests and this clock's.
  private let days: Int

  init(days: Int = 0) {
    self.days = days
    state = Mutex(State(now: start))
  }

  var clock: OutsideClock {
    OutsideClock(
      now: { self.state.withLock(\.now) },
      sleep: { instant in
        self.state.withLock { state in
          state.now = max(state.now, instant)
          state.slots.append(instant)
        }
      },
      date: { [days] in Date(timeIntervalSince1970: 1_700_000_000 + Double(days) * 86_400) })
  }

  /// Time since the start.
  var elapsed: Duration { start.duration(to: state.withLock(\.now)) }
  /// The instants slept for, since the start, in order of time.
  var slots: [Duration] { state.withLock(\.slots).sorted().map { start.duration(to: $0) } }

  func advance(_ duration: Duration) { state.withLock { $0.now += duration } }
}

/// A geocoder that answers what it is told.
struct FixedGeocoder: OutsideGeocoder {
  var name: String
  var attribution = "© somebody"
  var answer: @Sendable (GeocodeQuery) throws -> [GeocodeCandidate]

  func geocode(_ query: GeocodeQuery) async throws -> [GeocodeCandidate] { try answer(query) }
}

func candidate(_ label: String, _ level: GeocodeLevel, _ score: Double, by provider: String)
  -> GeocodeCandidate
{
  GeocodeCandidate(
    label: label, level: level, score: score,
    coordinate: Coordinate(trustedLatitude: 53.9, longitude: 27.56), components: .init(), provider: provider)
}

extension Duration {
  /// A deadline for tests that are not about it: a machine busy with other tests must not run into it.
  static let patient = Duration.seconds(600)
}
