extension Migration {
  /// Users, partners, regions, selections, trips, tasks, imports and the audit trail.
  static let mainJob = Migration(
    name: "main-job",
    statements: [
      "PRAGMA application_id = \(FileCheck.applicationID)",
      "SELECT InitSpatialMetaData(0, 'WGS84_ONLY')",
    ] + people + partners
      + geometryColumn("partner", "location", type: "POINT")
      + regions
      + geometryColumn("region", "area", type: "MULTIPOLYGON")
      + trips
      + geometryColumn("stop", "location", type: "POINT")
      + geometryColumn("leg", "geometry", type: "LINESTRING")
      + geometryColumn("trip", "route", type: "MULTILINESTRING")
      + tasks + journals)

  private static let people = [
    """
    CREATE TABLE user (
      id INTEGER PRIMARY KEY,
      uid BLOB NOT NULL UNIQUE CHECK (length(uid) = 16),
      login TEXT NOT NULL UNIQUE CHECK (length(login) BETWEEN 1 AND 64 AND login = lower(login)),
      name TEXT NOT NULL CHECK (length(name) > 0),
      role TEXT NOT NULL CHECK (role IN ('manager', 'head', 'booking', 'accountant', 'administrator')),
      disabled_at INTEGER
    ) STRICT
    """
  ]

