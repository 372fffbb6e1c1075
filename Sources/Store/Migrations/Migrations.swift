import GRDB

/// One step of the schema. Frozen once released: a later change is a later migration.
struct Migration: Sendable {
  /// Stored in the file; never reused or renamed.
  let name: String
  let statements: [String]
  /// What statements cannot say, run after them in the same transaction. Without keys it does nothing that needs them.
  var code: (@Sendable (GRDB.Database, KeyRing?) throws -> Void)?
}

/// The steps from an empty file to today's schema, in order. Each runs in one transaction, so a file has
/// either the old schema or the new one, whenever the process ends.
enum Migrations {
  static let all: [Migration] = [
    .mainJob,
    .invariants,
    .regionOrigin,
    .roadCosts,
    .obstacles,
    .lodgings,
    .keyMark,
    .auditChain,
    .protectedFields,
    .signIn,
    .listIndexes,
    .jobs,
    .outbox,
    .webhooks,
    .geocodeTries,
    .calendarTokens,
    .taskVersion,
    .savedViews,
    .searchIndex,
    .territoryRows,
    .auditImages,
    .searchRecords,
    .inbound,
    .visitFacts,
    .taskTalk,
    .auditEntity,
    .photos,
    .userLanguage,
  ]

  static func apply(
    _ migrations: [Migration] = all, to writer: any DatabaseWriter, ring: KeyRing? = nil
  ) throws {
    var migrator = DatabaseMigrator()
    for migration in migrations {
      migrator.registerMigration(migration.name) { db in
        for statement in migration.statements { try run(statement, on: db) }
        try migration.code?(db, ring)
      }
    }
    try migrator.migrate(writer)
  }

  /// Runs one statement of a migration. SpatiaLite's functions answer 0 where they did nothing: no error of SQLite.
  /// - Throws: ``StoreError/schemaRefused(statement:)``.
  static func run(_ statement: String, on db: GRDB.Database) throws {
    guard statement.hasPrefix("SELECT ") else { return try db.execute(sql: statement) }
    guard try Int.fetchOne(db, sql: statement) == 1 else {
      throw StoreError.schemaRefused(statement: statement)
    }
  }
}

/// Registers a geometry column in SpatiaLite with an R*Tree, so that QGIS and GDAL find it, and keeps the
/// R*Tree by triggers of our own.
///
/// SpatiaLite's triggers do the same at twice the cost of the whole insert (they look the column up by
/// lower-cased name, note the time of each row's change, and roll the transaction back on a bad geometry).
/// Ours carry the same names, so that a tool that renews SpatiaLite's triggers replaces them and never
/// doubles them.
func geometryColumn(_ table: String, _ column: String, type: String) -> [String] {
  let index = "idx_\(table)_\(column)"
  let suffix = "\(table)_\(column)"
  let present = "NEW.\(column) IS NOT NULL"
  let check = """
    BEGIN
      SELECT RAISE(ABORT, '\(table).\(column) is no \(type) of EPSG:4326 within range')
      WHERE \(present) AND (
        ST_SRID(NEW.\(column)) IS NOT 4326 OR GeometryType(NEW.\(column)) IS NOT '\(type)'
        OR MbrMinX(NEW.\(column)) < -180 OR MbrMaxX(NEW.\(column)) > 180
        OR MbrMinY(NEW.\(column)) < -90 OR MbrMaxY(NEW.\(column)) > 90);
    END
    """
  let add = """
    INSERT INTO \(index) (pkid, xmin, xmax, ymin, ymax)
      SELECT NEW.id, MbrMinX(NEW.\(column)), MbrMaxX(NEW.\(column)),
        MbrMinY(NEW.\(column)), MbrMaxY(NEW.\(column))
    """
  return [
    "SELECT RecoverGeometryColumn('\(table)', '\(column)', 4326, '\(type)', 'XY')",
    "SELECT CreateSpatialIndex('\(table)', '\(column)')",
    "DROP TRIGGER IF EXISTS ggi_\(suffix)",
    "DROP TRIGGER IF EXISTS ggu_\(suffix)",
    "DROP TRIGGER IF EXISTS gii_\(suffix)",
    "DROP TRIGGER IF EXISTS giu_\(suffix)",
    "DROP TRIGGER IF EXISTS gid_\(suffix)",
    "DROP TRIGGER IF EXISTS tmi_\(suffix)",
    "DROP TRIGGER IF EXISTS tmu_\(suffix)",
    "DROP TRIGGER IF EXISTS tmd_\(suffix)",
    "CREATE TRIGGER ggi_\(suffix) BEFORE INSERT ON \(table) WHEN \(present) \(check)",
    "CREATE TRIGGER ggu_\(suffix) BEFORE UPDATE OF \(column) ON \(table) WHEN \(present) \(check)",
    "CREATE TRIGGER gii_\(suffix) AFTER INSERT ON \(table) WHEN \(present) BEGIN \(add); END",
    """
    CREATE TRIGGER giu_\(suffix) AFTER UPDATE OF \(column) ON \(table)
    WHEN NEW.\(column) IS NOT OLD.\(column) BEGIN
      DELETE FROM \(index) WHERE pkid = OLD.id;
      \(add) WHERE \(present);
    END
    """,
    """
    CREATE TRIGGER gid_\(suffix) AFTER DELETE ON \(table) BEGIN
      DELETE FROM \(index) WHERE pkid = OLD.id;
    END
    """,
  ]
}
