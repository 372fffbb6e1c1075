extension Migration {
  /// Rules that tie rows of several tables, and what the filters of a selection need.
  ///
  /// A trigger refuses with the raw value of a ``SchemaRule`` in front of its message. Rows that broke a rule before
  /// stay as they are: whoever opens an older file is not locked out of it, and ``ReadAccess/ruleBreaches(limit:)``
  /// names them.
  static let invariants = Migration(
    name: "invariants",
    statements: tripRules + checklistRules + activityRules + contactRules + placeRules + filters)

  private static let tripRules = [
    """
    CREATE TRIGGER stop_rule_insert AFTER INSERT ON stop BEGIN
      SELECT RAISE(ABORT, 'trip.partnerTwice: a trip visits a partner once')
      WHERE EXISTS (SELECT 1 FROM stop s JOIN trip_day d ON d.id = s.day_id
        WHERE s.partner_id = NEW.partner_id AND s.id <> NEW.id
          AND d.trip_id = (SELECT trip_id FROM trip_day WHERE id = NEW.day_id));
      SELECT RAISE(ABORT, 'trip.stopAndLeftOut: a partner is a stop of a trip or left out of it, not both')
      WHERE EXISTS (SELECT 1 FROM unassigned_stop u WHERE u.partner_id = NEW.partner_id
        AND u.trip_id = (SELECT trip_id FROM trip_day WHERE id = NEW.day_id));
    END
    """,
    """
    CREATE TRIGGER stop_rule_update AFTER UPDATE OF day_id, partner_id ON stop
    WHEN NEW.day_id <> OLD.day_id OR NEW.partner_id <> OLD.partner_id BEGIN
      SELECT RAISE(ABORT, 'trip.stopMoved: a stop stays in its trip')
      WHERE (SELECT trip_id FROM trip_day WHERE id = NEW.day_id)
        <> (SELECT trip_id FROM trip_day WHERE id = OLD.day_id);
      SELECT RAISE(ABORT, 'trip.partnerTwice: a trip visits a partner once')
      WHERE EXISTS (SELECT 1 FROM stop s JOIN trip_day d ON d.id = s.day_id
        WHERE s.partner_id = NEW.partner_id AND s.id <> NEW.id
          AND d.trip_id = (SELECT trip_id FROM trip_day WHERE id = NEW.day_id));
      SELECT RAISE(ABORT, 'trip.stopAndLeftOut: a partner is a stop of a trip or left out of it, not both')
      WHERE EXISTS (SELECT 1 FROM unassigned_stop u WHERE u.partner_id = NEW.partner_id
        AND u.trip_id = (SELECT trip_id FROM trip_day WHERE id = NEW.day_id));
      SELECT RAISE(ABORT, 'activity.otherPartner: a visit is one of the partner its stop is')
      WHERE EXISTS (SELECT 1 FROM activity a WHERE a.stop_id = NEW.id AND a.partner_id <> NEW.partner_id);
    END
    """,
    """
    CREATE TRIGGER trip_day_rule_update AFTER UPDATE OF trip_id ON trip_day WHEN NEW.trip_id <> OLD.trip_id BEGIN
      SELECT RAISE(ABORT, 'trip.stopMoved: a day stays in its trip, and its stops with it');
    END
    """,
    """
    CREATE TRIGGER unassigned_stop_rule_insert AFTER INSERT ON unassigned_stop BEGIN
      SELECT RAISE(ABORT, 'trip.stopAndLeftOut: a partner is a stop of a trip or left out of it, not both')
      WHERE EXISTS (SELECT 1 FROM stop s JOIN trip_day d ON d.id = s.day_id
        WHERE s.partner_id = NEW.partner_id AND d.trip_id = NEW.trip_id);
    END
    """,
    """
    CREATE TRIGGER unassigned_stop_rule_update AFTER UPDATE OF trip_id, partner_id ON unassigned_stop
    WHEN NEW.trip_id <> OLD.trip_id OR NEW.partner_id <> OLD.partner_id BEGIN
      SELECT RAISE(ABORT, 'trip.stopAndLeftOut: a partner is a stop of a trip or left out of it, not both')
      WHERE EXISTS (SELECT 1 FROM stop s JOIN trip_day d ON d.id = s.day_id
        WHERE s.partner_id = NEW.partner_id AND d.trip_id = NEW.trip_id);
    END
    """,
  ]

  private static let checklistRules = [
    """
    CREATE TRIGGER checklist_item_rule_insert AFTER INSERT ON checklist_item
    WHEN NEW.stop_id IS NOT NULL OR NEW.parent_id IS NOT NULL BEGIN
      SELECT RAISE(ABORT, 'checklist.stopOfOtherTrip: the stop of an item is one of the trip of its task')
      WHERE NEW.stop_id IS NOT NULL
        AND (SELECT d.trip_id FROM stop s JOIN trip_day d ON d.id = s.day_id WHERE s.id = NEW.stop_id)
          IS NOT (SELECT trip_id FROM task WHERE id = NEW.task_id);
      SELECT RAISE(ABORT, 'checklist.parentOfOtherTask: an item and the item above it are of one task')
      WHERE NEW.parent_id IS NOT NULL
        AND (SELECT task_id FROM checklist_item WHERE id = NEW.parent_id) IS NOT NEW.task_id;
    END
    """,
    """
    CREATE TRIGGER checklist_item_rule_update AFTER UPDATE OF task_id, parent_id, stop_id ON checklist_item BEGIN
      SELECT RAISE(ABORT, 'checklist.stopOfOtherTrip: the stop of an item is one of the trip of its task')
      WHERE NEW.stop_id IS NOT NULL
        AND (SELECT d.trip_id FROM stop s JOIN trip_day d ON d.id = s.day_id WHERE s.id = NEW.stop_id)
          IS NOT (SELECT trip_id FROM task WHERE id = NEW.task_id);
      SELECT RAISE(ABORT, 'checklist.parentOfOtherTask: an item and the item above it are of one task')
      WHERE (NEW.parent_id IS NOT NULL
          AND (SELECT task_id FROM checklist_item WHERE id = NEW.parent_id) IS NOT NEW.task_id)
        OR EXISTS (SELECT 1 FROM checklist_item c WHERE c.parent_id = NEW.id AND c.task_id <> NEW.task_id);
    END
    """,
    """
    CREATE TRIGGER task_rule_update AFTER UPDATE OF trip_id ON task WHEN NEW.trip_id IS NOT OLD.trip_id BEGIN
      SELECT RAISE(ABORT, 'checklist.stopOfOtherTrip: the stop of an item is one of the trip of its task')
      WHERE EXISTS (SELECT 1 FROM checklist_item WHERE task_id = NEW.id AND stop_id IS NOT NULL);
    END
    """,
  ]

  private static let activityRules = [
    """
    CREATE TRIGGER activity_rule_insert AFTER INSERT ON activity WHEN NEW.stop_id IS NOT NULL BEGIN
      SELECT RAISE(ABORT, 'activity.otherPartner: a visit is one of the partner its stop is')
      WHERE (SELECT partner_id FROM stop WHERE id = NEW.stop_id) <> NEW.partner_id;
    END
    """,
    """
    CREATE TRIGGER activity_rule_update AFTER UPDATE OF stop_id, partner_id ON activity
    WHEN NEW.stop_id IS NOT NULL BEGIN
      SELECT RAISE(ABORT, 'activity.otherPartner: a visit is one of the partner its stop is')
      WHERE (SELECT partner_id FROM stop WHERE id = NEW.stop_id) <> NEW.partner_id;
    END
    """,
  ]

  private static let contactRules = [
    """
    CREATE TRIGGER contact_point_rule_insert AFTER INSERT ON contact_point WHEN NEW.person_id IS NOT NULL BEGIN
      SELECT RAISE(ABORT, 'partner.personOfOther: a contact point and its person are of one partner')
      WHERE (SELECT partner_id FROM contact_person WHERE id = NEW.person_id) <> NEW.partner_id;
    END
    """,
    """
    CREATE TRIGGER contact_point_rule_update AFTER UPDATE OF partner_id, person_id ON contact_point
    WHEN NEW.person_id IS NOT NULL BEGIN
      SELECT RAISE(ABORT, 'partner.personOfOther: a contact point and its person are of one partner')
      WHERE (SELECT partner_id FROM contact_person WHERE id = NEW.person_id) <> NEW.partner_id;
    END
    """,
    """
    CREATE TRIGGER contact_person_rule_update AFTER UPDATE OF partner_id ON contact_person
    WHEN NEW.partner_id <> OLD.partner_id BEGIN
      SELECT RAISE(ABORT, 'partner.personOfOther: a contact point and its person are of one partner')
      WHERE EXISTS (SELECT 1 FROM contact_point c WHERE c.person_id = NEW.id AND c.partner_id <> NEW.partner_id);
    END
    """,
    "-- contact points of a person, which SQLite looks for whenever one is removed\n"
      + "CREATE INDEX contact_point_person ON contact_point (person_id) WHERE person_id IS NOT NULL",
  ]

  /// A partner's place and its current result change in two statements, in either order, so the rule holds at the end
  /// of a transaction. SQLite knows such rules only as deferred foreign keys: what is owed is a row whose reference
  /// leads nowhere (there is no user 0), and no transaction ends with it.
  private static let placeRules = [
    """
    CREATE TABLE place_due (
      partner_id INTEGER PRIMARY KEY,
      nobody INTEGER NOT NULL DEFAULT 0 CHECK (nobody = 0) REFERENCES user (id) DEFERRABLE INITIALLY DEFERRED
    ) STRICT
    """,
    """
    CREATE TRIGGER place_due_partner_insert AFTER INSERT ON partner WHEN NEW.location IS NOT NULL BEGIN
      INSERT INTO place_due (partner_id) VALUES (NEW.id);
    END
    """,
    """
    CREATE TRIGGER place_due_partner_update AFTER UPDATE OF location ON partner
    WHEN NEW.location IS NOT OLD.location BEGIN
      DELETE FROM place_due WHERE partner_id = NEW.id;
      INSERT INTO place_due (partner_id) SELECT NEW.id
      WHERE CASE WHEN NEW.location IS NULL
        THEN EXISTS (SELECT 1 FROM geocode_result g WHERE g.partner_id = NEW.id AND g.is_current = 1)
        ELSE NOT EXISTS (SELECT 1 FROM geocode_result g WHERE g.partner_id = NEW.id AND g.is_current = 1
          AND g.latitude = ST_Y(NEW.location) AND g.longitude = ST_X(NEW.location)) END;
    END
    """,
    """
    CREATE TRIGGER place_due_partner_delete AFTER DELETE ON partner BEGIN
      DELETE FROM place_due WHERE partner_id = OLD.id;
    END
    """,
    """
    CREATE TRIGGER place_due_result_insert AFTER INSERT ON geocode_result WHEN NEW.is_current = 1 BEGIN
      DELETE FROM place_due WHERE partner_id = NEW.partner_id;
      INSERT INTO place_due (partner_id) SELECT p.id FROM partner p WHERE p.id = NEW.partner_id
        AND (ST_Y(p.location) IS NOT NEW.latitude OR ST_X(p.location) IS NOT NEW.longitude);
    END
    """,
    """
    CREATE TRIGGER place_due_result_update
    AFTER UPDATE OF partner_id, is_current, latitude, longitude ON geocode_result
    WHEN OLD.is_current = 1 OR NEW.is_current = 1 BEGIN
      DELETE FROM place_due WHERE partner_id IN (OLD.partner_id, NEW.partner_id);
      INSERT INTO place_due (partner_id) SELECT p.id FROM partner p WHERE p.id IN (OLD.partner_id, NEW.partner_id)
        AND CASE WHEN p.location IS NULL
          THEN EXISTS (SELECT 1 FROM geocode_result g WHERE g.partner_id = p.id AND g.is_current = 1)
          ELSE NOT EXISTS (SELECT 1 FROM geocode_result g WHERE g.partner_id = p.id AND g.is_current = 1
            AND g.latitude = ST_Y(p.location) AND g.longitude = ST_X(p.location)) END;
    END
    """,
    """
    CREATE TRIGGER place_due_result_delete AFTER DELETE ON geocode_result WHEN OLD.is_current = 1 BEGIN
      DELETE FROM place_due WHERE partner_id = OLD.partner_id;
      INSERT INTO place_due (partner_id)
        SELECT p.id FROM partner p WHERE p.id = OLD.partner_id AND p.location IS NOT NULL;
    END
    """,
  ]

  private static let filters = [
    "-- Selection .status\nCREATE INDEX partner_status ON partner (status)",
    "-- Selection .notVisitedSince\nCREATE INDEX partner_last_visit ON partner (last_visit)",
    // The points in memory carry every column that filters ask for.
    "DROP TRIGGER partner_change_update",
    """
    CREATE TRIGGER partner_change_update
    AFTER UPDATE OF uid, status, responsible_id, location, kind, last_visit, call_interval_days ON partner BEGIN
      INSERT OR REPLACE INTO partner_change (partner_id) VALUES (NEW.id);
    END
    """,
  ]
}
