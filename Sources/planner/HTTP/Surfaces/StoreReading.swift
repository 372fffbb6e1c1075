import NIOPosix
import Store

/// Reads of the database from asynchronous code: they block, so they run on threads kept for such work.
struct StoreReading: Sendable {
  let database: Database
  var threads: NIOThreadPool = .singleton

  func callAsFunction<T: Sendable>(_ body: @escaping @Sendable (Reader) throws -> T) async throws -> T {
    let database = database
    return try await threads.runIfActive { try database.read(body) }
  }

  /// Work that asks no database but takes its time.
  func working<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
    try await threads.runIfActive(body)
  }
}
