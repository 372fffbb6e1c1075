import CRM
import Geo

/// Why the store refused. Equality of errors is equality of codes.
public enum StoreError: CodedError {
  /// There is no file, and it was not to be created.
  case fileMissing(path: String)
  /// The folder the file should stand in does not exist.
  case folderMissing(path: String)
  /// The file cannot be written by this process.
  case readOnly(path: String)
  /// The file is no database, or damaged.
  case corrupt(path: String, detail: String)
  /// A database, but of another program.
  case notPlanner(path: String)
  /// Written by a newer version of planner; `unknown` names the migrations this one does not know.
  case newerFile(path: String, unknown: [String])
  /// The system took no more: the disk is full, or a limit on the size of files is reached.
  case diskFull(path: String)
  /// Another process kept the file locked for longer than the busy timeout.
  case busy(path: String)
  /// A value broke a rule of the schema.
  case constraint(detail: String)
  /// A change broke a rule that ties rows of several tables.
  case rule(SchemaRule, detail: String)
  case sql(code: Int, detail: String)
  /// SpatiaLite did not do what a step of the schema asks of it.
  case schemaRefused(statement: String)
  /// A stored value cannot be understood.
  case unreadable(table: String, detail: String)
  case notFound(entity: String, id: String)
  /// An edit was based on version `expected`, but the record is at `actual` by now.
  case staleVersion(entity: String, id: String, expected: Int, actual: Int)
  /// `(system, key)`, login or name is taken.
  case duplicate(entity: String, key: String)
  case unknownRegion(String, choices: [String])
  /// Nobody could administer the service any more.
  case lastAdministrator(login: String)
  /// The idempotency key was used for another request.
  case otherRequest(key: String)
  case badValue(field: String, detail: String)
  /// The place a page was to go on from is of another list, or of none.
  case badCursor(String)
  /// A stop with a recorded visit cannot be dropped from its trip.
  case stopHasVisit(stops: [String])
  case itemIsNoStop(id: String)
  /// One comes to stops of trips alone.
  case itemIsNoVisit(id: String)
  /// Somebody else said meanwhile how an item ended.
  case itemChanged(id: String, state: ChecklistItem.State, outcome: String)
  /// A trip whose every stop is over cannot be called off.
  case tripCompleted(title: String)
  /// A trip with recorded visits cannot be taken away.
  case tripHasVisits(title: String, stops: [String])
  case importNotRunning(run: String, state: String)
  case importRunning(run: String)
  case importAlreadyUndone(run: String)
  /// Partners of the run were changed after it; nothing was undone.
  case undoConflict(run: String, partners: [UndoConflict])

  /// The database was made with a key, and the file with it is not there.
  case keyMissing(path: String)
  case keyDamaged(path: String, detail: String)
  /// A sound key, but of another database.
  case keyWrong(path: String)
  /// A sealed value was changed, moved from elsewhere, or sealed with another key.
  case sealBroken(table: String, record: String, field: String)
  /// The head of the audit trail is not as planner wrote it: nothing more is written behind it.
  case auditBroken(detail: String)

  /// A message that has left, is leaving, or whose content is no longer kept.
  case outboxNotResendable(id: String, state: String)

  /// One partner that stands against an undo, and why.
  public struct UndoConflict: Sendable, Hashable {
    public enum Reason: String, Sendable, Hashable {
      case changedSince, deletedSince, inTrip, hasActivities, hasProtected
    }
    public var partner: PartnerID
    public var name: String
    public var reason: Reason
    public init(partner: PartnerID, name: String, reason: Reason) {
      self.partner = partner
      self.name = name
      self.reason = reason
    }
  }