  private static let partners = [
    """
    CREATE TABLE partner (
      id INTEGER PRIMARY KEY,
      uid BLOB NOT NULL UNIQUE CHECK (length(uid) = 16),
      status TEXT NOT NULL CHECK (status IN ('prospect', 'active', 'paused', 'closed')),
      responsible_id INTEGER REFERENCES user (id),
      location BLOB,
      kind TEXT NOT NULL CHECK (kind IN ('agency', 'hotel', 'carrier', 'supplier', 'corporate')),
      name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 300),
      name_key TEXT NOT NULL,
      last_visit INTEGER,
      call_interval_days INTEGER CHECK (call_interval_days > 0),
      visit_seconds INTEGER CHECK (visit_seconds >= 0),
      opening_hours TEXT CHECK (opening_hours IS NULL OR json_valid(opening_hours)),
      registration_number TEXT CHECK (length(registration_number) > 0),
      do_not_visit INTEGER NOT NULL DEFAULT 0 CHECK (do_not_visit IN (0, 1)),
      do_not_visit_until TEXT CHECK (do_not_visit_until GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
      do_not_visit_reason TEXT NOT NULL DEFAULT '',
      note TEXT NOT NULL DEFAULT '',
      version INTEGER NOT NULL CHECK (version >= 1),
      revision INTEGER NOT NULL CHECK (revision >= 1),
      CHECK (do_not_visit = 1 OR (do_not_visit_until IS NULL AND do_not_visit_reason = ''))
    ) STRICT
    """,
    "-- Matching.partners(registrationNumber:)\n"
      + "CREATE INDEX partner_registration ON partner (registration_number) "
      + "WHERE registration_number IS NOT NULL",
    "-- Selection .responsible\nCREATE INDEX partner_responsible ON partner (responsible_id)",
    "-- partnersWithoutPlace(named:)\n"
      + "CREATE INDEX partner_name_not_located ON partner (name_key, id) WHERE location IS NULL",
    "-- partnersToReview: those without a place\n"
      + "CREATE INDEX partner_not_located ON partner (id) WHERE location IS NULL",
    """
    CREATE TABLE partner_tag (
      partner_id INTEGER NOT NULL REFERENCES partner (id) ON DELETE CASCADE,
      tag TEXT NOT NULL CHECK (length(tag) > 0),
      PRIMARY KEY (partner_id, tag)
    ) STRICT, WITHOUT ROWID
    """,
    "-- Selection .tag\nCREATE INDEX partner_tag_tag ON partner_tag (tag, partner_id)",
    """
    CREATE TABLE contact_person (
      id INTEGER PRIMARY KEY,
      uid BLOB NOT NULL UNIQUE CHECK (length(uid) = 16),
      partner_id INTEGER NOT NULL REFERENCES partner (id) ON DELETE CASCADE,
      position INTEGER NOT NULL CHECK (position >= 0),
      name TEXT NOT NULL,
      job_title TEXT NOT NULL DEFAULT '',
      UNIQUE (partner_id, position)
    ) STRICT
    """,
    """
    CREATE TABLE contact_point (
      id INTEGER PRIMARY KEY,
      partner_id INTEGER NOT NULL REFERENCES partner (id) ON DELETE CASCADE,
      person_id INTEGER REFERENCES contact_person (id) ON DELETE CASCADE,
      position INTEGER NOT NULL CHECK (position >= 0),
      kind TEXT NOT NULL CHECK (kind IN ('phone', 'email', 'web')),
      value TEXT NOT NULL CHECK (length(value) > 0),
      normalised TEXT NOT NULL,
      label TEXT NOT NULL DEFAULT ''
    ) STRICT
    """,
    "-- contact points of a partner in order; a position is taken once\n"
      + "CREATE UNIQUE INDEX contact_point_place "
      + "ON contact_point (partner_id, ifnull(person_id, 0), position)",
    "-- Matching.partners(phone:) and partners(email:)\n"
      + "CREATE INDEX contact_point_normalised ON contact_point (normalised, kind, partner_id)",
    """
    CREATE TABLE address (
      id INTEGER PRIMARY KEY,
      partner_id INTEGER NOT NULL REFERENCES partner (id) ON DELETE CASCADE,
      position INTEGER NOT NULL CHECK (position >= 0),
      type TEXT NOT NULL CHECK (type IN ('physical', 'legal', 'mailing')),
      text TEXT NOT NULL,
      country TEXT CHECK (length(country) = 2),
      region TEXT,
      region_code TEXT,
      district TEXT,
      city TEXT,
      street TEXT,
      house TEXT,
      postcode TEXT,
      UNIQUE (partner_id, position)
    ) STRICT
    """,
    """
    CREATE TABLE geocode_result (
      id INTEGER PRIMARY KEY,
      partner_id INTEGER NOT NULL REFERENCES partner (id) ON DELETE CASCADE,
      is_current INTEGER NOT NULL CHECK (is_current IN (0, 1)),
      manual INTEGER NOT NULL CHECK (manual IN (0, 1)),
      stale INTEGER NOT NULL CHECK (stale IN (0, 1)),
      latitude REAL NOT NULL CHECK (latitude BETWEEN -90 AND 90),
      longitude REAL NOT NULL CHECK (longitude BETWEEN -180 AND 180),
      level TEXT NOT NULL CHECK (
        level IN ('region', 'locality', 'street', 'interpolated', 'house', 'rooftop', 'given')),
      score REAL NOT NULL CHECK (score BETWEEN 0 AND 1),
      provider TEXT NOT NULL CHECK (length(provider) > 0),
      query TEXT NOT NULL,
      label TEXT NOT NULL,
      at INTEGER NOT NULL
    ) STRICT
    """,
    "-- geocodeHistory(of:)\nCREATE INDEX geocode_result_partner ON geocode_result (partner_id, id)",
    "-- the current place of a partner; at most one\n"
      + "CREATE UNIQUE INDEX geocode_result_current ON geocode_result (partner_id) WHERE is_current = 1",
    "-- partnersToReview\n"
      + "CREATE INDEX geocode_result_review ON geocode_result (partner_id) WHERE is_current = 1 "
      + "AND (stale = 1 OR level IN ('region', 'locality', 'street', 'interpolated'))",
    """
    CREATE TABLE external_reference (
      system TEXT NOT NULL CHECK (length(system) > 0),
      key TEXT NOT NULL CHECK (length(key) > 0),
      partner_id INTEGER NOT NULL REFERENCES partner (id) ON DELETE CASCADE,
      position INTEGER NOT NULL CHECK (position >= 0),
      version TEXT,
      PRIMARY KEY (system, key)
    ) STRICT, WITHOUT ROWID
    """,
    "-- external references of a partner\n"
      + "CREATE INDEX external_reference_partner ON external_reference (partner_id, position)",
    // The last change of each partner's row, so that a process can bring its points in memory up to date by
    // reading only what changed (PointTable). Of a removed partner the row stays, until its id is taken again.
    """
    CREATE TABLE partner_change (
      seq INTEGER PRIMARY KEY AUTOINCREMENT,
      partner_id INTEGER NOT NULL UNIQUE
    ) STRICT
    """,
    """
    CREATE TRIGGER partner_change_insert AFTER INSERT ON partner BEGIN
      INSERT OR REPLACE INTO partner_change (partner_id) VALUES (NEW.id);
    END
    """,
    """
    CREATE TRIGGER partner_change_update AFTER UPDATE OF uid, status, responsible_id, location ON partner BEGIN
      INSERT OR REPLACE INTO partner_change (partner_id) VALUES (NEW.id);
    END
    """,
    """
    CREATE TRIGGER partner_change_delete AFTER DELETE ON partner BEGIN
      INSERT OR REPLACE INTO partner_change (partner_id) VALUES (OLD.id);
    END
    """,
    // Candidates for "similar name near by or in the same town": one row for each word of the name and
    // each place key, a place key being the folded town's hash or a cell of 0.01°.
    """
    CREATE TABLE partner_name_word (
      place INTEGER NOT NULL,
      word TEXT NOT NULL CHECK (length(word) > 0),
      partner_id INTEGER NOT NULL REFERENCES partner (id) ON DELETE CASCADE,
      PRIMARY KEY (place, word, partner_id)
    ) STRICT, WITHOUT ROWID
    """,
    "-- words of a partner, when it is changed or removed\n"
      + "CREATE INDEX partner_name_word_partner ON partner_name_word (partner_id)",
  ]

