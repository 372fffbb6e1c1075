import CRM
import Geo
import Store

/// Finds the partner a row is about.
struct PartnerMatcher {
  enum Match {
    case none
    case one(Partner, ImportMapping.Rule)
    case conflict(ImportIssue)
  }

  let rules: [ImportMapping.Rule]
  /// Whose partners may be named; another's is told to be out of sight and nothing else.
  var scope = RecordScope.all
  let nameDistance = Metres(300)

  /// The partner's own id decides alone. Every other rule but the name's is asked: two that point at different partners
  /// are a conflict, not a choice. The name decides only where nothing else does.
  /// - Parameters:
  ///   - place: where the row's address lies, if known.
  ///   - isTaken: whether an earlier row was about the partner. Rows of an own export are about one partner each, so
  ///     that branches which share a telephone stay apart.
  func match(
    _ draft: PartnerDraft, place: Place, in base: some ReadAccess, isTaken: (PartnerID) throws -> Bool
  ) throws -> Match {
    if rules.contains(.plannerID), let id = draft.plannerID, let partner = try base.partner(id) {
      if let contradiction = contradiction(draft, partner, .plannerID) { return .conflict(contradiction) }
      return .one(partner, .plannerID)
    }
    func isOther(_ id: PartnerID) throws -> Bool { try draft.plannerID != nil && isTaken(id) }
    var found: (ids: Set<PartnerID>, rule: ImportMapping.Rule)?
    for rule in rules where rule != .name && rule != .plannerID {
      let hits = try Set(self.hits(draft, rule, base)).filter { try !isOther($0) }
      guard !hits.isEmpty else { continue }
      guard let before = found else {
        found = (hits, rule)
        continue
      }
      let both = before.ids.intersection(hits)
      if both.isEmpty {
        if try hides(before.ids, base) { return .conflict(outOfSight(before.rule)) }
        if try hides(hits, base) { return .conflict(outOfSight(rule)) }
        return .conflict(
          ImportIssue(
            code: "partner.import.rulesDisagree",
            message: "\(words(before.rule)) belongs to \(try names(before.ids, base)), \(words(rule)) to "
              + "\(try names(hits, base))"))
      }
      found?.ids = both
    }
    guard let found else { return try byName(draft, place, base, isOther, isTaken) }
    guard found.ids.count == 1, let id = found.ids.first, let partner = try base.partner(id) else {
      if try hides(found.ids, base) { return .conflict(outOfSight(found.rule)) }
      return .conflict(
        ImportIssue(
          code: "partner.import.severalMatches",
          message: "\(words(found.rule)) belongs to \(try names(found.ids, base))"))
    }
    if let contradiction = contradiction(draft, partner, found.rule) { return .conflict(contradiction) }
    return .one(partner, found.rule)
  }

  /// Where a row lies, as far as needed to compare names.
  struct Place {
    var coordinate: Coordinate?
    /// Of its own column, and as a geocoder calls it.
    var towns: [String] = []
    /// The address as the row has it.
    var address: String?

    var isEmpty: Bool { coordinate == nil && towns.isEmpty && address == nil }
  }

  // MARK: - Rules

  /// The partners one exact rule points at.
  func hits(_ draft: PartnerDraft, _ rule: ImportMapping.Rule, _ base: some ReadAccess) throws -> [PartnerID]
  {
    switch rule {
    case .plannerID:
      guard let id = draft.plannerID, try base.partner(id) != nil else { return [] }
      return [id]
    case .externalKey:
      return try draft.externalReferences.flatMap { try base.partners(system: $0.system, key: $0.key) }
    case .registrationNumber:
      guard let number = draft.registrationNumber else { return [] }
      return try base.partners(registrationNumber: number)
    case .phone:
      // Without a country code a number may belong to anyone.
      return try draft.contactPoints.filter { $0.kind == .phone && $0.normalised.hasPrefix("+") }
        .flatMap { try base.partners(phone: $0.normalised) }
    case .email:
      return try draft.contactPoints.filter { $0.kind == .email }.flatMap {
        try base.partners(email: $0.normalised)
      }
    case .name: return []
    }
  }

