import Geo
import Synchronization

/// The embedded geocoder first, those of other people only where it is not sure.
///
/// An outside answer comes first when the embedded one has nothing, or when it is nearer to the door and no less sure, or
/// sure while the embedded one is the town of a street it does not know; otherwise it follows as an alternative. What fails outside is told to `notice` and changes nothing.
public struct ProviderChain: GeocodingProvider {
  public enum Notice: Sendable {
    /// Told once for each service and code.
    case failed(provider: String, any CodedError)
    /// A place of this service was taken: whom to name. Told once for each service.
    case taken(provider: String, attribution: String)
  }

  /// Embedded answers that are at least this sure are not doubted.
  public static let defaultThreshold = 0.6

  private let embedded: any GeocodingProvider
  private let outside: [any OutsideGeocoder]
  private let threshold: Double
  private let notice: @Sendable (Notice) -> Void
  private let told = Told()

  public init(
    embedded: any GeocodingProvider, outside: [any OutsideGeocoder], threshold: Double = defaultThreshold,
    notice: @escaping @Sendable (Notice) -> Void = { _ in }
  ) {
    self.embedded = embedded
    self.outside = outside
    self.threshold = threshold
    self.notice = notice
  }

  public var name: String { embedded.name }

  /// - Throws: what the embedded geocoder throws; `CancellationError`.
  public func geocode(_ query: GeocodeQuery) async throws -> [GeocodeCandidate] {
    let own = try await embedded.geocode(query)
    guard query.limit > 0, own.first.map({ $0.score < threshold || Self.isHalf($0) }) ?? true else {
      return own
    }
    var others: [GeocodeCandidate] = []
    for geocoder in outside {
      let found: [GeocodeCandidate]
      do {
        found = try await geocoder.geocode(query)
      } catch let error as CancellationError {
        throw error
      } catch {
        try Task.checkCancellation()
        fail(geocoder, error)
        continue
      }
      guard let best = found.first else { continue }
      if isBetter(best, than: own.first) {
        if told.first("taken \(geocoder.name)") {
          notice(.taken(provider: geocoder.name, attribution: geocoder.attribution))
        }
        return Array((found + own + others).prefix(query.limit))
      }
      others += found
    }
    return Array((own + others).prefix(query.limit))
  }

  private func isBetter(_ other: GeocodeCandidate, than own: GeocodeCandidate?) -> Bool {
    guard let own else { return true }
    return other.level > own.level
      && other.score >= (Self.isHalf(own) ? min(own.score, threshold) : own.score)
  }

  /// A place for a text that named more than a place: however sure the town is, the door was not found.
  private static func isHalf(_ own: GeocodeCandidate) -> Bool {
    own.level <= .locality && own.detail.ignored.contains { $0.contains(where: \.isLetter) }
      && own.detail.ignored.contains { $0.contains(where: \.isNumber) }
  }

  private func fail(_ geocoder: any OutsideGeocoder, _ error: any Error) {
    let coded = error as? any CodedError ?? OutsideGeocoderError.unreadable(provider: geocoder.name)
    if told.first("\(geocoder.name) \(coded.code)") { notice(.failed(provider: geocoder.name, coded)) }
  }

  /// What was told already: a list of ten thousand addresses must not fail ten thousand times in words.
  private final class Told: Sendable {
    private let keys = Mutex<Set<String>>([])
    func first(_ key: String) -> Bool { keys.withLock { $0.insert(key).inserted } }
  }
}
