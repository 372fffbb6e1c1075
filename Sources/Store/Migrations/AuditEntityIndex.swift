extension Migration {
  /// The audit trail by the kind of record: a kind that changes seldom had all of the trail read to fill a page.
  static let auditEntity = Migration(
    name: "audit-entity",
    statements: [
      "-- auditPage(_:): changes of one kind of record, the latest first\n"
        + "CREATE INDEX audit_kind ON audit (entity, id)"
    ])
}
