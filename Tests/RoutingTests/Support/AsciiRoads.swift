/// An OpenStreetMap extract drawn with letters: each letter is a node, `-`, `|`, `/` and `\` are roads between them, a
/// character is 50 metres wide and high.
///
/// Each drawn piece is a way of its own, `highway=residential`, unless one of `ways` runs over it.
struct AsciiRoads {
  var drawing: String
  /// `a-b-c: highway=primary oneway=yes`; a way need not be drawn.
  var ways: [String] = []
  /// `b: barrier=bollard`
  var nodes: [String] = []
  /// `no_left_turn: a-b > b > b-c`, or `no_u_turn except=motorcar: a-b > b-e,e-f > f-d`; a way is named by two of its
  /// nodes that follow each other.
  var restrictions: [String] = []
  /// Letters whose nodes the extract does not have.
  var missing = ""

  static let metres = 50.0
  /// Degrees of a character; on the ellipsoid a degree at 1° is 110,574.6 metres north and 111,302.6 east.
  private static let height = metres / 110_574.6
  private static let width = metres / 111_302.6

  private struct Way {
    var nodes: [Character]
    var tags: [(key: String, value: String)]

    /// Ways of the same nodes are the same way, in several extracts too.
    var id: Int64 { nodes.reduce(0) { $0 &* 127 &+ Int64($1.asciiValue!) } & Int64.max }

    func holds(_ a: Character, _ b: Character) -> Bool {
      zip(nodes, nodes.dropFirst()).contains { ($0 == a && $1 == b) || ($0 == b && $1 == a) }
    }
  }

  private static func tags(_ text: Substring) -> [(key: String, value: String)] {
    text.split(separator: " ").map { word in
      let parts = word.split(separator: "=", maxSplits: 1)
      // A tilde stands for a blank of a condition.
      return (String(parts[0]), parts.count > 1 ? String(parts[1]).replacing("~", with: " ") : "yes")
    }
  }

  private static func split(_ text: String) -> (Substring, Substring) {
    // The first colon with a blank behind it: keys have colons too.
    let at = text.firstRange(of: ": ")!
    return (text[..<at.lowerBound], text[at.upperBound...])
  }

  private var letters: [Character: (row: Int, column: Int)] {
    var found: [Character: (row: Int, column: Int)] = [:]
    for (row, line) in drawing.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      for (column, character) in line.enumerated() where character.isLetter || character.isNumber {
        precondition(
          found.updateValue((row, column), forKey: character) == nil, "\(character) is drawn twice")
      }
    }
    return found
  }

  private var drawnPieces: [[Character]] {
    let rows = drawing.split(separator: "\n", omittingEmptySubsequences: false).map(Array.init)
    func at(_ row: Int, _ column: Int) -> Character {
      rows.indices.contains(row) && rows[row].indices.contains(column) ? rows[row][column] : " "
    }
    var pieces: [[Character]] = []
    for (letter, place) in letters.sorted(by: { $0.key < $1.key }) {
      for (line, down, right) in [("-", 0, 1), ("|", 1, 0), ("/", 1, -1), ("\\", 1, 1)]
        as [(Character, Int, Int)]
      {
        var (row, column) = (place.row + down, place.column + right)
        guard at(row, column) == line else { continue }
        while at(row, column) == line { (row, column) = (row + down, column + right) }
        pieces.append([letter, at(row, column)])
      }
    }
    return pieces
  }

  var xml: String {
    var all = ways.map { text in
      let (nodes, tags) = Self.split(text)
      return Way(nodes: nodes.filter { $0 != "-" }, tags: Self.tags(tags))
    }
    let given = all
    for piece in drawnPieces where !given.contains(where: { $0.holds(piece[0], piece[1]) }) {
      all.append(Way(nodes: piece, tags: [("highway", "residential")]))
    }
    let nodeTags = nodes.map { text in
      let (node, tags) = Self.split(text)
      return (node.first!, Self.tags(tags))
    }
    func xml(_ tags: [(key: String, value: String)]) -> String {
      tags.map { "<tag k=\"\($0.key)\" v=\"\($0.value)\"/>" }.joined()
    }
    var lines = ["<?xml version=\"1.0\"?>", "<osm version=\"0.6\">"]
    for (letter, place) in letters.sorted(by: { $0.key < $1.key }) where !missing.contains(letter) {
      let (latitude, longitude) = (
        1 - Double(place.row) * Self.height, 1 + Double(place.column) * Self.width
      )
      let tags = nodeTags.filter { $0.0 == letter }.flatMap(\.1)
      lines.append(
        "<node id=\"\(letter.asciiValue!)\" lat=\"\(latitude)\" lon=\"\(longitude)\">\(xml(tags))</node>")
    }
    for way in all {
      let nodes = way.nodes.map { "<nd ref=\"\($0.asciiValue!)\"/>" }.joined()
      lines.append("<way id=\"\(way.id)\">\(nodes)\(xml(way.tags))</way>")
    }
    for (k, text) in restrictions.enumerated() {
      let (head, rest) = Self.split(text)
      let isPlain = head.starts(with: "no_") || head.starts(with: "only_")
      let members = rest.split(separator: ">").map { $0.filter { $0 != " " } }
      func wayMembers(_ names: String, _ role: String) -> String {
        names.split(separator: ",").map { name in
          let way = all.first { $0.holds(name.first!, name.last!) }
          return "<member type=\"way\" ref=\"\(way?.id ?? 7)\" role=\"\(role)\"/>"
        }.joined()
      }
      let via =
        members[1].count == 1
        ? "<member type=\"node\" ref=\"\(members[1].first!.asciiValue!)\" role=\"via\"/>"
        : wayMembers(members[1], "via")
      let tags = Self.tags(isPlain ? "restriction=" + head : head) + [("type", "restriction")]
      lines.append(
        "<relation id=\"\(k + 1)\">\(wayMembers(members[0], "from"))\(via)\(wayMembers(members[2], "to"))\(xml(tags))</relation>"
      )
    }
    lines.append("</osm>")
    return lines.joined(separator: "\n")
  }
}
