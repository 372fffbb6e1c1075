/// A page that shows data as it is: where one stands, text, links, facts, a table, the pages before and behind.
struct DataPage: Sendable {
  struct Link: Sendable {
    var name: String
    var address: String
    var note: String?
  }

  struct Fact: Sendable {
    var name: String
    var value: String
  }

  struct Cell: Sendable {
    var text: String
    var address: String?
  }

  struct Table: Sendable {
    var head: [String]
    var rows: [[Cell]]
  }

  var title: String
  /// What stands above the page, the farthest first.
  var trail: [Link] = []
  var text: [String] = []
  var links: [Link] = []
  var facts: [Fact] = []
  var table: Table?
  var previous: String?
  var next: String?
  /// The same for programs.
  var files: [Link] = []

  init(title: String) { self.title = title }

  static func plain(_ cells: [String]) -> [Cell] { cells.map { Cell(text: $0) } }

  func values(in language: Language) -> HTMLValue {
    let words = language.phrases.maps
    func link(_ link: Link) -> HTMLValue {
      .object(["name": .text(link.name), "address": .text(link.address), "note": .optional(link.note)])
    }
    return .object([
      "heading": .text(title),
      "hasTrail": .flag(!trail.isEmpty), "trail": .list(trail.map(link)),
      "trailLabel": .text(words.whereYouAre),
      "text": .list(text.map { .text($0) }),
      "hasLinks": .flag(!links.isEmpty), "links": .list(links.map(link)),
      "hasFacts": .flag(!facts.isEmpty),
      "facts": .list(facts.map { .object(["name": .text($0.name), "value": .text($0.value)]) }),
      "hasTable": .flag(table?.rows.isEmpty == false),
      "isEmpty": .optional(table?.rows.isEmpty == true ? words.nothing : nil),
      "head": .list((table?.head ?? []).map { .text($0) }),
      "rows": .list(
        (table?.rows ?? []).map { row in
          .object([
            "cells": .list(
              zip(row, table?.head ?? []).map { cell, head in
                .object([
                  "text": .text(cell.text), "address": .optional(cell.address), "label": .text(head),
                  "blank": .flag(cell.text.isEmpty),
                ])
              })
          ])
        }),
      "hasPages": .flag(previous != nil || next != nil),
      "previous": .optional(previous), "next": .optional(next),
      "previousLabel": .text(words.previousPage), "nextLabel": .text(words.nextPage),
      "hasFiles": .flag(!files.isEmpty), "files": .list(files.map(link)),
      "filesLabel": .text(words.forPrograms),
    ])
  }
}

extension PageRenderer {
  func data(_ page: DataPage, in frame: PageFrame) -> String {
    self.page(title: page.title, trips: [], in: frame, content: ["data": page.values(in: frame.language)])
  }
}