  private static let regions = [
    """
    CREATE TABLE region (
      id INTEGER PRIMARY KEY,
      code TEXT NOT NULL UNIQUE CHECK (length(code) BETWEEN 2 AND 6),
      level TEXT NOT NULL CHECK (level IN ('country', 'subdivision')),
      country TEXT NOT NULL CHECK (length(country) = 2),
      names TEXT NOT NULL CHECK (json_valid(names)),
      aliases TEXT NOT NULL CHECK (json_valid(aliases)),
      revision INTEGER NOT NULL,
      area BLOB NOT NULL
    ) STRICT
    """,
    "-- the subdivisions of a country\nCREATE INDEX region_country ON region (country, level)",
    """
    CREATE TABLE region_override (
      polygon TEXT PRIMARY KEY,
      country TEXT CHECK (length(country) = 2),
      region TEXT CHECK (length(region) BETWEEN 2 AND 6)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE selection (
      id INTEGER PRIMARY KEY,
      uid BLOB NOT NULL UNIQUE CHECK (length(uid) = 16),
      name TEXT NOT NULL CHECK (length(name) > 0),
      owner_id INTEGER REFERENCES user (id),
      selection TEXT NOT NULL CHECK (json_valid(selection))
    ) STRICT
    """,
    "-- savedSelection(named:owner:)\n"
      + "CREATE UNIQUE INDEX selection_name ON selection (name, ifnull(owner_id, 0))",
  ]

