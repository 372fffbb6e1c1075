import CRM

extension RecordScope {
  /// A condition on the column that holds the row of the responsible user; nil when everything is seen. It takes the
  /// argument ?2: ``arguments``.
  func condition(on column: String) -> String? {
    guard case .responsible = self else { return nil }
    return """
      (\(column) IS NULL
        OR \(column) IN (SELECT id FROM user WHERE lower(hex(uid)) IN (SELECT value FROM json_each(?2))))
      """
  }

  /// What ``condition(on:)`` takes; none when everything is seen.
  var arguments: [SQLValue] {
    guard case .responsible(let users) = self else { return [] }
    let names = users.map { "\"\($0.description.replacing("-", with: ""))\"" }.sorted()
    return [.text("[\(names.joined(separator: ","))]")]
  }
}
