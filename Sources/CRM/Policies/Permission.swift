/// Something a signed-in person may do at all. Which records it may be done to is told by the person's ``Viewer``.
public enum Permission: String, Sendable, CaseIterable, Codable {
  /// Read partners, contacts, activities, tasks, trips, selections and regions within one's sight.
  case readRecords
  case editPartners
  case recordActivities
  case planTrips
  case editTasks
  /// Keep selections and views of lists under a name.
  case keepViews
  /// Take partners, tasks and trips out as files and feeds.
  case exportRecords
  /// Ask the geocoder, the roads, tiles and OGC collections.
  case useMaps
  /// Make somebody else responsible, and share selections with everybody.
  case assignOthers
  case importPartners
  case manageTerritories
  /// Rename, join and remove tags for all partners.
  case manageTags
  case manageRegions
  case readAudit
  /// See passports and birth dates in clear, with a reason.
  case revealPersonalData
  case manageUsers
  /// Workers, backups, webhooks, the change feed, the doctor.
  case manageService
}

extension UserRole {
  /// What a role may do. A table on purpose: who may do what is read here and nowhere else.
  public var permissions: Set<Permission> {
    switch self {
    case .manager:
      [
        .readRecords, .editPartners, .recordActivities, .planTrips, .editTasks, .keepViews, .exportRecords,
        .useMaps,
      ]
    case .head:
      [
        .readRecords, .editPartners, .recordActivities, .planTrips, .editTasks, .keepViews, .exportRecords,
        .useMaps,
        .assignOthers, .importPartners, .manageTerritories, .manageTags, .readAudit,
      ]
    case .booking:
      [
        .readRecords, .editPartners, .recordActivities, .editTasks, .keepViews, .exportRecords, .useMaps,
        .revealPersonalData,
      ]
    case .accountant: [.readRecords, .editTasks, .keepViews, .exportRecords, .useMaps]
    case .administrator: Set(Permission.allCases)
    }
  }

  /// How far one in this role sees when nothing else was said.
  public var visibility: Visibility { self == .manager ? .own : .all }
}

/// How far somebody sees: what is his, what is his team's, everything. What is nobody's is everybody's.
public enum Visibility: String, Sendable, CaseIterable, Codable { case own, team, all }

/// What a personal API token is good for; it never gives more than its owner may do.
public enum TokenScope: String, Sendable, CaseIterable, Codable {
  case read, write, admin
  /// Maps only: OGC collections, tiles, roads, geocoder.
  case maps

  public var permissions: Set<Permission> {
    switch self {
    case .read: [.readRecords, .exportRecords, .useMaps]
    case .maps: [.useMaps]
    case .write:
      [
        .readRecords, .exportRecords, .useMaps, .editPartners, .recordActivities, .planTrips, .editTasks,
        .keepViews, .assignOthers, .importPartners,
      ]
    case .admin:
      [
        .manageTerritories, .manageTags, .manageRegions, .readAudit, .revealPersonalData, .manageUsers,
        .manageService,
      ]
    }
  }
}
