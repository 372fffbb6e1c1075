import CRM
import Foundation
import Geo
import Testing

@testable import Store

@Suite("Tags of all partners")
struct TagTests {
  let database: Database
  let partners: [Partner]
  let anna = User(login: "anna", name: "Анна", role: .manager)

  init() throws {
    database = try Database.temporary()
    let user = anna
    let all = (0..<5).map { number in
      Partner(
        kind: .agency, name: "Тур \(number)", responsible: number == 0 ? user.id : nil,
        tags: number < 3 ? ["vip", "сеть"] : ["ключевой"])
    }
    partners = all
    try database.write(as: tester, at: noon) { writer in
      try writer.add(user: user)
      for partner in all { try writer.insert(partner) }
    }
  }

  private func tags() throws -> [[String]] {
    try database.read { reader in try partners.map { try reader.partner($0.id)?.tags ?? [] } }
  }

  @Test("are counted in the sight of who asks")
  func counts() throws {
    let all = try database.read { try $0.tagUses(scope: .all) }
    #expect(
      all == [
        TagUse(tag: "vip", partners: 3), TagUse(tag: "ключевой", partners: 2),
        TagUse(tag: "сеть", partners: 3),
      ])
    let some = try database.read { try $0.tagUses(scope: .responsible([UserID.new()])) }
    #expect(some.map(\.partners) == [2, 2, 2])
    #expect(try database.read { try $0.partnerTags(scope: .all) } == ["vip", "ключевой", "сеть"])
    #expect(try database.read { try $0.partnerCount(tagged: "vip") } == 3)
    #expect(try database.read { try $0.partnerCount(tagged: "нет") } == 0)
  }

  @Test(
    "one takes the place of another a few partners at a time, each change in the trail, and joins what is there"
  )
  func replaced() throws {
    let counts = try (0..<3).map { _ in
      try database.write(as: tester, at: noon) { try $0.replace(tag: "vip", by: "сеть", limit: 2) }
    }
    #expect(counts == [2, 1, 0])
    #expect(try tags() == [["сеть"], ["сеть"], ["сеть"], ["ключевой"], ["ключевой"]])
    let rows = try database.read { try $0.auditPage(AuditQuery()).items.filter { $0.action == "update" } }
    #expect(rows.count == 3)
    #expect(
      try database.write(as: tester, at: noon) { try $0.replace(tag: "сеть", by: "сеть", limit: 9) } == 0)
    #expect(try database.write(as: tester, at: noon) { try $0.replace(tag: "сеть", by: nil, limit: 9) } == 3)
    #expect(try tags().prefix(3).allSatisfy(\.isEmpty))
  }

  @Test("kept selections and views go on showing whom they showed, and others stay as they are")
  func kept() throws {
    let deep = Selection.and([.tag(["vip", "сеть"]), .not(.or([.tag(["сеть"]), .region("BY-BR")]))])
    let selections = [
      SavedSelection(name: "а", selection: deep), SavedSelection(name: "б", selection: .tag(["ключевой"])),
    ]
    let views = [
      SavedView(
        name: "а", list: .partners, owner: anna.id, filters: ["tag": "сеть, vip", "status": "active"]),
      SavedView(name: "б", list: .partners, owner: anna.id, filters: ["q": "vip"]),
    ]
    let counts = try database.write(as: tester, at: noon) { writer in
      for one in selections { try writer.save(selection: one) }
      for one in views { try writer.save(view: one) }
      return try writer.replaceInKept(tag: "сеть", by: "vip")
    }
    #expect(counts.selections == 1 && counts.views == 1)
    let deepNow = try database.read { try $0.savedSelection(selections[0].id) }
    #expect(
      deepNow?.selection == .and([.tag(["vip"]), .not(.or([.tag(["vip"]), .region("BY-BR")]))]))
    #expect(try database.read { try $0.savedSelection(selections[1].id)?.version } == 1)
    let view = try #require(try database.read { try $0.savedView(views[0].id) })
    #expect(view.filters == ["tag": "vip", "status": "active"] && view.version == 2)
    #expect(try database.read { try $0.savedView(views[1].id)?.version } == 1)
  }
}
