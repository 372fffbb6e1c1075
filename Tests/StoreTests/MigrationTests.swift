import Crypto
import Foundation
import Testing

@testable import Store

private func digest(_ text: String) -> String {
  SHA256.hash(data: Data(text.utf8)).map { String(format: "%02x", $0) }.joined()
}

@Suite struct MigrationTests {
  /// SHA-256 of each migration's statements. A released migration never changes: add a new one, with its line here.
  static let frozen = [
    "main-job": "0f003dadf0f1dd294fbce8426cca76addedc7a49818ab5de200fefb0ecd86ead",
    "region-origin": "40b8cfc6819380e1cefa5372cf866fd2fce7c5dc9ccdfe20902dbc6b6c7c4541",
  ]

  @Test("a migration that was released is never edited")
  func frozenStatements() {
    #expect(Migrations.all.map(\.name) == ["main-job", "region-origin"])
    for migration in Migrations.all {
      #expect(
        digest(migration.statements.joined(separator: ";\n")) == Self.frozen[migration.name],
        "\(migration.name) differs from what was released")
    }
  }

  @Test("migrating twice changes nothing, and the schema is one and the same each time")
  func schema() throws {
    func schema() throws -> [String] {
      let database = try Database.temporary()
      return try database.read {
        try $0.db.all("SELECT type || ' ' || name || ': ' || ifnull(sql, '') FROM sqlite_schema ORDER BY 1") {
          $0.text(0)
        }
      }
    }
    #expect(try schema() == schema())
  }

  @Test(
    "a geometry column SpatiaLite does not take stops the migration",
    arguments: [
      "SELECT RecoverGeometryColumn('partner', 'nowhere', 4326, 'POINT', 'XY')",
      "SELECT CreateSpatialIndex('partner', 'nowhere')",
    ])
  func refusedGeometry(statement: String) throws {
    let database = try Database.temporary()
    #expect(throws: StoreError.schemaRefused(statement: "")) {
      try database.write(as: tester) { try Migrations.run(statement, on: $0.db) }
    }
  }

  @Test("every business table is STRICT")
  func strict() throws {
    let database = try Database.temporary()
    let ours = try database.read {
      try $0.db.all(
        """
        SELECT name, strict FROM pragma_table_list WHERE schema = 'main' AND type = 'table'
          AND name IN (SELECT name FROM sqlite_schema WHERE sql LIKE '%STRICT%')
        """
      ) { ($0.text(0), $0.bool(1)) }
    }
    let names = Set(ours.map(\.0))
    for table in [
      "user", "partner", "partner_tag", "contact_person", "contact_point", "address", "geocode_result",
      "external_reference", "partner_name_word", "partner_change", "region", "region_override", "selection",
      "trip", "trip_day", "stop", "leg", "unassigned_stop", "activity", "task", "checklist_item", "audit",
      "import_run", "import_change", "own_region",
    ] {
      #expect(names.contains(table), "\(table) is not STRICT")
    }
    #expect(ours.allSatisfy { $0.1 })
  }
}
