extension Migration {
  /// What somebody reads.
  static let userLanguage = Migration(
    name: "user-language", statements: ["ALTER TABLE user ADD COLUMN language TEXT"])
}
