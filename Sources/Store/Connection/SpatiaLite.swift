import CSpatiaLite
import GRDB

/// Attaches SpatiaLite to one connection.
///
/// The cache SpatiaLite keeps for a connection has to live exactly as long as the connection. It is handed to
/// SQLite as the user data of a function nobody calls: SQLite runs the function's destructor when the
/// connection closes, and that frees the cache.
enum SpatiaLite {
  /// `spatialite_initialize` wants to be called once a process.
  private static let initialised: Void = spatialite_initialize()

  static func attach(to db: GRDB.Database) throws {
    _ = initialised
    guard let connection = db.sqliteConnection, let cache = spatialite_alloc_connection() else {
      throw StoreError.sql(code: Int(SQLITE_NOMEM), detail: "no memory for SpatiaLite")
    }
    spatialite_set_silent_mode(cache)
    spatialite_init_ex(connection, cache, 0)
    let code = sqlite3_create_function_v2(
      connection, "planner_spatialite_cache", 0, SQLITE_UTF8, cache,
      { context, _, _ in sqlite3_result_null(context) }, nil, nil,
      { spatialite_cleanup_ex($0) })
    guard code == SQLITE_OK else {
      throw StoreError.sql(code: Int(code), detail: "SpatiaLite could not be attached")
    }
  }
}
