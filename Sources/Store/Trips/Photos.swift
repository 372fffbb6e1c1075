import CRM
import Foundation

extension ReadAccess {
  /// What photographs there are of the stops of a task, by item and in the order in which they were added; without the
  /// pictures.
  public func photos(of task: TaskID) throws -> [Photo] {
    try db.all(
      "\(storedPhotos) WHERE i.task_id = (SELECT id FROM task WHERE uid = ?) ORDER BY i.position, p.id",
      task.blob,
      body: storedPhoto)
  }

  /// Photographs of the stops at a partner, in the order in which they were added.
  public func photos(at partner: PartnerID) throws -> [StopID: [Photo]] {
    var found: [StopID: [Photo]] = [:]
    try db.rows(
      """
      \(storedPhotos) WHERE s.partner_id = (SELECT id FROM partner WHERE uid = ?) ORDER BY p.id
      """, partner.blob
    ) { found[$0.id(8), default: []].append(try storedPhoto($0)) }
    return found
  }

  /// The stops of a trip that have photographs.
  public func photographedStops(of trip: TripID) throws -> Set<StopID> {
    Set(
      try db.all(
        """
        SELECT s.uid FROM trip_day d JOIN stop s ON s.day_id = d.id
        WHERE d.trip_id = (SELECT id FROM trip WHERE uid = ?)
          AND EXISTS (SELECT 1 FROM photo WHERE stop_id = s.id)
        """, trip.blob
      ) { $0.id(0, of: Stop.self) })
  }

  public func photo(_ id: PhotoID) throws -> Photo? {
    try db.first("\(storedPhotos) WHERE p.uid = ?", id.blob, body: storedPhoto)
  }

  /// Who is visited at the stop of a photograph.
  public func partner(ofPhoto id: PhotoID) throws -> PartnerID? {
    try db.first(
      """
      SELECT q.uid FROM photo p JOIN stop s ON s.id = p.stop_id JOIN partner q ON q.id = s.partner_id
      WHERE p.uid = ?
      """, id.blob
    ) { $0.id(0) }
  }

  /// The file of a photograph, in JPEG.
  public func picture(_ id: PhotoID) throws -> [UInt8]? {
    try db.first("SELECT picture FROM photo WHERE uid = ?", id.blob) { $0.blob(0) }
  }
}

private let storedPhotos = """
  SELECT p.uid, k.uid, i.uid, u.uid, p.at, p.width, p.height, p.size, s.uid
  FROM photo p JOIN stop s ON s.id = p.stop_id JOIN checklist_item i ON i.stop_id = s.id
    JOIN task k ON k.id = i.task_id JOIN user u ON u.id = p.author_id
  """

private func storedPhoto(_ c: Columns) throws -> Photo {
  Photo(
    id: c.id(0), task: c.id(1), item: c.id(2), author: c.id(3), at: c.date(4), width: c.int(5),
    height: c.int(6), size: c.int(7))
}

extension Writer {
  /// Adds a photograph to the stop that an item of a checklist is.
  /// - Parameter picture: the file, `photo.size` bytes.
  /// - Throws: ``StoreError/notFound(entity:id:)`` without such an item, ``StoreError/itemIsNoVisit(id:)`` for one that
  ///   is no stop.
  public func add(photo: Photo, picture: [UInt8]) throws {
    guard let item = try checklistItem(photo.item) else {
      throw StoreError.notFound(entity: "checklistItem", id: photo.item.description)
    }
    guard let stop = item.stop else { throw StoreError.itemIsNoVisit(id: photo.item.description) }
    try db.run(
      """
      INSERT INTO photo (uid, stop_id, author_id, at, width, height, size, picture) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      """, photo.id.blob, .int(try stopRow(stop)), .int(try userRow(photo.author)), .date(photo.at),
      .int(photo.width), .int(photo.height), .int(photo.size), .blob(picture))
    try audit("create", entity: "photo", id: photo.id.description, after: try JSONText.encode(photo))
  }

  /// - Throws: ``StoreError/notFound(entity:id:)``.
  public func remove(photo id: PhotoID) throws {
    try delete(photo(id), id, from: "photo", entity: "photo")
  }
}