  private func byName(
    _ draft: PartnerDraft, _ place: Place, _ base: some ReadAccess, _ isOther: (PartnerID) throws -> Bool,
    _ isTaken: (PartnerID) throws -> Bool
  ) throws -> Match {
    guard rules.contains(.name), let name = draft.name else { return .none }
    let folded = TextFolding.fold(name)
    var candidates: [Partner] = []
    if !place.isEmpty {
      for similar in try base.partners(
        similarTo: name, near: place.coordinate, within: nameDistance, orInTown: place.towns,
        orAt: place.address)
      where try PartnerName.sameNumbers(folded, TextFolding.fold(similar.name)) && !isOther(similar.id) {
        if let partner = try base.partner(similar.id), contradiction(draft, partner, .name) == nil,
          !stand(apart: draft, partner, similar)
        {
          candidates.append(partner)
        }
      }
    }
    if candidates.isEmpty, place.coordinate == nil, place.towns.isEmpty {
      // Neither has a place: the same name is all there is to go by.
      for id in try base.partnersWithoutPlace(named: name) where try !isOther(id) {
        guard let partner = try base.partner(id), contradiction(draft, partner, .name) == nil else {
          continue
        }
        // Two rows of one file with two addresses are two branches, even when neither could be placed.
        if let own = place.address, let other = partner.visitAddress?.text,
          !TownName.isSameAddress(own, other),
          try isTaken(id)
        {
          continue
        }
        candidates.append(partner)
      }
    }
    switch candidates.count {
    case 0: return .none
    case 1: return .one(candidates[0], .name)
    default:
      if candidates.contains(where: isHidden) { return .conflict(outOfSight(.name)) }
      return .conflict(
        ImportIssue(
          code: "partner.import.severalMatches",
          message: "similar names near by or in the same town: "
            + candidates.prefix(5).map { "\($0.name) (\($0.id))" }.joined(separator: ", ")))
    }
  }

  /// Both came with coordinates, and these lie apart: two branches in one town, unless the address is the same.
  private func stand(apart draft: PartnerDraft, _ partner: Partner, _ similar: SimilarPartner) -> Bool {
    guard draft.coordinate != nil, partner.location?.level == .given, !similar.sameAddress else {
      return false
    }
    return similar.distance.map { $0 > nameDistance } ?? false
  }

  // MARK: - Sight

  func isHidden(_ partner: Partner) -> Bool { !scope.contains(partner.responsible) }

  private func hides(_ ids: Set<PartnerID>, _ base: some ReadAccess) throws -> Bool {
    guard scope != .all else { return false }
    return try ids.contains { try base.partner($0).map(isHidden) ?? false }
  }

  func outOfSight(_ rule: ImportMapping.Rule) -> ImportIssue {
    ImportIssue(
      code: "partner.import.outOfSight", message: "\(words(rule)) belongs to a partner out of your sight")
  }

  // MARK: - Contradictions

  /// A match by a weaker rule is none when a stronger mark says otherwise: another key in the same system, or another
  /// registration number.
  private func contradiction(
    _ draft: PartnerDraft, _ partner: Partner, _ rule: ImportMapping.Rule
  ) -> ImportIssue? {
    for mine in draft.externalReferences where rule != .externalKey {
      let keys = partner.externalReferences.filter { $0.system == mine.system }.map(\.key)
      let own = draft.externalReferences.filter { $0.system == mine.system }.map(\.key)
      if !keys.isEmpty, !own.contains(where: keys.contains) {
        if isHidden(partner) { return outOfSight(rule) }
        return ImportIssue(
          code: "partner.import.otherKey",
          message:
            "\(words(rule)) belongs to \(partner.name) (\(partner.id)), whose key in \(mine.system) is "
            + "\(keys[0]), not \(mine.key)")
      }
    }
    if ![.plannerID, .externalKey, .registrationNumber].contains(rule), let mine = draft.registrationNumber,
      let other = partner.registrationNumber, other != mine
    {
      if isHidden(partner) { return outOfSight(rule) }
      return ImportIssue(
        code: "partner.import.otherRegistrationNumber",
        message: "\(words(rule)) belongs to \(partner.name) (\(partner.id)), whose registration number is "
          + "\(other), not \(mine)")
    }
    return nil
  }

  /// What a rule goes by, for a sentence.
  func words(_ rule: ImportMapping.Rule) -> String {
    switch rule {
    case .plannerID: "the planner id"
    case .externalKey: "the external key"
    case .registrationNumber: "the registration number"
    case .phone: "the phone"
    case .email: "the e-mail"
    case .name: "the name"
    }
  }

  private func names(_ ids: Set<PartnerID>, _ base: some ReadAccess) throws -> String {
    let all = ids.sorted()
    let named = try all.prefix(5).map { "\(try base.partner($0)?.name ?? "?") (\($0))" }
    return named.joined(separator: ", ") + (all.count > 5 ? " and \(all.count - 5) more" : "")
  }
}
