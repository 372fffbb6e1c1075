import ArgumentParser
import CRM
import Foundation
import Geo
import Store

struct SelectionCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "selection", abstract: "Saved selections; `planner select … --save-as NAME` saves one.",
    subcommands: [SelectionList.self, SelectionShow.self, SelectionRemove.self])
}

/// A saved selection as answers give it.
struct SavedSelectionJSON: Encodable {
  var id: String
  var name: String
  var selection: Selection

  init(_ saved: SavedSelection) {
    id = saved.id.description
    name = saved.name
    selection = saved.selection
  }
}

extension ReadAccess {
  /// - Throws: ``WorkspaceError/unknownSelection(_:known:)``.
  func requiredSelection(named name: String) throws -> SavedSelection {
    guard let found = try savedSelection(named: name) else {
      throw WorkspaceError.unknownSelection(name, known: try savedSelections().map(\.name))
    }
    return found
  }
}

struct SelectionList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Saved selections with how many partners each holds now.")
  @OptionGroup var global: GlobalOptions

  struct Row: Encodable {
    var id: String
    var name: String
    /// Nil when it cannot be asked any more.
    @OrNull var partners: Int?
  }

  func run() async throws {
    let rows = try Workspace(global).existingDatabase().read { reader in
      try reader.savedSelections().map { saved in
        // A region or a login may be gone since: the others are listed all the same.
        Row(
          id: saved.id.description, name: saved.name,
          partners: try? reader.selectIDs(saved.selection, by: .session).count)
      }
    }
    if global.json { return try JSONOutput.print(["selections": rows]) }
    guard !rows.isEmpty else { return Session.print("No saved selection") }
    var table = TextTable([.init(title: "Selection", shrinksTo: 24), .init(title: "Partners")])
    for row in rows { table.add([row.name, row.partners.map(String.init) ?? "cannot be asked"]) }
    Session.print(table.render())
  }
}

struct SelectionShow: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "What a saved selection asks for, as JSON that --selection takes.")
  @OptionGroup var global: GlobalOptions
  @Argument(help: "Name of the selection.") var name: String

  func run() async throws {
    let saved = try Workspace(global).existingDatabase().read { try $0.requiredSelection(named: name) }
    if global.json { return try JSONOutput.print(SavedSelectionJSON(saved)) }
    try JSONOutput.print(saved.selection)
  }
}

struct SelectionRemove: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "remove", abstract: "Forgets a saved selection; partners and trips stay.")
  @OptionGroup var global: GlobalOptions
  @Argument(help: "Name of the selection.") var name: String

  func run() async throws {
    let removed = try Workspace(global).existingDatabase()
      .write(as: .commandLine, at: Session.current.now()) { writer in
        let saved = try writer.requiredSelection(named: name)
        try writer.remove(selection: saved.id)
        return saved
      }
    if global.json { return try JSONOutput.print(SavedSelectionJSON(removed)) }
    Session.print("Removed \"\(removed.name)\"")
  }
}