  private static let trips = [
    """
    CREATE TABLE trip (
      id INTEGER PRIMARY KEY,
      uid BLOB NOT NULL UNIQUE CHECK (length(uid) = 16),
      title TEXT NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('draft', 'published', 'inProgress', 'completed', 'cancelled')),
      responsible_id INTEGER REFERENCES user (id),
      start_label TEXT NOT NULL,
      start_latitude REAL NOT NULL CHECK (start_latitude BETWEEN -90 AND 90),
      start_longitude REAL NOT NULL CHECK (start_longitude BETWEEN -180 AND 180),
      end_label TEXT,
      end_latitude REAL CHECK (end_latitude BETWEEN -90 AND 90),
      end_longitude REAL CHECK (end_longitude BETWEEN -180 AND 180),
      time_zone TEXT NOT NULL CHECK (length(time_zone) > 0),
      matrix TEXT NOT NULL CHECK (matrix IN ('greatCircle', 'roads')),
      metres REAL NOT NULL CHECK (metres >= 0),
      seconds INTEGER NOT NULL CHECK (seconds >= 0),
      lower_bound_seconds INTEGER CHECK (lower_bound_seconds >= 0),
      given_order_seconds INTEGER CHECK (given_order_seconds >= 0),
      request TEXT NOT NULL CHECK (json_valid(request)),
      version INTEGER NOT NULL CHECK (version >= 1),
      saved_at INTEGER NOT NULL,
      route BLOB,
      CHECK ((end_label IS NULL) = (end_latitude IS NULL)),
      CHECK ((end_latitude IS NULL) = (end_longitude IS NULL))
    ) STRICT
    """,
    "-- trips(), the latest saved first\nCREATE INDEX trip_saved ON trip (saved_at, id)",
    """
    CREATE TABLE trip_day (
      id INTEGER PRIMARY KEY,
      trip_id INTEGER NOT NULL REFERENCES trip (id) ON DELETE CASCADE,
      position INTEGER NOT NULL CHECK (position >= 0),
      date TEXT NOT NULL CHECK (date GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
      start_at INTEGER NOT NULL,
      end_at INTEGER NOT NULL,
      lunch_at INTEGER,
      CHECK (start_at <= end_at),
      UNIQUE (trip_id, position),
      UNIQUE (trip_id, date)
    ) STRICT
    """,
    """
    CREATE TABLE stop (
      id INTEGER PRIMARY KEY,
      uid BLOB NOT NULL UNIQUE CHECK (length(uid) = 16),
      day_id INTEGER NOT NULL REFERENCES trip_day (id) ON DELETE CASCADE,
      position INTEGER NOT NULL CHECK (position >= 0),
      partner_id INTEGER NOT NULL REFERENCES partner (id),
      name TEXT NOT NULL,
      location BLOB NOT NULL,
      arrival INTEGER NOT NULL,
      service_start INTEGER NOT NULL,
      departure INTEGER NOT NULL,
      locked INTEGER NOT NULL CHECK (locked IN (0, 1)),
      visit TEXT NOT NULL CHECK (
        visit IN ('planned', 'checkedIn', 'completed', 'missed', 'skipped', 'cancelled')),
      outcome TEXT NOT NULL,
      CHECK (arrival <= service_start AND service_start <= departure),
      UNIQUE (day_id, position)
    ) STRICT
    """,
    "-- undo of an import: is the partner in a trip\nCREATE INDEX stop_partner ON stop (partner_id)",
    """
    CREATE TABLE leg (
      id INTEGER PRIMARY KEY,
      day_id INTEGER NOT NULL REFERENCES trip_day (id) ON DELETE CASCADE,
      position INTEGER NOT NULL CHECK (position >= 0),
      metres REAL NOT NULL CHECK (metres >= 0),
      seconds INTEGER NOT NULL CHECK (seconds >= 0),
      source TEXT NOT NULL CHECK (source IN ('greatCircle', 'roads')),
      geometry BLOB NOT NULL,
      UNIQUE (day_id, position)
    ) STRICT
    """,
    """
    CREATE TABLE unassigned_stop (
      trip_id INTEGER NOT NULL REFERENCES trip (id) ON DELETE CASCADE,
      position INTEGER NOT NULL CHECK (position >= 0),
      partner_id INTEGER NOT NULL REFERENCES partner (id),
      name TEXT NOT NULL,
      latitude REAL CHECK (latitude BETWEEN -90 AND 90),
      longitude REAL CHECK (longitude BETWEEN -180 AND 180),
      reason TEXT NOT NULL CHECK (reason IN (
        'noCoordinates', 'lowPrecision', 'unreachable', 'closedThatDay', 'windowMissed', 'dayFull',
        'tripFull', 'tooFar', 'doNotVisit', 'visitedRecently', 'plannedElsewhere')),
      detail TEXT NOT NULL,
      CHECK ((latitude IS NULL) = (longitude IS NULL)),
      PRIMARY KEY (trip_id, position),
      UNIQUE (trip_id, partner_id)
    ) STRICT, WITHOUT ROWID
    """,
    "-- undo of an import: is the partner in a trip\n"
      + "CREATE INDEX unassigned_stop_partner ON unassigned_stop (partner_id)",
    """
    CREATE TABLE activity (
      id INTEGER PRIMARY KEY,
      uid BLOB NOT NULL UNIQUE CHECK (length(uid) = 16),
      kind TEXT NOT NULL CHECK (kind IN ('meeting', 'call', 'email', 'visit', 'note')),
      partner_id INTEGER NOT NULL REFERENCES partner (id),
      at INTEGER NOT NULL,
      author_id INTEGER REFERENCES user (id),
      outcome TEXT NOT NULL,
      text TEXT NOT NULL,
      stop_id INTEGER UNIQUE REFERENCES stop (id),
      CHECK (stop_id IS NULL OR kind = 'visit')
    ) STRICT
    """,
    "-- activities(of:), and the newest visit of a partner\n"
      + "CREATE INDEX activity_partner ON activity (partner_id, kind, at)",
  ]

