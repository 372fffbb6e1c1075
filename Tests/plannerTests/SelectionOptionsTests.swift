import CRM
import Store
import Testing

@testable import planner

@Suite("Options become a selection")
struct SelectionOptionsTests {
  @Test("--overdue means the day of asking, so that a saved selection does not age")
  func overdue() throws {
    let options = try SelectionOptions.parse(["--overdue"])
    let database = try Database.temporary()
    #expect(
      try database.read {
        try options.resolve(in: $0, workspace: Workspace(database: nil, gazetteer: nil, roads: nil))
      } == .overdue(asOf: nil))
  }
}
