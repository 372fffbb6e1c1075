import CRM
import Exchange
import Foundation
import Geo
import Store

/// Somebody's trips as a calendar that programs subscribe to: `/calendar/TOKEN.ics`. The token in the address is all the
/// right there is, so a wrong one is answered as if there were nothing.
struct CalendarService: Sendable {
  let read: StoreReading
  var tags = SurfaceTags()
  var now: @Sendable () -> Date = { Date() }

  /// Trips that ended longer ago are left out.
  static let keptDays = 400
  /// Trips that were handed over or removed are told as cancelled for so long.
  static let lostDays = 60

  struct NotFound: SurfaceFault, Equatable {
    var status: Int { 404 }
    var code: String { "calendar.notFound" }
    var message: String { "there is no such calendar" }
    var hint: String { "`planner token create --calendar LOGIN` makes an address anew" }
  }

  func calendar(_ token: String, knows: (String) -> Bool = { _ in false }) async throws -> SurfaceAnswer {
    guard let token = CalendarToken(token) else { throw NotFound() }
    // The time of making stands in the calendar; the day keeps its bytes steady.
    let day = Date(timeIntervalSince1970: (now().timeIntervalSince1970 / 86_400).rounded(.down) * 86_400)
    let found = try await read { reader -> (User, DataRevision)? in
      guard let user = try reader.user(of: token) else { return nil }
      return (user, try reader.dataRevision())
    }
    guard let (user, revision) = found else { throw NotFound() }
    let tag = tags.tag(user.id.description, revision.description, day.description)
    var answer = SurfaceAnswer(
      contentType: "text/calendar; charset=utf-8",
      headers: [("Content-Disposition", "inline; filename=\"planner.ics\"")], tag: tag, body: .bytes([]))
    if knows(tag) { return answer }
    let bytes = try await read { reader in
      var calendar = ManagerCalendar(name: user.name, at: day)
      let cut = day.addingTimeInterval(-Double(Self.keptDays) * 86_400)
      for id in try reader.tripIDs(responsible: user.id, endingAfter: cut) {
        guard let trip = try reader.trip(id) else { continue }
        let partners = trip.days.flatMap(\.stops).map(\.partner)
        let summaries = partners.isEmpty ? [] : try reader.summaries(.ids(partners))
        calendar.add(
          trip, history: try TripCalendarHistory(of: trip, in: reader),
          partners: Dictionary(summaries.map { ($0.id, $0) }) { first, _ in first })
      }
      let since = day.addingTimeInterval(-Double(Self.lostDays) * 86_400)
      for change in try reader.tripsLost(by: user.id, since: since) {
        try calendar.withdraw(change, in: reader)
      }
      return calendar.finished()
    }
    answer.body = .bytes(bytes)
    return answer
  }
}