  private static let tasks = [
    """
    CREATE TABLE task (
      id INTEGER PRIMARY KEY,
      uid BLOB NOT NULL UNIQUE CHECK (length(uid) = 16),
      title TEXT NOT NULL CHECK (length(title) > 0),
      responsible_id INTEGER REFERENCES user (id),
      creator_id INTEGER REFERENCES user (id),
      deadline INTEGER,
      state TEXT NOT NULL CHECK (state IN ('open', 'inProgress', 'done', 'cancelled')),
      trip_id INTEGER UNIQUE REFERENCES trip (id)
    ) STRICT
    """,
    """
    CREATE TABLE checklist_item (
      id INTEGER PRIMARY KEY,
      uid BLOB NOT NULL UNIQUE CHECK (length(uid) = 16),
      task_id INTEGER NOT NULL REFERENCES task (id) ON DELETE CASCADE,
      parent_id INTEGER REFERENCES checklist_item (id) ON DELETE CASCADE,
      position INTEGER NOT NULL CHECK (position >= 0),
      title TEXT NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('open', 'done', 'skipped')),
      outcome TEXT NOT NULL,
      done_at INTEGER,
      done_by INTEGER REFERENCES user (id),
      stop_id INTEGER UNIQUE REFERENCES stop (id),
      CHECK ((state = 'open') = (done_at IS NULL)),
      CHECK (parent_id IS NOT id)
    ) STRICT
    """,
    "-- the checklist of a task in order; a position is taken once\n"
      + "CREATE UNIQUE INDEX checklist_item_place "
      + "ON checklist_item (task_id, ifnull(parent_id, 0), position)",
    "-- the children of an item\nCREATE INDEX checklist_item_parent ON checklist_item (parent_id)",
  ]

  private static let journals = [
    """
    CREATE TABLE audit (
      id INTEGER PRIMARY KEY,
      at INTEGER NOT NULL,
      user_id INTEGER REFERENCES user (id),
      actor TEXT NOT NULL CHECK (length(actor) > 0),
      entity TEXT NOT NULL CHECK (length(entity) > 0),
      entity_id TEXT NOT NULL CHECK (length(entity_id) > 0),
      action TEXT NOT NULL CHECK (length(action) > 0),
      before TEXT CHECK (before IS NULL OR json_valid(before)),
      after TEXT CHECK (after IS NULL OR json_valid(after))
    ) STRICT
    """,
    "-- audit(entity:id:)\nCREATE INDEX audit_entity ON audit (entity_id, entity, id)",
    """
    CREATE TABLE import_run (
      id INTEGER PRIMARY KEY,
      uid BLOB NOT NULL UNIQUE CHECK (length(uid) = 16),
      source TEXT NOT NULL,
      options TEXT NOT NULL CHECK (json_valid(options)),
      state TEXT NOT NULL CHECK (state IN ('running', 'finished', 'undone')),
      process TEXT NOT NULL,
      started_at INTEGER NOT NULL,
      finished_at INTEGER,
      report TEXT CHECK (report IS NULL OR json_valid(report))
    ) STRICT
    """,
    """
    CREATE TABLE import_change (
      run_id INTEGER NOT NULL REFERENCES import_run (id) ON DELETE CASCADE,
      partner_id INTEGER NOT NULL,
      revision INTEGER NOT NULL,
      image BLOB,
      PRIMARY KEY (run_id, partner_id)
    ) STRICT, WITHOUT ROWID
    """,
  ]
}
