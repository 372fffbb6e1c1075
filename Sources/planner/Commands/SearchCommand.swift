import ArgumentParser
import CRM
import Foundation
import Geo
import Store

struct SearchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "search",
    abstract: "Looks for a text in everything: names, addresses, people, telephones, e-mails, titles.",
    discussion: """
      Either alphabet finds the other, the beginning of a word is enough, one slip is forgiven in words of four \
      letters and two from eight. Telephone numbers may be grouped and dialled in any way.
      """)

  @OptionGroup var global: GlobalOptions
  @Argument(help: "What to look for; all words are to be found.") var text: String?
  @Option(
    help: ArgumentHelp(
      "Only partners, tasks, trips, users or selections; may be repeated.",
      valueName: SearchKind.allCases.map(\.rawValue).joined(separator: "|")),
    transform: Self.kind)
  var kind: [SearchKind] = []
  @Option(help: "Most results, 1 … 50.") var limit = SearchQuery.maximumLimit
  @Flag(help: "Makes the index anew; needed only when doctor says so.") var rebuild = false

  private static func kind(_ text: String) throws -> SearchKind {
    guard let kind = SearchKind(rawValue: text) else {
      throw ValidationError(
        "\"\(text)\" is no kind: use " + SearchKind.allCases.map(\.rawValue).joined(separator: ", "))
    }
    return kind
  }

  func validate() throws {
    guard rebuild != (text != nil) else {
      throw ValidationError(rebuild ? "--rebuild takes no text" : "say what to look for")
    }
    guard (1...SearchQuery.maximumLimit).contains(limit) else {
      throw ValidationError("--limit is 1 … \(SearchQuery.maximumLimit)")
    }
  }

  struct Answer: Encodable {
    struct Group: Encodable {
      var kind: String
      var hits: [Hit]
    }
    struct Hit: Encodable {
      var id: String
      var label: String
      var detail: String
      var match: String
      var score: Double
    }
    var query: String
    var count: Int
    var groups: [Group]

    init(_ query: String, _ hits: [SearchHit]) {
      self.query = query
      count = hits.count
      groups = SearchKind.allCases.compactMap { kind in
        let own = hits.filter { $0.kind == kind }
        guard !own.isEmpty else { return nil }
        return Group(
          kind: kind.rawValue,
          hits: own.map {
            Hit(
              id: $0.id.uuidString.lowercased(), label: $0.label, detail: $0.detail, match: $0.match.rawValue,
              score: ($0.score * 1000).rounded() / 1000)
          })
      }
    }
  }

  func run() async throws {
    let database = try Workspace(global).existingDatabase()
    if rebuild { return try rebuild(database) }
    let text = text ?? ""
    let hits = try database.read {
      try $0.search(SearchQuery(text, kinds: Set(kind), limit: limit), scope: .all)
    }
    if global.json { return try JSONOutput.print(Answer(text, hits)) }
    guard !hits.isEmpty else { return Session.print("Nothing is like \"\(text)\"") }
    TextTable(
      [
        .init(title: "Kind"), .init(title: "Name", shrinksTo: 24), .init(title: "", shrinksTo: 24),
        .init(title: "Id"),
      ],
      hits.map { [$0.kind.rawValue, $0.label, $0.detail, $0.id.uuidString.lowercased()] }
    ).print(orElse: "")
  }

  private func rebuild(_ database: Database) throws {
    let progress = Progress("Filing")
    defer { progress.finish() }
    let count = try database.rebuildSearch(as: .commandLine, at: Session.current.now()) {
      progress.report($0, of: $1)
    }
    progress.finish()
    if global.json { return try JSONOutput.print(["records": count]) }
    Session.print("Filed \(count) records")
  }
}
