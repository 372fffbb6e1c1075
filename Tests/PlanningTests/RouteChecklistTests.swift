import CRM
import Foundation
import Geo
import Testing

@testable import Planning

@Suite("A trip becomes a task with a route checklist")
struct RouteChecklistTests {
  @Test("one item a day, below it one item a stop with time, name, address and phone")
  func tree() async throws {
    let partners = [
      partner("Агентство «Лида»", at: Towns.lida, number: 1),
      partner("Барановичи", at: Towns.baranovichi, number: 2),
    ]
    var wanted = request(days: 2)
    wanted.title = "Запад"
    let result = try await TripPlanner(facts: belarus).plan(wanted, partners: partners)
    let manager = UserID.new()
    let task = RouteChecklist.task(for: result.trip, partners: result.partners, responsible: manager)
    #expect(task.title == "Запад")
    #expect(task.responsible == manager)
    #expect(task.trip == result.trip.id)
    #expect(task.deadline == result.trip.days.last?.end)
    #expect(task.checklist.count == result.trip.days.count)
    #expect(task.checklist.allSatisfy { $0.stop == nil && $0.state == .open })
    for (item, day) in zip(task.checklist, result.trip.days) {
      #expect(item.children.map(\.stop) == day.stops.map(\.id))
      #expect(item.title.contains(day.date.description))
    }
    let titles = task.checklist.flatMap(\.children).map(\.title)
    let lida = try #require(titles.first { $0.contains("Лида") })
    #expect(lida.hasSuffix("Агентство «Лида» · ул. Советская, 1 · +375291234567"))
    #expect(lida.dropFirst(2).first == ":")
  }

  @Test("an item without address or phone has no empty parts")
  func bare() {
    let at = monday.instant(secondsAfterMidnight: 9 * 3600 + 300, in: minsk)
    let stop = Stop(
      partner: .new(), name: "Лида", coordinate: Towns.lida, arrival: at, serviceStart: at, departure: at)
    #expect(RouteChecklist.stopTitle(stop, partner: nil, zone: minsk) == "09:05 Лида")
  }
}