  public var code: String {
    switch self {
    case .fileMissing: "store.file.missing"
    case .folderMissing: "store.file.folderMissing"
    case .readOnly: "store.file.readOnly"
    case .corrupt: "store.file.corrupt"
    case .notPlanner: "store.file.notPlanner"
    case .newerFile: "store.file.newer"
    case .diskFull: "store.file.diskFull"
    case .busy: "store.file.busy"
    case .constraint: "store.constraint"
    case .rule(let rule, _): "store.\(rule.rawValue)"
    case .sql: "store.sql"
    case .schemaRefused: "store.schema.refused"
    case .unreadable: "store.row.unreadable"
    case .notFound(let entity, _): "store.\(entity).notFound"
    case .staleVersion(let entity, _, _, _): "store.\(entity).staleVersion"
    case .duplicate(let entity, _): "store.\(entity).duplicate"
    case .unknownRegion: "store.region.unknown"
    case .lastAdministrator: "store.user.lastAdministrator"
    case .otherRequest: "http.idempotency.otherRequest"
    case .badValue: "store.value.bad"
    case .badCursor: "store.list.badCursor"
    case .stopHasVisit: "store.trip.stopHasVisit"
    case .itemIsNoStop: "store.checklist.notAStop"
    case .itemIsNoVisit: "store.checklist.notAVisit"
    case .itemChanged: "store.checklist.changed"
    case .tripCompleted: "store.trip.completed"
    case .tripHasVisits: "store.trip.hasVisits"
    case .importNotRunning: "store.import.notRunning"
    case .importRunning: "store.import.running"
    case .importAlreadyUndone: "store.import.alreadyUndone"
    case .undoConflict: "store.import.undoConflict"
    case .outboxNotResendable: "store.outbox.notResendable"
    case .keyMissing: "store.key.missing"
    case .keyDamaged: "store.key.damaged"
    case .keyWrong: "store.key.wrong"
    case .sealBroken: "store.vault.broken"
    case .auditBroken: "store.audit.broken"
    }
  }

  public var message: String {
    switch self {
    case .fileMissing(let path): "there is no database at \(path)"
    case .folderMissing(let path): "the folder of \(path) does not exist"
    case .readOnly(let path): "\(path) cannot be written"
    case .corrupt(let path, let detail): "\(path) is no sound database: \(detail)"
    case .notPlanner(let path): "\(path) is a database of another program"
    case .newerFile(let path, let unknown):
      "\(path) was written by a newer planner (\(unknown.joined(separator: ", ")))"
    case .diskFull(let path): "\(path) cannot grow: the disk is full, or a file-size limit is reached"
    case .busy(let path): "\(path) is locked by another process"
    case .constraint(let detail): "a value breaks a rule of the schema: \(detail)"
    case .rule(_, let detail): detail
    case .sql(let code, let detail): "the database answered \(code): \(detail)"
    case .schemaRefused(let statement): "SpatiaLite refused \(statement)"
    case .unreadable(let table, let detail): "a row of \(table) cannot be read: \(detail)"
    case .notFound(let entity, let id): "there is no \(entity) \(id)"
    case .staleVersion(let entity, let id, let expected, let actual):
      "\(entity) \(id) is at version \(actual), the change was based on version \(expected)"
    case .duplicate(let entity, let key): "the \(entity) \(key) exists already"
    case .unknownRegion(let code, _): "no region has the code \(code)"
    case .lastAdministrator(let login): "\(login) is the only administrator"
    case .otherRequest(let key): "the Idempotency-Key \"\(key)\" was used for another request"
    case .badValue(let field, let detail): "\(field): \(detail)"
    case .badCursor(let detail): "the list cannot go on from there: \(detail)"
    case .stopHasVisit(let stops):
      "stops with a recorded visit or photograph cannot leave the trip: \(stops.joined(separator: ", "))"
    case .itemIsNoStop(let id): "checklist item \(id) has items below it and cannot be checked itself"
    case .itemIsNoVisit(let id): "checklist item \(id) is no stop of a trip"
    case .itemChanged(let id, let state, let outcome):
      "checklist item \(id) is \(state.rawValue) by now" + (outcome.isEmpty ? "" : ": \(outcome)")
    case .tripCompleted(let title): "every stop of \"\(title)\" is over: there is nothing to call off"
    case .tripHasVisits(let title, let stops):
      "\"\(title)\" has recorded visits or photographs: \(stops.joined(separator: ", "))"
    case .importNotRunning(let run, let state): "import run \(run) is \(state)"
    case .importRunning(let run): "import run \(run) is still being written"
    case .importAlreadyUndone(let run): "import run \(run) was undone before"
    case .outboxNotResendable(let id, let state): "message \(id) is \(state), nothing was changed"
    case .undoConflict(let run, let partners):
      "import run \(run) cannot be undone: "
        + partners.prefix(20).map { "\($0.name) (\($0.partner), \($0.reason.rawValue))" }
        .joined(separator: ", ")
        + (partners.count > 20 ? " and \(partners.count - 20) more" : "")
    case .keyMissing(let path): "the key of the database is not at \(path)"
    case .keyDamaged(let path, let detail): "\(path) is no sound key: \(detail)"
    case .keyWrong(let path): "the key in \(path) is not the one of this database"
    case .sealBroken(let table, let record, let field):
      "the sealed \(field) of \(table) \(record) does not open: it was changed, or belongs to another record"
    case .auditBroken(let detail): detail
    }
  }

