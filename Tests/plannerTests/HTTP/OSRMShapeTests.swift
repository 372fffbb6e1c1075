import Foundation
import Geo
import Routing
import Testing

@testable import planner

/// Our answers beside those an `osrm-routed` gave to the same requests, see Tests/OutboundTests/Fixtures/OSRM.
@Suite("Answers shaped as OSRM's")
struct OSRMShapeTests {
  private struct Recorded: CustomTestStringConvertible {
    var name: String
    var status: Int
    var request: String
    var testDescription: String { name }

    var body: JSONValue {
      get throws {
        try JSONValue(
          parsing: Array(Data(contentsOf: OSRMShapeTests.folder.appendingPathComponent(name + ".json"))))
      }
    }
  }

  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../OutboundTests/Fixtures/OSRM").standardized

  private static let all: [Recorded] = try! String(
    contentsOf: folder.appendingPathComponent("requests.tsv"), encoding: .utf8
  ).split(separator: "\n").map { line in
    let cells = line.split(separator: "\t").map(String.init)
    return Recorded(name: cells[0], status: Int(cells[1])!, request: cells[2])
  }

  /// Members that only some roads have.
  private static let optional: Set<String> = [
    "classes", "lanes", "ref", "destinations of step", "exits", "modifier",
  ]

  /// `path: type` of every member of every object, arrays taken together.
  private static func shape(_ value: JSONValue, _ path: String = "") -> Set<String> {
    switch value {
    case .null: return []
    case .bool: return ["\(path): bool"]
    case .int, .double: return ["\(path): number"]
    case .string: return ["\(path): string"]
    case .written: return ["\(path): written"]
    case .array(let values):
      return values.reduce(into: ["\(path): array"]) { $0.formUnion(shape($1, path + "[]")) }
    case .object(let members):
      return members.filter { !optional.contains($0.name) }.reduce(into: ["\(path): object"]) {
        $0.formUnion(shape($1.value, path + "." + $1.name))
      }
    }
  }

  private static func service(over roads: any RoadRouting) -> OSRMService {
    OSRMService(roads: roads, limits: OSRMLimits(table: 100))
  }

  @Test("every member and type that OSRM's answer has is in ours", arguments: all.filter { $0.status == 200 })
  private func members(_ recorded: Recorded) async throws {
    let answer = try await Self.service(over: StraightRoads()).answer(to: recorded.request)
    #expect(answer.status == 200)
    let ours = Self.shape(try JSONValue(parsing: answer.body))
    let theirs = Self.shape(try recorded.body)
    #expect(theirs.subtracting(ours) == [], "missing in ours")
    // What theirs has not: what only some roads have.
    let more = ours.subtracting(theirs).filter { text in
      !Self.optional.contains { text.contains(".\($0)") } && !text.contains("steps[].destinations")
        && !text.contains(".exit:")
    }
    #expect(more.isEmpty, "missing in theirs")
  }

  @Test(
    "what OSRM refuses is refused with the same code, status and words",
    arguments: all.filter { $0.status != 200 })
  private func refusals(_ recorded: Recorded) async throws {
    let answer = try await Self.service(over: StraightRoads()).answer(to: recorded.request)
    let ours = try JSONValue(parsing: answer.body)
    let theirs = try recorded.body
    #expect(answer.status == recorded.status)
    #expect(ours["code"] == theirs["code"])
    // Where OSRM says nothing we say why.
    if theirs["message"] != "" { #expect(ours["message"] == theirs["message"]) }
    #expect(ours["message"]?.text?.isEmpty == false)
  }
}
