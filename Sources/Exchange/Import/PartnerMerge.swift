import CRM
import Foundation
import Geo

/// Lays a row over a partner. What the row does not carry stays as it is; lists only grow.
struct PartnerMerge {
  let mapping: ImportMapping
  let at: Date

  /// A new partner from a row.
  func partner(from draft: PartnerDraft, responsible: CRM.UserID?, found: GeocodeCandidate?) -> Partner {
    // Partners moved from one database to another keep the id they are known by.
    let id = mapping.rules.contains(.plannerID) ? draft.plannerID : nil
    var partner = Partner(
      id: id ?? .new(), kind: draft.kind ?? mapping.kind ?? .agency, name: draft.name ?? "",
      status: draft.status ?? mapping.status ?? .active)
    var warnings: [ImportIssue] = []
    _ = lay(draft, over: &partner, responsible: responsible, found: nil, &warnings)
    partner.location = location(of: draft, found: found)
    fillComponents(of: &partner, from: found)
    return partner
  }

  /// The partner after the row, what changed, by the names of the fields, and what to tell about it.
  func merged(
    _ partner: Partner, _ draft: PartnerDraft, responsible: CRM.UserID?, found: GeocodeCandidate?
  ) -> (partner: Partner, changed: [String], warnings: [ImportIssue]) {
    var after = partner
    var warnings: [ImportIssue] = []
    var changed = lay(draft, over: &after, responsible: responsible, found: found, &warnings)
    let moved = changed.contains("address")
    if moved {
      fillComponents(of: &after, from: found)
      keepTown(of: partner, in: &after)
    }
    if let location = location(of: draft, found: found),
      replaces(location, partner.location, draft, moved: moved)
    {
      after.location = location
      changed.append("location")
    }
    return (after, changed, warnings)
  }

  /// Does the row need a geocoder, given the partner it is about? Beside coordinates, and under a pin, it tells the town
  /// and the other parts of the address; rows of an own export have them.
  func needsPlace(_ draft: PartnerDraft, for partner: Partner?) -> Bool {
    guard let address = draft.visitAddress, !address.text.isEmpty else { return false }
    guard let partner else { return draft.coordinate == nil || draft.plannerID == nil }
    if !Self.sameText(partner.visitAddress?.text, address.text) { return true }
    return draft.coordinate == nil && partner.location == nil
  }

  /// A row of an own export in which someone changed the address: the parts and the place beside it, as they were
  /// written, belong to the old one.
  func withoutLeftovers(_ draft: PartnerDraft, of partner: Partner) -> PartnerDraft {
    guard draft.plannerID == partner.id,
      let index = draft.addresses.firstIndex(where: { $0.type == .physical }),
      let known = partner.addresses.first(where: { $0.type == .physical }),
      !Self.sameText(known.text, draft.addresses[index].text)
    else { return draft }
    var draft = draft
    if draft.addresses[index].components == known.components { draft.addresses[index].components = .init() }
    if let coordinate = draft.coordinate, let old = partner.location?.coordinate, Self.near(coordinate, old) {
      draft.coordinate = nil
    }
    return draft
  }

  // MARK: - Fields

