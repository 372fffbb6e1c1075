import CRM
import Foundation
import Geo

/// Lays a row over a partner. What the row does not carry stays as it is; lists only grow.
struct PartnerMerge {
  let mapping: ImportMapping
  let at: Date

  /// A new partner from a row.
  func partner(from draft: PartnerDraft, responsible: CRM.UserID?, found: GeocodeCandidate?) -> Partner {
    var partner = Partner(
      kind: draft.kind ?? mapping.kind ?? .agency, name: draft.name ?? "",
      status: draft.status ?? mapping.status ?? .active)
    _ = lay(draft, over: &partner, responsible: responsible)
    partner.location = location(of: draft, found: found)
    if draft.coordinate == nil || found != nil { fillComponents(of: &partner, from: found) }
    return partner
  }

  /// The partner after the row, and what changed, by the names of the fields.
  func merged(
    _ partner: Partner, _ draft: PartnerDraft, responsible: CRM.UserID?, found: GeocodeCandidate?
  ) -> (partner: Partner, changed: [String]) {
    var after = partner
    var changed = lay(draft, over: &after, responsible: responsible)
    let moved = changed.contains("address")
    if moved { fillComponents(of: &after, from: found) }
    if let location = location(of: draft, found: found),
      replaces(location, partner.location, draft, moved: moved)
    {
      after.location = location
      changed.append("location")
    }
    return (after, changed)
  }

  /// Does the row need a geocoder, given the partner it is about?
  func needsPlace(_ draft: PartnerDraft, for partner: Partner?) -> Bool {
    guard draft.coordinate == nil, let address = draft.visitAddress, !address.text.isEmpty else {
      return false
    }
    guard let partner else { return true }
    guard let location = partner.location else { return true }
    return !location.manual && !Self.sameText(partner.visitAddress?.text, address.text)
  }

  // MARK: - Fields

  private func lay(_ draft: PartnerDraft, over partner: inout Partner, responsible: CRM.UserID?) -> [String] {
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
    let tags = Set(partner.tags).union(draft.tags).sorted()
    set(\.tags, tags, "tags")
    if let note = draft.note {
      let known = Set(partner.note.split(separator: "\n").map(String.init))
      let new = note.split(separator: "\n").map(String.init).filter { !known.contains($0) }
      set(\.note, ([partner.note] + new).filter { !$0.isEmpty }.joined(separator: "\n"), "note")
    }
    layContacts(draft, over: &partner, &changed)
    layAddresses(draft, over: &partner, &changed)
    if let reference = draft.externalReference,
      !partner.externalReferences.contains(where: { $0.system == reference.system && $0.key == reference.key }
      )
    {
      partner.externalReferences.append(reference)
      changed.append("externalKey")
    }
    return changed
  }

  private func layContacts(_ draft: PartnerDraft, over partner: inout Partner, _ changed: inout [String]) {
    let points = partner.contactPoints + partner.people.flatMap(\.contactPoints)
    var known = Set(points.map { "\($0.kind.rawValue) \($0.normalised)" })
    for point in draft.contactPoints where known.insert("\(point.kind.rawValue) \(point.normalised)").inserted
    {
      partner.contactPoints.append(point)
      if !changed.contains(point.kind.rawValue) { changed.append(point.kind.rawValue) }
    }
    for person in draft.people {
      let key = TextFolding.fold(person.name)
      if let index = partner.people.firstIndex(where: { TextFolding.fold($0.name) == key }) {
        guard !person.position.isEmpty, partner.people[index].position != person.position else { continue }
        partner.people[index].position = person.position
      } else {
        partner.people.append(person)
      }
      if !changed.contains("contactPerson") { changed.append("contactPerson") }
    }
  }

  private func layAddresses(_ draft: PartnerDraft, over partner: inout Partner, _ changed: inout [String]) {
    for address in draft.addresses {
      let name = address.type == .physical ? "address" : "\(address.type.rawValue)Address"
      guard let index = partner.addresses.firstIndex(where: { $0.type == address.type }) else {
        partner.addresses.append(address)
        changed.append(name)
        continue
      }
      if Self.sameText(partner.addresses[index].text, address.text) {
        let components = Self.overlaid(partner.addresses[index].components, with: address.components)
        if components != partner.addresses[index].components {
          partner.addresses[index].components = components
          changed.append("addressParts")
        }
      } else {
        partner.addresses[index] = address
        changed.append(name)
      }
    }
  }

  /// The same address as far as a geocoder cares.
  static func sameText(_ a: String?, _ b: String) -> Bool {
    guard let a else { return false }
    return a == b || TextFolding.fold(a) == TextFolding.fold(b)
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
        coordinate: coordinate, level: .given, score: 1, provider: "given", query: query, label: query, at: at
      )
    }
    guard let found else { return nil }
    return GeocodeResult(
      coordinate: found.coordinate, level: found.level, score: min(1, max(0, found.score)),
      provider: found.provider,
      query: query, label: found.label, at: at)
  }

  /// A pin set by hand stays. Coordinates that came with the record give way to other given ones, and to a geocoder only
  /// when the address moved and the house was found.
  private func replaces(_ new: GeocodeResult, _ old: GeocodeResult?, _ draft: PartnerDraft, moved: Bool)
    -> Bool
  {
    guard let old else { return true }
    if old.manual { return false }
    if draft.coordinate != nil {
      let near =
        abs(old.coordinate.latitude - new.coordinate.latitude) < 1e-7
        && abs(old.coordinate.longitude - new.coordinate.longitude) < 1e-7
      return !(near && old.level == .given) || old.stale
    }
    guard moved else { return false }
    return old.level != .given || new.level.isAtHouse
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