  public var hint: String {
    switch self {
    case .fileMissing: "check the path, or create a database by importing into it"
    case .folderMissing: "create the folder first"
    case .readOnly: "check the permissions of the file and of its folder"
    case .corrupt: "restore the latest backup"
    case .notPlanner: "choose another path"
    case .newerFile: "install the newer planner"
    case .diskFull:
      "free some space or raise the limit, then repeat the command; what was committed before is kept"
    case .busy: "wait for the other process or end it"
    case .constraint, .badValue: "correct the value"
    case .badCursor: "ask for the first page again, and take the cursor of each answer as it is"
    case .rule: "nothing was changed; `planner doctor` tells whether stored rows break a rule already"
    case .sql, .unreadable: "check the file with planner doctor"
    case .schemaRefused: "check that SpatiaLite 5 is installed whole; the file is as it was"
    case .notFound: "list what there is and use its id"
    case .staleVersion: "read the record again and repeat the change"
    case .duplicate: "use the existing one or another name"
    case .lastAdministrator: "make somebody else an administrator first"
    case .otherRequest: "take a new key for a new request"
    case .unknownRegion: "use an ISO 3166-2 or ISO 3166-1 alpha-2 code of an imported region"
    case .stopHasVisit: "plan again: they stay in the plan as a record"
    case .itemIsNoStop: "check the items below it"
    case .itemIsNoVisit: "check it instead"
    case .itemChanged: "look at what is recorded, and say again what it shall be"
    case .tripCompleted: "it stays as the record of what was done"
    case .tripHasVisits:
      "take the visits back (`planner task reopen ITEM`) and the photographs away (on the page of the task) first, "
        + "or `planner trip cancel` it"
    case .outboxNotResendable: "what has left cannot be taken back; make what it was sent for anew"
    case .importNotRunning: "begin a new run"
    case .importRunning: "wait until it ends"
    case .importAlreadyUndone: "nothing is left to take back; import the file again if its rows are wanted"
    case .undoConflict:
      "undo or accept the later changes first; `planner trip remove TRIP` takes a trip without visits away"
    case .keyMissing, .keyDamaged, .keyWrong:
      "put the key file of this database back, or name it in PLANNER_KEY_FILE; backups do not hold it"
    case .sealBroken: "`planner doctor` looks for other traces; restore the value from a backup"
    case .auditBroken:
      "`planner doctor` names what was changed; restore the latest backup, or go on by `planner audit reseal`"
    }
  }

  public var choices: [String] {
    if case .unknownRegion(_, let choices) = self { return choices }
    return []
  }
}

extension StoreError: Equatable {
  public static func == (a: StoreError, b: StoreError) -> Bool { a.code == b.code }
}
