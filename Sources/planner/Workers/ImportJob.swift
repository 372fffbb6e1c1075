import CRM
import Exchange
import Foundation
import Geo
import Store

/// The import of a partner list as a job: the file lies in the spool as `input`.
struct ImportJob: Codable, Sendable, Equatable {
  static let kind = "import.partners"

  /// The name of the file as it came, for the journal of imports only.
  var name: String
  /// The file in the spool: `input.csv` or `input.xlsx`, as the name says or the content does.
  var file = "input.csv"
  /// YAML, as `planner import partners --mapping` takes it.
  var mapping: String?
  var dryRun = false
  /// ISO 3166-1 alpha-2.
  var country: String?
  var system: String?
  var geocode = true

  /// What became of each row, in the spool.
  static let report = "report.csv"

  static func handler(
    _ database: Database, geocoder: @escaping @Sendable () throws -> any GeocodingProvider,
    now: @escaping @Sendable () -> Date
  ) -> JobHandler {
    JobHandler(kind: kind) { job, desk in
      let input = try JSONDecoder().decode(Self.self, from: Data(job.input.utf8))
      let mapping = try input.mapping.map { try ImportMapping(yaml: $0) } ?? ImportMapping()
      var options = PartnerImport.Options(dryRun: input.dryRun, at: now())
      options.country = input.country
      options.system = input.system
      options.actor = Actor(user: job.requestedBy, name: "import")
      options.scope = try database.read { try Self.scope(of: job.requestedBy, $0) }
      options.reportPath = try desk.spool.path(job.id, report)
      options.sourceName = input.name
      let file = try desk.spool.path(job.id, input.file)
      do {
        let report = try await PartnerImport.run(
          file: file, mapping: mapping, database: database,
          geocoder: input.geocode ? try geocoder() : nil, options: options,
          progress: { try desk.report($0.rows, of: $0.total) })
        return report.json.json
      } catch let error as any CodedError {
        throw UploadError(error, of: file, as: input.name)
      }
    }
  }

  /// What the one who asked sees by now; everything where it was no person.
  private static func scope(of user: UserID?, _ reader: Reader) throws -> RecordScope {
    guard let user else { return .all }
    return try reader.user(user).map { try reader.viewer($0).scope } ?? .responsible([])
  }
}

/// The geocoding of a column of a file as a job: the file lies in the spool, the output is put there.
struct GeocodeJob: Codable, Sendable, Equatable {
  static let kind = "geocode.batch"

  var name: String
  var file = "input.csv"
  var column: String
  /// ISO 3166-1 alpha-2 of the country to prefer.
  var country: String?
  var threshold = 0.7
  var guardFormulas = false

  static let output = "output.csv"
  /// The rows to look at.
  static let review = "review.csv"

  /// - Parameter dataMark: tells one state of the geocoder's data from another.
  static func handler(
    geocoder: @escaping @Sendable () throws -> any GeocodingProvider,
    dataMark: @escaping @Sendable () -> String
  ) -> JobHandler {
    JobHandler(kind: kind) { job, desk in
      let input = try JSONDecoder().decode(Self.self, from: Data(job.input.utf8))
      var options = BatchGeocoder.Options(column: input.column, output: try desk.spool.path(job.id, output))
      options.review = try desk.spool.path(job.id, review)
      options.country = input.country
      options.threshold = input.threshold
      options.guardsFormulas = input.guardFormulas
      options.dataMark = dataMark()
      options.start = .resume
      let file = try desk.spool.path(job.id, input.file)
      let provider = HeedingGeocoder(try geocoder())
      // A report that says "end" cancels this task, and the next question heeds it.
      let progress: (BatchGeocoder.Progress) -> Void = { try? desk.report($0.rows, of: $0.total) }
      var summary: BatchGeocoder.Summary
      do {
        summary = try await BatchGeocoder.run(file, geocoder: provider, options: options, progress: progress)
      } catch GeocodeBatchError.otherRun {
        // The gazetteer is another one than when the job was interrupted.
        options.start = .restart
        summary = try await BatchGeocoder.run(file, geocoder: provider, options: options, progress: progress)
      } catch let error as any CodedError {
        throw UploadError(error, of: file, as: input.name)
      }
      summary.output = output
      return String(decoding: try JSONEncoder().encode(summary), as: UTF8.self)
    }
  }
}

/// A geocoder that answers no more once its task is cancelled.
struct HeedingGeocoder: GeocodingProvider {
  let provider: any GeocodingProvider
  init(_ provider: any GeocodingProvider) { self.provider = provider }
  var name: String { provider.name }

  func geocode(_ query: GeocodeQuery) async throws -> [GeocodeCandidate] {
    try Task.checkCancellation()
    return try await provider.geocode(query)
  }
}
