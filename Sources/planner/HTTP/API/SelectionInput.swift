import CRM
import Foundation
import Geo
import Routing
import Store

/// Reads which partners are meant: a ``Selection`` in its own JSON form, or the friendlier members of the command line.
/// Members beside each other are all to hold; of the values of one any.
struct SelectionInput<Access: ReadAccess> {
  let reader: Access
  let viewer: Viewer
  /// Areas by driving time need the road graph.
  let roads: (any RoadRouting)?

  private static var members: [String] {
    [
      "all", "region", "polygon", "circle", "corridor", "drive", "ids", "status", "kind", "tag",
      "responsible", "notVisitedSince", "overdue", "saved", "without", "and", "or", "not",
    ]
  }

  /// Only what is in the asker's sight.
  func inSight(_ selection: Selection) throws -> Selection {
    guard case .responsible(let users) = viewer.scope else { return selection }
    let logins = try users.compactMap { try reader.user($0)?.login }.sorted()
    return .and([selection, .responsible(logins + [""])])
  }

  func selection(_ field: RequestField, depth: Int = 0) throws -> Selection {
    guard depth < 16 else {
      throw field.fault("and, or and not stand inside each other too deep", hint: "at most 16 deep")
    }
    let body = try field.object(Self.members)
    var parts: [Selection] = []
    if let all = body["all"] {
      guard try all.bool() else { throw all.fault("it is always true", hint: "leave it out") }
      parts.append(.all)
    }
    if let regions = body["region"] {
      parts.append(Self.either(try many(regions, limit: 100) { .region(try region($0)) }))
    }
    if let area = body["polygon"] { parts.append(.polygon(try polygon(area))) }
    if let circle = body["circle"] { parts.append(try self.circle(circle)) }
    if let corridor = body["corridor"] { parts.append(try self.corridor(corridor)) }
    if let drive = body["drive"] { parts.append(.polygon(try reachable(drive))) }
    if let ids = body["ids"] {
      parts.append(.ids(try ids.array(limit: 10_000).map { try $0.id(PartnerID.self) }))
    }
    if let status = body["status"] { parts.append(.status(try many(status) { try $0.choice() })) }
    if let kind = body["kind"] { parts.append(.kind(try many(kind) { try $0.choice() })) }
    if let tag = body["tag"] { parts.append(.tag(try many(tag) { try $0.text(1...100).lowercased() })) }
    if let logins = body["responsible"] { parts.append(.responsible(try many(logins, login))) }
    if let day = body["notVisitedSince"] { parts.append(.notVisitedSince(try day.date())) }
    if let overdue = body["overdue"] { parts.append(.overdue(asOf: try self.overdue(overdue))) }
    if let saved = body["saved"] { parts.append(try self.saved(saved)) }
    if let without = body["without"] { parts.append(.not(try self.saved(without))) }
    func list(_ field: RequestField) throws -> [Selection] {
      try field.array(limit: 100).map { try selection($0, depth: depth + 1) }
    }
    if let all = body["and"] { parts.append(.and(try list(all))) }
    if let any = body["or"] { parts.append(.or(try list(any))) }
    if let not = body["not"] { parts.append(.not(try selection(not, depth: depth + 1))) }
    guard let first = parts.first else {
      throw field.fault(
        "it says nothing",
        hint: "give some of: " + Self.members.joined(separator: ", ") + "; all for everybody"
      )
    }
    return parts.count == 1 ? first : .and(parts)
  }

  private static func either(_ list: [Selection]) -> Selection {
    list.count == 1 ? list[0] : .or(list)
  }

  /// One value, or an array of some.
  private func many<T>(
    _ field: RequestField, limit: Int = 50, _ read: (RequestField) throws -> T
  ) throws -> [T] {
    guard case .array = field.value else { return [try read(field)] }
    let all = try field.array(limit: limit)
    guard !all.isEmpty else { throw field.fault("the list is empty", hint: "name one, or leave it out") }
    return try all.map(read)
  }

  private func region(_ field: RequestField) throws -> String {
    let text = try field.text(1...200)
    if text.utf8.count <= 6, let known = try reader.regionInfo(code: text.uppercased()) { return known.code }
    do {
      return try SelectionResolver(reader: reader).regionCode(text)
    } catch let error as RegionNameError {
      throw field.fault(error.message, hint: error.hint)
    }
  }

  private func login(_ field: RequestField) throws -> String {
    let text = try field.text(0...64).lowercased()
    if ["", "nobody", "none"].contains(text) { return "" }
    guard try reader.user(login: text) != nil else {
      throw field.fault("there is no user \"\(text)\"", hint: "GET /api/v1/users lists them")
    }
    return text
  }

  private func overdue(_ field: RequestField) throws -> LocalDate? {
    switch field.value {
    case .bool(true), .string("today"): return nil
    default: return try field.date()
    }
  }

  /// A saved selection by name or identifier: the asker's own, or a shared one.
  private func saved(_ field: RequestField) throws -> Selection {
    let text = try field.text(1...200)
    var found = try SavedSelectionID(text).flatMap { try reader.savedSelection($0) }
    if found == nil { found = try reader.savedSelection(named: text, owner: viewer.user) }
    guard let found, SelectionsController.isSeen(found, by: viewer) else {
      throw field.fault(
        "there is no saved selection \"\(text)\"", hint: "GET /api/v1/selections lists them")
    }
    return found.selection
  }

  // MARK: Areas

  private func polygon(_ field: RequestField) throws -> MultiPolygon {
    do {
      if field.value["polygons"] != nil {
        _ = try field.object(["polygons"])
        let area = try field.decode(MultiPolygon.self)
        guard !area.polygons.isEmpty else { throw GeometryError.noArea }
        return try area.validated()
      }
      return try GeoJSON.area(from: Data(field.value.bytes))
    } catch let error as any CodedError where !(error is APIError) {
      throw field.fault(error.message, hint: error.hint)
    }
  }

  private func circle(_ field: RequestField) throws -> Selection {
    let body = try field.object(["center", "radius"])
    return .circle(
      center: try body.required("center").coordinate(),
      radius: Metres(try body.required("radius").number(1...20_000_000)))
  }

  private func corridor(_ field: RequestField) throws -> Selection {
    let body = try field.object(["line", "distance"])
    let line = try body.required("line")
    let width = Metres(try body.required("distance").number(1...1_000_000))
    do {
      if line.value["points"] != nil {
        let own = try line.decode(LineString.self)
        guard own.points.count > 1 else { throw GeometryError.noLine }
        return .corridor(own, distance: width)
      }
      return .corridor(try GeoJSON.line(from: Data(line.value.bytes)), distance: width)
    } catch let error as any CodedError where !(error is APIError) {
      throw line.fault(error.message, hint: error.hint)
    }
  }

  /// The area that can be driven to; kept as a polygon, so that a saved selection does not change with the roads.
  func reachable(_ field: RequestField) throws -> MultiPolygon {
    let body = try field.object(["from", "minutes"])
    let from = try body.required("from").coordinate()
    let minutes = try body.required("minutes").number(1...600)
    guard let router = roads as? RoadRouter else {
      throw field.fault(
        "areas by driving time need a road graph", hint: "use circle, or ask an administrator")
    }
    do throws(RoadRoutingError) {
      return try router.reachable(
        from: from, within: .milliseconds(Int((minutes * 60_000).rounded())),
        options: RoadOptions(radius: RoadMatrix.coveredWithin))
    } catch {
      throw field.fault(error.message, hint: error.hint)
    }
  }
}