  private func lay(
    _ draft: PartnerDraft, over partner: inout Partner, responsible: CRM.UserID?, found: GeocodeCandidate?,
    _ warnings: inout [ImportIssue]
  ) -> [String] {
    var changed: [String] = []
    func set<T: Equatable>(_ path: WritableKeyPath<Partner, T>, _ value: T?, _ name: String) {
      guard let value, partner[keyPath: path] != value else { return }
      partner[keyPath: path] = value
      changed.append(name)
    }
    func setOptional<T: Equatable>(_ path: WritableKeyPath<Partner, T?>, _ value: T?, _ name: String) {
      guard let value, partner[keyPath: path] != value else { return }
      partner[keyPath: path] = value
      changed.append(name)
    }
    set(\.name, draft.name, "name")
    set(\.kind, draft.kind, "kind")
    set(\.status, draft.status, "status")
    setOptional(\.responsible, responsible, "responsible")
    setOptional(\.callIntervalDays, draft.callIntervalDays, "callInterval")
    setOptional(\.openingHours, draft.openingHours, "openingHours")
    setOptional(\.visitLength, draft.visitLength, "visitLength")
    setOptional(\.registrationNumber, draft.registrationNumber, "registrationNumber")
    setOptional(\.doNotVisit, draft.doNotVisit, "doNotVisit")
    let tags = Set(partner.tags).union(draft.tags).sorted()
    set(\.tags, tags, "tags")
    if let note = draft.note, partner.note.isEmpty {
      set(\.note, note, "note")
    } else if let note = draft.note {
      let known = Set(partner.note.split(separator: "\n").map(String.init))
      let new = note.split(separator: "\n").map(String.init).filter { !known.contains($0) }
      set(\.note, ([partner.note] + new).filter { !$0.isEmpty }.joined(separator: "\n"), "note")
    }
    layContacts(draft, over: &partner, &changed)
    layAddresses(draft, over: &partner, found, &changed, &warnings)
    for reference in draft.externalReferences
    where !partner.externalReferences.contains(where: {
      $0.system == reference.system && $0.key == reference.key
    }) {
      partner.externalReferences.append(reference)
      if !changed.contains("externalKey") { changed.append("externalKey") }
    }
    return changed
  }

  private func layContacts(_ draft: PartnerDraft, over partner: inout Partner, _ changed: inout [String]) {
    let points = partner.contactPoints + partner.people.flatMap(\.contactPoints)
    // A number that could not be completed is known by what was typed, whatever country completes it now.
    var known = Set(
      points.flatMap { ["\($0.kind.rawValue) \($0.normalised)", "\($0.kind.rawValue) \($0.value)"] })
    func isNew(_ point: ContactPoint) -> Bool {
      !known.contains("\(point.kind.rawValue) \(point.value)")
        && known.insert("\(point.kind.rawValue) \(point.normalised)").inserted
    }
    for point in draft.contactPoints where isNew(point) {
      partner.contactPoints.append(point)
      if !changed.contains(point.kind.rawValue) { changed.append(point.kind.rawValue) }
    }
    for person in draft.people {
      let key = TextFolding.fold(person.name)
      if let index = partner.people.firstIndex(where: { TextFolding.fold($0.name) == key }) {
        let old = partner.people[index]
        if !person.position.isEmpty { partner.people[index].position = person.position }
        partner.people[index].contactPoints += person.contactPoints.filter(isNew)
        guard partner.people[index] != old else { continue }
      } else {
        partner.people.append(person)
      }
      if !changed.contains("contactPerson") { changed.append("contactPerson") }
    }
  }

  private func layAddresses(
    _ draft: PartnerDraft, over partner: inout Partner, _ found: GeocodeCandidate?,
    _ changed: inout [String], _ warnings: inout [ImportIssue]
  ) {
    for address in draft.addresses {
      let name = address.type == .physical ? "address" : "\(address.type.rawValue)Address"
      guard let index = partner.addresses.firstIndex(where: { $0.type == address.type }) else {
        partner.addresses.append(address)
        changed.append(name)
        continue
      }
      if Self.sameText(partner.addresses[index].text, address.text) {
        let known = partner.addresses[index].components
        var components = Self.overlaid(known, with: address.components)
        if let town = known.city, let own = components.city, TownName.isSame(town, own) {
          components.city = town
        }
        if components != partner.addresses[index].components {
          partner.addresses[index].components = components
          changed.append("addressParts")
        }
      } else if AddressDetail.isVaguer(
        address, than: partner.addresses[index], found: address == draft.visitAddress ? found : nil)
      {
        warnings.append(
          ImportIssue(
            code: "partner.import.vaguerAddress",
            message:
              "the address \"\(address.text)\" says less than \"\(partner.addresses[index].text)\", which stays"
          ))
      } else {
        partner.addresses[index] = address
        changed.append(name)
      }
    }
  }

