import CRM
import Foundation

extension ReadAccess {
  /// What happened with a partner, newest first.
  public func activities(of id: PartnerID) throws -> [Activity] {
    try db.all(
      "\(activityQuery) WHERE p.uid = ? ORDER BY a.at DESC, a.id DESC", id.blob, body: storedActivity)
  }

  public func activity(_ id: ActivityID) throws -> Activity? {
    try db.first("\(activityQuery) WHERE a.uid = ?", id.blob, body: storedActivity)
  }

  func activity(row: Int64) throws -> Activity? {
    try db.first("\(activityQuery) WHERE a.id = ?", .int(row), body: storedActivity)
  }

  /// The visit recorded on a stop; nil when there is none.
  func visit(on stop: StopID) throws -> Activity? {
    try db.first(
      "\(activityQuery) WHERE a.stop_id = (SELECT id FROM stop WHERE uid = ?)", stop.blob,
      body: storedActivity)
  }
}

private let activityQuery = """
  SELECT a.uid, a.kind, a.at, u.uid, a.outcome, a.text, s.uid, p.uid
  FROM activity a JOIN partner p ON p.id = a.partner_id
  LEFT JOIN user u ON u.id = a.author_id LEFT JOIN stop s ON s.id = a.stop_id
  """

private func storedActivity(_ c: Columns) throws -> Activity {
  Activity(
    id: c.id(0), kind: try c.value(1, in: "activity"), partner: c.id(7), at: c.date(2),
    author: c.idOrNil(3), outcome: c.text(4), text: c.text(5), stop: c.idOrNil(6))
}

extension Writer {
  /// Stores what happened; a visit moves the partner's last visit.
  /// - Throws: ``StoreError/duplicate(entity:key:)`` when the stop has a visit already.
  public func record(activity: Activity) throws {
    let partner = try requiredPartnerRow(activity.partner)
    var stop: SQLValue = .null
    if let id = activity.stop {
      let row = try stopRow(id)
      let taken = try db.first("SELECT 1 FROM activity WHERE stop_id = ?", .int(row)) { _ in true }
      guard taken == nil else { throw StoreError.duplicate(entity: "visit", key: id.description) }
      stop = .int(row)
    }
    try db.run("UPDATE partner SET revision = revision + 1 WHERE id = ?", .int(partner))
    try insert(activity, partner: partner, stop: stop)
    if activity.kind == .visit { try followVisits(of: activity.partner, row: partner) }
  }

  /// Adds a partner together with what happened before it was added: the last of its visits is its last visit. Visits of
  /// trips are recorded by ``record(activity:)``.
  /// - Throws: as ``insert(_:)``.
  public func insert(_ partner: Partner, history: [Activity]) throws {
    var partner = partner
    let visits = history.lazy.filter { $0.kind == .visit }.map(\.at)
    partner.lastVisit = ([partner.lastVisit].compactMap { $0 } + visits).max()
    try insert(partner)
    guard !history.isEmpty else { return }
    let row = try requiredPartnerRow(partner.id)
    for var activity in history {
      (activity.partner, activity.stop) = (partner.id, nil)
      try insert(activity, partner: row, stop: .null)
    }
  }

  private func insert(_ activity: Activity, partner: Int64, stop: SQLValue) throws {
    try db.run(
      """
      INSERT INTO activity (uid, kind, partner_id, at, author_id, outcome, text, stop_id)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      """,
      activity.id.blob, .text(activity.kind.rawValue), .int(partner), .date(activity.at),
      try userRow(activity.author), .text(activity.outcome.composed), .text(activity.text.composed), stop)
    try audit(
      "create", entity: "activity", id: activity.id.description, after: try JSONText.encode(activity))
  }

  /// Brings a partner's last visit in line with its visits. One known from elsewhere stays while no later visit
  /// is recorded.
  /// - Parameter removed: the visit that was taken back just now.
  func followVisits(of id: PartnerID, row: Int64, removed: Activity? = nil) throws {
    let found = try db.first(
      """
      SELECT p.last_visit, (SELECT max(a.at) FROM activity a WHERE a.partner_id = p.id AND a.kind = 'visit')
      FROM partner p WHERE p.id = ?
      """, .int(row)
    ) { (known: $0.dateOrNil(0), latest: $0.dateOrNil(1)) }
    guard let (known, latest) = found else { return }
    let last: Date? =
      if let removed, known == removed.at { latest } else { [known, latest].compactMap { $0 }.max() }
    guard last != known else { return }
    try db.run("UPDATE partner SET last_visit = ? WHERE id = ?", .date(last), .int(row))
    func image(_ date: Date?) throws -> String {
      try JSONText.encode(date.map { ["lastVisit": $0] } ?? [:])
    }
    try audit(
      "visit", entity: "partner", id: id.description, before: try image(known), after: try image(last))
  }

  func stopRow(_ id: StopID) throws -> Int64 {
    guard let row = try db.first("SELECT id FROM stop WHERE uid = ?", id.blob, body: { $0.int64(0) })
    else { throw StoreError.notFound(entity: "stop", id: id.description) }
    return row
  }
}
