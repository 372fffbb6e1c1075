import CRM
import Foundation
import Geo
import TestSupport
import Testing

@testable import Store

/// Pages of tasks, trips, activities, users, audit rows and import runs.
@Suite struct RecordPageTests {
  struct Company {
    let database = try! Database.temporary()
    let users = ["anna", "boris", "vera"].map { User(login: $0, name: $0, role: .manager) }
    var tasks: [TripTask] = []
    var trips: [Trip] = []
    var partners: [Partner] = []
    var activities: [Activity] = []

    init() throws {
      var random = SplitMix(seed: 5)
      let users = users
      for i in 0..<60 {
        let who: UserID? = i % 4 == 3 ? nil : users[i % 4].id
        tasks.append(
          TripTask(
            id: .new(), title: "Задача \(i)", responsible: who, creator: nil,
            deadline: i % 3 == 0 ? nil : noon.addingTimeInterval(Double(random.below(100)) * 3600),
            state: [.open, .done, .inProgress][i % 3], trip: nil))
        partners.append(fullPartner("Партнёр \(i)", responsible: who))
      }
      for i in 0..<30 {
        var trip = SavedTrip(in: database).trip
        trip.title = "Поездка \(i)"
        trip.responsible = i % 4 == 3 ? nil : users[i % 4].id
        trip.days = [
          TripDay(
            date: LocalDate("2026-06-\(String(format: "%02d", i % 20 + 1))")!, start: noon, end: noon,
            stops: [],
            legs: [])
        ]
        trip.unassigned = []
        trips.append(trip)
      }
      for i in 0..<200 {
        activities.append(
          Activity(
            kind: Activity.Kind.allCases[i % 5], partner: partners[random.below(60)].id,
            at: noon.addingTimeInterval(Double(random.below(50)) * 600),
            author: i % 3 == 2 ? nil : users[i % 3].id))
      }
      let all = self
      try database.write(as: tester, at: noon) { writer in
        for user in all.users { try writer.add(user: user) }
        for partner in all.partners { try writer.insert(partner) }
        for task in all.tasks { try writer.save(task) }
        for activity in all.activities { try writer.record(activity: activity) }
      }
      for (i, trip) in trips.enumerated() {
        try database.write(
          as: Actor(user: users[i % 3].id, name: "test"), at: noon.addingTimeInterval(Double(i / 2))
        ) {
          try $0.save(trip)
        }
      }
    }

    func responsible(of activity: Activity) -> UserID? {
      partners.first { $0.id == activity.partner }!.responsible
    }
  }

  func all<Item>(_ database: Database, _ page: (Reader, ListCursor?) throws -> Page<Item>) throws -> [Item] {
    var items: [Item] = []
    var cursor: ListCursor?
    repeat {
      let next = try database.read { try page($0, cursor) }
      items += next.items
      cursor = try next.next.map { try ListCursor($0.text) }
    } while cursor != nil
    return items
  }

