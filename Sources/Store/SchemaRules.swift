import CRM

/// A rule of the schema that ties rows of several tables. Triggers keep it, and refuse what would break it with
/// ``StoreError/rule(_:detail:)``, whose code is `store.` and the raw value.
public enum SchemaRule: String, Sendable, Hashable, CaseIterable {
  /// A trip visits a partner once.
  case partnerTwice = "trip.partnerTwice"
  /// A partner is a stop of a trip or left out of it, not both.
  case stopAndLeftOut = "trip.stopAndLeftOut"
  /// Days and stops stay in their trip.
  case stopMoved = "trip.stopMoved"
  /// The stop of a checklist item is one of the trip of its task.
  case stopOfOtherTrip = "checklist.stopOfOtherTrip"
  /// A checklist item and the item above it are of one task.
  case parentOfOtherTask = "checklist.parentOfOtherTask"
  /// A visit recorded on a stop is one of the stop's partner.
  case visitOfOtherPartner = "activity.otherPartner"
  /// A contact point and the person it belongs to are of one partner.
  case personOfOther = "partner.personOfOther"
  /// A partner's place is that of its current geocode result, and there is none without one.
  case placeDiffers = "partner.placeDiffers"

  /// How to mend stored rows that break the rule.
  public var hint: String {
    switch self {
    case .partnerTwice, .stopAndLeftOut, .stopMoved, .stopOfOtherTrip, .parentOfOtherTask:
      "`planner trip replan TRIP --save` writes the trip and its checklist anew"
    case .visitOfOtherPartner: "`planner task check ITEM --skip`, then without --skip, records the visit anew"
    case .personOfOther: "import the partner again with a changed contact: its contacts are written anew"
    case .placeDiffers: "`planner pin PARTNER LAT,LON` sets the place anew"
    }
  }

  /// Takes a trigger's refusal apart; nil when it is none of a rule.
  static func refusal(_ message: String) -> (rule: SchemaRule, detail: String)? {
    let parts = message.split(separator: ":", maxSplits: 1)
    guard parts.count == 2, let rule = SchemaRule(rawValue: String(parts[0])) else { return nil }
    return (rule, String(parts[1].drop { $0 == " " }))
  }

  /// Finds rows that break the rule: pairs of what a record is and its identifier. Nil where only a change can.
  fileprivate var breaches: String? {
    switch self {
    case .partnerTwice:
      """
      SELECT 'trip', t.uid, 'partner', p.uid FROM stop s JOIN trip_day d ON d.id = s.day_id
      JOIN trip t ON t.id = d.trip_id JOIN partner p ON p.id = s.partner_id
      GROUP BY t.id, p.id HAVING count(*) > 1
      """
    case .stopAndLeftOut:
      """
      SELECT DISTINCT 'trip', t.uid, 'partner', p.uid FROM unassigned_stop u
      JOIN stop s ON s.partner_id = u.partner_id JOIN trip_day d ON d.id = s.day_id AND d.trip_id = u.trip_id
      JOIN trip t ON t.id = u.trip_id JOIN partner p ON p.id = u.partner_id
      """
    case .stopMoved: nil
    case .stopOfOtherTrip:
      """
      SELECT 'task', k.uid, 'item', i.uid FROM checklist_item i JOIN task k ON k.id = i.task_id
      JOIN stop s ON s.id = i.stop_id JOIN trip_day d ON d.id = s.day_id WHERE d.trip_id IS NOT k.trip_id
      """
    case .parentOfOtherTask:
      """
      SELECT 'task', k.uid, 'item', i.uid FROM checklist_item i JOIN task k ON k.id = i.task_id
      JOIN checklist_item a ON a.id = i.parent_id WHERE a.task_id <> i.task_id
      """
    case .visitOfOtherPartner:
      """
      SELECT 'visit', a.uid, 'partner', p.uid FROM activity a JOIN stop s ON s.id = a.stop_id
      JOIN partner p ON p.id = a.partner_id WHERE s.partner_id <> a.partner_id
      """
    case .personOfOther:
      """
      SELECT DISTINCT 'partner', p.uid, 'person', h.uid FROM contact_point c
      JOIN contact_person h ON h.id = c.person_id JOIN partner p ON p.id = c.partner_id
      WHERE h.partner_id <> c.partner_id
      """
    case .placeDiffers:
      """
      SELECT 'partner', p.uid FROM partner p
      LEFT JOIN geocode_result g ON g.partner_id = p.id AND g.is_current = 1
      WHERE ST_Y(p.location) IS NOT g.latitude OR ST_X(p.location) IS NOT g.longitude
      """
    }
  }
}

/// Stored rows that break a rule.
public struct RuleBreaches: Sendable, Hashable {
  public var rule: SchemaRule
  /// `trip ID, partner ID`: what is concerned.
  public var records: [String]
}

extension ReadAccess {
  /// The rules that stored rows break, with the first of them: rows written before the file had the rule, or by another
  /// program. Reads the tables concerned once.
  public func ruleBreaches(limit: Int = 20) throws -> [RuleBreaches] {
    try SchemaRule.allCases.compactMap { rule in
      guard let sql = rule.breaches else { return nil }
      let records = try db.all("\(sql) LIMIT ?", .int(limit)) { c in
        stride(from: 0, to: Int32(c.names.count), by: 2).map { i in
          "\(c.text(i)) \(c.id(i + 1, of: Partner.self))"
        }.joined(separator: ", ")
      }
      return records.isEmpty ? nil : RuleBreaches(rule: rule, records: records)
    }
  }
}

extension Writer {
  /// Refuses to end the transaction while a partner's place is not that of its current geocode result.
  func refuseOwedPlaces() throws {
    // A cross join keeps the order: what is owed is almost always nothing, and looked at first.
    let owed = try db.first(
      "SELECT p.uid FROM place_due d CROSS JOIN partner p ON p.id = d.partner_id LIMIT 1"
    ) { $0.id(0, of: Partner.self) }
    guard let owed else { return }
    throw StoreError.rule(
      .placeDiffers, detail: "the place of partner \(owed) is not that of its current geocode result")
  }
}
