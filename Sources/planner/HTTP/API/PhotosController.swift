import CRM
import Exchange
import Foundation
import Geo
import Hummingbird
import Store

/// Photographs of the stops of a trip, as they are made on the road.
struct PhotosController: Sendable {
  let services: Services

  /// At most so many of one stop.
  static let most = 20
  /// Bytes of one; pages send far less.
  static let limit = 2 << 20
  /// Pixels of one side.
  static let longest = 10_000

  func addRoutes(to table: RouteTable) {
    table.api(.get, "tasks/{id}/photos", "listPhotos", access: .needs(.readRecords), services, list)
    table.api(.post, "tasks/{id}/items/{item}/photos", "addPhoto", access: .needs(.editTasks), services, add)
    table.api(.get, "photos/{id}", "showPhoto", access: .needs(.readRecords), services, show)
    table.api(.delete, "photos/{id}", "removePhoto", access: .needs(.editTasks), services, remove)
  }

  /// Of the stops of one task: seen with the trip, not by whoever only takes part in its task.
  private func list(_ call: APICall) async throws -> APIAnswer {
    let id: TaskID = try call.id("task")
    _ = try call.query()
    let viewer = call.viewer
    return try await call.read { reader in
      let task = try TaskResource.visible(id, viewer, reader)
      let found = viewer.sees(task.responsible) ? try reader.photos(of: id) : []
      let logins = try TripResource.logins(reader)
      return APIPage.answer(found.map { Self.json($0, logins: logins) }, next: nil, call: call)
    }
  }

  private func add(_ call: APICall) async throws -> APIAnswer {
    let task: TaskID = try call.id("task")
    let id: ChecklistItemID = try call.id("checklistItem", "item")
    let taken = try call.query("at").past("at", call.now)
    let picture = try Self.picture(call)
    let viewer = call.viewer
    return try await call.commit { writer in
      try TasksController.checkOwn(id, of: task, viewer, writer)
      guard try writer.photos(of: task).count(where: { $0.item == id }) < Self.most else {
        throw APIError.conflict("there are \(Self.most) photographs of this stop", hint: "remove one first")
      }
      let photo = Photo(
        task: task, item: id, author: viewer.user, at: taken ?? writer.at, width: picture.width,
        height: picture.height, size: picture.bytes.count)
      try writer.add(photo: photo, picture: picture.bytes)
      return .created(
        Self.json(photo, logins: try TripResource.logins(writer)), at: "/api/v1/photos/\(photo.id)")
    }
  }

  /// The picture that was sent, without what a camera noted beside it.
  private static func picture(_ call: APICall) throws -> JPEGPicture {
    let type =
      call.request.headers[.contentType]?.split(separator: ";").first
      .map { $0.trimmingCharacters(in: .whitespaces).lowercased() } ?? ""
    guard type == "image/jpeg" else { throw APIError.contentType(type, wanted: "image/jpeg") }
    func fault(_ detail: String, _ hint: String) -> APIError {
      .badField(path: "body", detail: detail, hint: hint)
    }
    let picture: JPEGPicture
    do {
      picture = try JPEGPicture(cleaning: call.bytes)
    } catch .notJPEG {
      throw fault("it is no photograph in JPEG", "send the file of the photograph as the body")
    } catch .cutOff {
      throw fault("the photograph ends early", "send the whole file")
    } catch .broken(let at) {
      throw fault("the photograph cannot be read at byte \(at)", "save it as JPEG anew")
    }
    guard max(picture.width, picture.height) <= longest else {
      throw fault(
        "the photograph is \(picture.width) × \(picture.height)", "send at most \(longest) pixels a side")
    }
    return picture
  }

  /// The photograph, when its trip or the partner is in sight.
  private static func visible(_ id: PhotoID, _ viewer: Viewer, _ reader: some ReadAccess) throws -> Photo {
    guard let photo = try reader.photo(id) else {
      throw StoreError.notFound(entity: "photo", id: id.description)
    }
    if let task = try reader.task(photo.task), viewer.sees(task.responsible) { return photo }
    if let partner = try reader.partner(ofPhoto: id).flatMap({ try reader.partner($0) }),
      viewer.sees(partner.responsible)
    {
      return photo
    }
    throw StoreError.notFound(entity: "photo", id: id.description)
  }

  private func show(_ call: APICall) async throws -> APIAnswer {
    let id: PhotoID = try call.id("photo")
    _ = try call.query()
    let viewer = call.viewer
    return try await call.read { reader in
      _ = try Self.visible(id, viewer, reader)
      var answer = APIAnswer.ok(try reader.picture(id) ?? [], version: 1)
      answer.contentType = "image/jpeg"
      return answer
    }
  }

  /// Whoever made it takes it back, or whoever changes the task.
  private func remove(_ call: APICall) async throws -> APIAnswer {
    let id: PhotoID = try call.id("photo")
    let viewer = call.viewer
    return try await call.commit { writer in
      let photo = try Self.visible(id, viewer, writer)
      guard try photo.author == viewer.user || viewer.changes(writer.task(photo.task)?.responsible) else {
        throw APIError.forbidden("the photograph \(id) is another's")
      }
      try writer.remove(photo: id)
      return .done
    }
  }

  static func json(_ photo: Photo, logins: [UserID: String]) -> JSONValue {
    .object([
      ("id", .id(photo.id)), ("task", .id(photo.task)), ("item", .id(photo.item)),
      ("author", .optional(logins[photo.author])), ("at", .optional(photo.at)),
      ("width", .int(photo.width)), ("height", .int(photo.height)), ("bytes", .int(photo.size)),
    ])
  }
}
