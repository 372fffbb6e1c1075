import CRM
import Foundation
import Geo
import Testing

@testable import Store

@Suite("Photographs of stops") struct PhotoTests {
  let saved: SavedTrip
  let picture: [UInt8] = [1, 2, 3]
  /// The first stop's.
  let first: ChecklistItemID

  init() throws {
    saved = try SavedTrip(visited: false)
    first = saved.task.checklist[0].children[0].id
  }

  private func photo(of item: ChecklistItemID) -> Photo {
    Photo(
      task: saved.task.id, item: item, author: saved.user.id, at: noon, width: 640, height: 480,
      size: picture.count)
  }

  @Test("a photograph is kept at its stop, told in the trail without its picture, and removed")
  func kept() throws {
    let photo = photo(of: first)
    try saved.database.write(as: tester, at: noon) { try $0.add(photo: photo, picture: picture) }
    try saved.database.read { access throws in
      #expect(try access.photos(of: saved.task.id) == [photo])
      #expect(try access.photo(photo.id) == photo && access.picture(photo.id) == picture)
      #expect(try access.partner(ofPhoto: photo.id) == saved.partners[0].id)
      let stop = saved.trip.days[0].stops[0].id
      #expect(try access.photos(at: saved.partners[0].id) == [stop: [photo]])
      #expect(try access.photos(at: saved.partners[1].id).isEmpty)
    }
    try saved.database.write(as: tester) { try $0.remove(photo: photo.id) }
    try saved.database.read { access throws in
      #expect(try access.photos(of: saved.task.id).isEmpty && access.picture(photo.id) == nil)
      let rows = try access.audit(entity: "photo", id: photo.id.description)
      #expect(rows.map(\.action) == ["create", "delete"] && rows[0].after == rows[1].before)
      #expect(try #require(rows[0].after).contains("\"size\":3"))
    }
    #expect(throws: StoreError.notFound(entity: "photo", id: "")) {
      try saved.database.write(as: tester) { try $0.remove(photo: photo.id) }
    }
  }

  @Test("only what is a stop has photographs")
  func places() throws {
    for (item, fault) in [
      (saved.task.checklist[0].id, StoreError.itemIsNoVisit(id: "")),
      (ChecklistItemID.new(), .notFound(entity: "checklistItem", id: "")),
    ] {
      #expect(throws: fault) {
        try saved.database.write(as: tester) { try $0.add(photo: photo(of: item), picture: picture) }
      }
    }
  }

  @Test("a photographed stop stays in its trip, and its photographs with it wherever it is moved")
  func planning() throws {
    let photo = photo(of: first)
    try saved.database.write(as: tester, at: noon) { try $0.add(photo: photo, picture: picture) }
    let refused = #expect(throws: StoreError.self) {
      try saved.database.write(as: tester) { try $0.removeTrip(saved.trip.id) }
    }
    #expect(refused?.code == "store.trip.hasVisits" && refused?.hint.contains("photographs") == true)
    let photographed = try saved.database.read { try $0.photographedStops(of: saved.trip.id) }
    #expect(photographed == [saved.trip.days[0].stops[0].id])
    var moved = try #require(try saved.database.read { try $0.trip(saved.trip.id) })
    let stop = moved.days[0].stops.removeFirst()
    #expect(throws: StoreError.stopHasVisit(stops: [])) {
      try saved.database.write(as: tester) { try $0.save(moved, task: saved.task) }
    }
    moved.days[1].stops.append(stop)
    try saved.database.write(as: tester) { try $0.save(moved, task: saved.task) }
    #expect(try saved.database.read { try $0.photos(of: saved.task.id) } == [photo])
  }

  @Test("whoever sees the trip hears of its photographs in the feed of changes, others do not")
  func feed() throws {
    let start = try saved.database.read { try $0.newestCursor() }
    let photo = photo(of: first)
    try saved.database.write(as: tester, at: noon) {
      try $0.add(photo: photo, picture: picture)
      try $0.remove(photo: photo.id)
    }
    func told(_ scope: RecordScope) throws -> [String] {
      try saved.database.read { try $0.changes(after: start, scope: scope).changes.map(\.entity) }
    }
    #expect(try told(.responsible([saved.user.id])) == ["photo", "photo"])
    #expect(try told(.responsible([UserID.new()])).isEmpty)
  }
}