  @Test("tasks come newest first, of whom the scope and the filter name")
  func tasks() throws {
    let company = try Company()
    let users = company.users
    let scopes: [RecordScope] = [.all, .responsible([users[0].id, users[1].id]), .responsible([])]
    for scope in scopes {
      for logins in [[], ["anna", ""], ["vera"]] {
        for newest in [true, false] {
          var query = TaskQuery()
          (query.responsible, query.limit, query.newestFirst) = (logins, 7, newest)
          query.state = [.open, .done]
          query.countsTotal = true
          let found = try all(company.database) { reader, cursor in
            query.after = cursor
            return try reader.taskPage(query, scope: scope)
          }
          let named = logins.map { login in users.first { $0.login == login }?.id }
          let expected = company.tasks.filter { task in
            scope.contains(task.responsible) && task.state != .inProgress
              && (logins.isEmpty || named.contains(task.responsible))
          }.map(\.id)
          #expect(found.map(\.id) == (newest ? expected.reversed() : expected))
          query.after = nil
          #expect(try company.database.read { try $0.taskPage(query, scope: scope).total } == expected.count)
        }
      }
    }
    var due = TaskQuery()
    due.dueBefore = noon.addingTimeInterval(36_000)
    let found = try company.database.read { try $0.taskPage(due, scope: .all) }
    #expect(
      Set(found.items.map(\.id))
        == Set(company.tasks.filter { $0.deadline.map { $0 < due.dueBefore! } ?? false }.map(\.id)))
  }

  @Test("deadlines of a stretch of time, its first instant included and its last one not")
  func stretch() throws {
    let company = try Company()
    let deadlines = company.tasks.compactMap(\.deadline).sorted()
    let (first, last) = (deadlines[deadlines.count / 4], deadlines[deadlines.count / 2])
    var query = TaskQuery()
    (query.dueFrom, query.dueBefore, query.limit) = (first, last, 500)
    let found = try company.database.read { try $0.taskPage(query, scope: .all) }
    let expected = company.tasks.filter { $0.deadline.map { $0 >= first && $0 < last } ?? false }.map(\.id)
    #expect(Set(found.items.map(\.id)) == Set(expected) && !expected.isEmpty)
  }

  @Test("trips come latest saved first, with days in a stretch of dates")
  func trips() throws {
    let company = try Company()
    let scope = RecordScope.responsible([company.users[0].id, company.users[2].id])
    for seen in [RecordScope.all, scope] {
      var query = TripQuery()
      (query.limit, query.from, query.to) = (4, LocalDate("2026-06-03"), LocalDate("2026-06-12"))
      let found = try all(company.database) { reader, cursor in
        query.after = cursor
        return try reader.tripPage(query, scope: seen)
      }
      let expected = company.trips.filter { trip in
        seen.contains(trip.responsible) && (3...12).contains(Int(trip.days[0].date.description.suffix(2))!)
      }
      #expect(found.map(\.id) == expected.reversed().map(\.id))
    }
  }

  @Test("activities are seen by who answers for their partner")
  func activities() throws {
    let company = try Company()
    let users = company.users
    let scopes: [RecordScope] = [.all, .responsible([users[0].id]), .responsible(Set(users.map(\.id)))]
    for scope in scopes {
      for authors in [[], ["boris"], ["anna", ""]] {
        for partner in [nil, company.partners[0].id] {
          var query = ActivityQuery()
          (query.author, query.partner, query.limit) = (authors, partner, 6)
          (query.from, query.to) = (noon.addingTimeInterval(1200), noon.addingTimeInterval(24_000))
          query.kind = [.visit, .call, .note]
          let found = try all(company.database) { reader, cursor in
            query.after = cursor
            return try reader.activityPage(query, scope: scope)
          }
          let named = authors.map { login in users.first { $0.login == login }?.id }
          let expected = company.activities.enumerated().filter { _, a in
            scope.contains(company.responsible(of: a)) && (authors.isEmpty || named.contains(a.author))
              && (partner == nil || partner == a.partner) && query.kind.contains(a.kind)
              && a.at >= query.from! && a.at < query.to!
          }.sorted { ($0.element.at, $0.offset) > ($1.element.at, $1.offset) }
          #expect(found.map(\.id) == expected.map(\.element.id))
        }
      }
    }
  }

  @Test("activities of very many partners are walked through, with the same answer")
  func manyPartners() throws {
    let company = try Company()
    let anna = company.users[0]
    let more = (0..<210).map { fullPartner("Ещё \($0)", responsible: anna.id) }
    let calls = more.map { Activity(kind: .call, partner: $0.id, at: noon) }
    try company.database.write(as: tester, at: noon) { writer in
      for partner in more { try writer.insert(partner) }
      for call in calls { try writer.record(activity: call) }
    }
    var query = ActivityQuery()
    query.limit = 100
    let found = try all(company.database) { reader, cursor in
      query.after = cursor
      return try reader.activityPage(query, scope: .responsible([anna.id]))
    }
    let own = company.activities.filter { [anna.id, nil].contains(company.responsible(of: $0)) }
    #expect(Set(found.map(\.id)) == Set((own + calls).map(\.id)))
    #expect(found.count == own.count + calls.count)
    #expect(zip(found, found.dropFirst()).allSatisfy { $0.at >= $1.at })
  }

  @Test("behind any number of activities out of sight those in sight are found, without a look at each")
  func farBack() throws {
    let company = try Company()
    let (anna, boris) = (company.users[0], company.users[1])
    let more = (0..<210).map { fullPartner("Ещё \($0)", responsible: anna.id) }
    let foreign = company.partners[1]
    #expect(foreign.responsible == boris.id)
    try company.database.write(as: tester, at: noon) { writer in
      for partner in more { try writer.insert(partner) }
      try writer.db.run(
        """
        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500)
        INSERT INTO activity (uid, kind, partner_id, at, author_id, outcome, text)
        SELECT randomblob(16), 'call', p.id, ? + n.i, u.id, '', ''
        FROM n JOIN partner p ON p.uid = ? JOIN user u ON u.login = 'boris'
        """, .date(noon.addingTimeInterval(86_400)), foreign.id.blob)
    }
    for (authors, kinds) in [([], []), (["boris"], []), ([], [.visit, .note])]
      as [([String], [Activity.Kind])]
    {
      var query = ActivityQuery()
      (query.author, query.kind, query.limit) = (authors, kinds, 10)
      let found = try all(company.database) { reader, cursor -> Page<Activity> in
        query.after = cursor
        let statements = QueryPlanTests.StatementLog()
        reader.db.trace { statements.add("\($0)") }
        defer { reader.db.trace() }
        let page = try reader.activityPage(query, scope: .responsible([anna.id]))
        #expect(statements.all.count < 40, "\(statements.all.count) statements for a page of 10")
        return page
      }
      let expected = company.activities.enumerated().filter { _, a in
        [anna.id, nil].contains(company.responsible(of: a)) && (authors.isEmpty || a.author == boris.id)
          && (kinds.isEmpty || kinds.contains(a.kind))
      }.sorted { ($0.element.at, $0.offset) > ($1.element.at, $1.offset) }
      #expect(found.map(\.id) == expected.map(\.element.id) && !found.isEmpty)
    }
  }

  @Test("users come by login, audit rows and import runs latest first")
  func others() throws {
    let company = try Company()
    var users = UserQuery()
    users.limit = 1
    let logins = try all(company.database) { reader, cursor in
      users.after = cursor
      return try reader.userPage(users, scope: .all)
    }.map(\.login)
    #expect(logins == ["anna", "boris", "vera"])
    let own = try company.database.read {
      try $0.userPage(UserQuery(), scope: .responsible([company.users[1].id]))
    }
    #expect(own.items.map(\.login) == ["boris"])

    var audit = AuditQuery()
    (audit.limit, audit.entity, audit.user) = (3, "trip", ["anna", "vera"])
    let rows = try all(company.database) { reader, cursor in
      audit.after = cursor
      return try reader.auditPage(audit)
    }
    let expected = company.trips.indices.filter { $0 % 3 != 1 }.reversed().map {
      company.trips[$0].id.description
    }
    #expect(rows.map(\.id) == expected)
    audit = AuditQuery()
    (audit.entity, audit.record) = ("trip", expected[0])
    #expect(try company.database.read { try $0.auditPage(audit).items.map(\.action) } == ["create"])

    let runs = try company.database.write(as: tester) { writer in
      try (0..<5).map { try writer.beginImportRun(source: "\($0)") }
    }
    let found = try all(company.database) { try $0.importRunPage(limit: 2, after: $1) }
    #expect(found.map(\.id) == runs.reversed())
  }
}