  /// The same address as far as a geocoder cares.
  static func sameText(_ a: String?, _ b: String) -> Bool {
    guard let a else { return false }
    return a == b || TextFolding.fold(a) == TextFolding.fold(b) || TownName.isSameAddress(a, b)
  }

  /// `parts` with what `row` carries in front.
  private static func overlaid(_ parts: AddressComponents, with row: AddressComponents) -> AddressComponents {
    AddressComponents(
      country: row.country ?? parts.country, region: row.region ?? parts.region,
      regionCode: row.regionCode ?? parts.regionCode, district: row.district ?? parts.district,
      city: row.city ?? parts.city, street: row.street ?? parts.street, house: row.house ?? parts.house,
      postcode: row.postcode ?? parts.postcode)
  }

  // MARK: - Place

  private func location(of draft: PartnerDraft, found: GeocodeCandidate?) -> GeocodeResult? {
    let query = draft.visitAddress?.text ?? ""
    if let coordinate = draft.coordinate {
      return GeocodeResult(
        coordinate: coordinate, level: draft.level ?? .given, score: 1,
        provider: draft.isPin ? "manual" : "given", query: query, label: query, at: at, manual: draft.isPin,
        stale: draft.isStale)
    }
    guard let found else { return nil }
    return GeocodeResult(
      coordinate: found.coordinate, level: found.level, score: min(1, max(0, found.score)),
      provider: found.provider,
      query: query, label: found.label, at: at)
  }

  /// A pin set by hand stays. Coordinates that came with the record give way to other given ones, and to a geocoder only
  /// when the address moved and the house was found. A place that is known better is not given up for the same address.
  private func replaces(_ new: GeocodeResult, _ old: GeocodeResult?, _ draft: PartnerDraft, moved: Bool)
    -> Bool
  {
    guard let old else { return true }
    if old.manual { return false }
    if draft.coordinate != nil {
      if new.manual { return true }
      if !moved, new.level < old.level { return false }
      return !Self.near(old.coordinate, new.coordinate) || new.level != old.level || old.stale && !new.stale
    }
    guard moved else { return false }
    return old.level != .given || new.level.isAtHouse
  }

  private static func near(_ a: Coordinate, _ b: Coordinate) -> Bool {
    abs(a.latitude - b.latitude) < 1e-7 && abs(a.longitude - b.longitude) < 1e-7
  }

  /// The town of the address before, where the new text names it as well and nothing else tells the town.
  private func keepTown(of before: Partner, in after: inout Partner) {
    guard let old = before.visitAddress?.components, let town = old.city,
      let index = after.addresses.firstIndex(where: { $0.type == .physical })
        ?? after.addresses.indices.first,
      after.addresses[index].components.city == nil
    else { return }
    let words = Set(TextFolding.words(after.addresses[index].text).map(TownName.sound))
    guard TextFolding.words(TownName.folded(town)).map(TownName.sound).allSatisfy(words.contains) else {
      return
    }
    let area = AddressComponents(
      country: old.country, region: old.region, regionCode: old.regionCode, district: old.district, city: town
    )
    after.addresses[index].components = Self.overlaid(area, with: after.addresses[index].components)
  }

  /// Parts of the address that the row left open, as the geocoder understood them.
  private func fillComponents(of partner: inout Partner, from found: GeocodeCandidate?) {
    guard let found, found.level >= .locality,
      let index = partner.addresses.firstIndex(where: { $0.type == .physical })
        ?? partner.addresses.indices.first
    else { return }
    partner.addresses[index].components = Self.overlaid(
      found.components, with: partner.addresses[index].components)
  }
}
