import CRM
import Store

/// Who sees and who changes one record: the rule of partners, trips and tasks alike.
enum RecordRights {
  /// The record, when it is in sight; what is not in sight is not there.
  static func visible<Record>(
    _ record: Record?, _ entity: String, _ id: String, of responsible: (Record) -> UserID?, _ viewer: Viewer
  ) throws -> Record {
    guard let record, viewer.sees(responsible(record)) else {
      throw StoreError.notFound(entity: entity, id: id)
    }
    return record
  }

  /// Refuses the change of a record that is another's, or that somebody changed since.
  /// - Parameters:
  ///   - version: the one the change is based on; nil for changes that need none.
  ///   - actual: the one the record has.
  static func checkChange(
    _ entity: String, _ id: String, of responsible: UserID?, _ viewer: Viewer, version: Int? = nil,
    actual: Int
  ) throws {
    guard viewer.changes(responsible) else { throw APIError.forbidden("the \(entity) \(id) is another's") }
    if let version, version != actual {
      throw StoreError.staleVersion(entity: entity, id: id, expected: version, actual: actual)
    }
  }
}
