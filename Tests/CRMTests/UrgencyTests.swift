import CRM
import Testing

@Suite("Urgency")
struct UrgencyTests {
  static let today = LocalDate("2026-06-30")!

  @Test(
    "an interval runs out on its last day, and a visit is due a quarter of it before, 14 days at most",
    arguments: [
      (30, 30, Urgency.overdue), (31, 30, .overdue), (29, 30, .due), (23, 30, .due), (22, 30, .notDue),
      (0, 30, .notDue), (350, 365, .notDue), (351, 365, .due), (365, 365, .overdue), (2, 3, .notDue),
      (3, 3, .overdue), (1, 1, .overdue), (0, 1, .notDue),
    ])
  func parts(ago: Int, interval: Int, expected: Urgency) {
    let visit = LocalDate(daysSinceEpoch: Self.today.daysSinceEpoch - ago)
    #expect(Urgency(lastVisit: visit, interval: interval, today: Self.today) == expected)
  }

  @Test("without an interval nothing is due, without a visit everything is")
  func edges() {
    #expect(Urgency(lastVisit: nil, interval: 30, today: Self.today) == .overdue)
    for none in [nil, 0] {
      #expect(Urgency(lastVisit: nil, interval: none, today: Self.today) == .notDue)
      #expect(Urgency(lastVisit: Self.today, interval: none, today: Self.today) == .notDue)
    }
  }
}
