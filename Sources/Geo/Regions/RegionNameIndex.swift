import Kernels

/// What a text names.
public enum RegionMatch: Sendable, Hashable {
  /// Exactly one region: its code.
  case one(String)
  /// Several regions fit equally well, ordered by code.
  case ambiguous([Choice])
  /// None; `suggestions` are names that are near, best first, each of which finds something.
  case none(suggestions: [String])

  public struct Choice: Sendable, Hashable {
    public var code: String
    public var name: String
    public init(code: String, name: String) {
      self.code = code
      self.name = name
    }
  }
}

/// Finds regions by code or name in any of the languages: `BY-BR`, `Брестская область`, `брест обл.`,
/// `Brest`, `brzeski`, `Bresckaja voblasć`.
///
/// The first of these steps that finds something decides: the code; a name in full; another spelling in full; a name
/// without its word of kind (`область`, `обл`, `obwód`, `Region` …) or its adjective ending; the same by sound,
/// whatever the alphabet or romanisation; the beginning of a name. A word of kind in the text narrows each step to
/// regions of that kind.
/// Making the index is linear in the names; finding costs a few look-ups, and a scan of all names for suggestions
/// when nothing is found.
public struct RegionNameIndex: Sendable {
  /// What the index needs to know of a region.
  public struct Entry: Sendable, Hashable {
    public var code: String
    public var names: [String: String]
    public var aliases: [String]
    public init(code: String, names: [String: String], aliases: [String] = []) {
      self.code = code
      self.names = names
      self.aliases = aliases
    }
    public init(_ region: Region) {
      self.init(code: region.code, names: region.names, aliases: region.aliases)
    }
  }

  private var codes: [String: Int] = [:]
  private var entries: [Entry] = []
  private var kinds: [Set<RegionWords.Kind>] = []
  /// Folded names; folded other spellings; both without words of kind and endings; the same by sound.
  private var byName: [String: [Int]] = [:]
  private var byAlias: [String: [Int]] = [:]
  private var byRoot: [String: [Int]] = [:]
  private var bySound: [String: [Int]] = [:]

  public init(_ regions: some Sequence<Region>) { self.init(regions.map(Entry.init(_:))) }

  public init(_ given: some Sequence<Entry>) {
    for entry in given {
      let number = entries.count
      entries.append(entry)
      codes[entry.code.uppercased()] = number
      var own = Set<RegionWords.Kind>()
      for name in entry.names.values {
        let folded = TextFolding.fold(name)
        Self.add(number, folded, to: &byName)
        own.formUnion(addRoots(of: folded, number))
      }
      for alias in entry.aliases {
        let folded = TextFolding.fold(alias)
        Self.add(number, folded, to: &byAlias)
        _ = addRoots(of: folded, number)
      }
      kinds.append(own)
    }
  }

  /// A region's own kinds come from its names only: other spellings mix them up.
  private mutating func addRoots(of folded: String, _ number: Int) -> Set<RegionWords.Kind> {
    let (root, kinds) = RegionWords.strip(folded)
    Self.add(number, root, to: &byRoot)
    Self.add(number, Self.sound(root), to: &bySound)
    if let stem = RegionWords.stem(root) {
      Self.add(number, stem, to: &byRoot)
      Self.add(number, Self.sound(stem), to: &bySound)
    }
    return kinds
  }

  private static func add(_ number: Int, _ key: String, to index: inout [String: [Int]]) {
    guard !key.isEmpty, index[key]?.last != number else { return }
    index[key, default: []].append(number)
  }

  private static func sound(_ folded: String) -> String {
    String(decoding: TextSkeleton.skeleton(ofFolded: Array(folded.utf8)), as: UTF8.self)
  }

  /// What the text names.
  public func find(_ text: String) -> RegionMatch {
    let folded = TextFolding.fold(text)
    let code = TextFolding.clean(text, limit: 8).uppercased()
    if let number = codes[code] { return .one(entries[number].code) }
    guard !folded.isEmpty, folded.utf8.count <= 200 else { return .none(suggestions: []) }
    let (root, wanted) = RegionWords.strip(folded)
    let roots = [root] + (RegionWords.stem(root).map { [$0] } ?? [])
    let steps: [() -> [Int]] = [
      { byName[folded] ?? [] },
      { byAlias[folded] ?? [] },
      { roots.flatMap { byRoot[$0] ?? [] } },
      {
        // Two letters of sound say nothing.
        roots.map(Self.sound).filter { $0.utf8.count > 2 }.flatMap { bySound[$0] ?? [] }
      },
      { beginning(with: root, wanted) },
    ]
    // A word of kind is followed as long as something fits it, and otherwise overlooked.
    var otherKinds: [Int] = []
    for step in steps {
      let hits = step()
      let fitting = wanted.isEmpty ? hits : hits.filter { !kinds[$0].isDisjoint(with: wanted) }
      if !fitting.isEmpty { return answer(fitting, text) }
      if otherKinds.isEmpty { otherKinds = hits }
    }
    if !otherKinds.isEmpty { return answer(otherKinds, text) }
    return .none(suggestions: suggestions(for: root, text))
  }

  private func answer(_ hits: [Int], _ text: String) -> RegionMatch {
    let chosen = Set(hits).sorted { entries[$0].code < entries[$1].code }
    if chosen.count == 1 { return .one(entries[chosen[0]].code) }
    return .ambiguous(chosen.map { .init(code: entries[$0].code, name: displayName($0, like: text)) })
  }

  /// Names of which the text is the first word (`Mecklenburg`), or, when the text says the kind, the beginning
  /// (`моск. обл.`).
  private func beginning(with root: String, _ wanted: Set<RegionWords.Kind>) -> [Int] {
    guard root.unicodeScalars.count >= 3 else { return [] }
    let prefix = Array((wanted.isEmpty ? root + " " : root).utf8)
    var hits: [Int] = []
    for (key, numbers) in byRoot where key.utf8.count > prefix.count && key.utf8.starts(with: prefix) {
      hits += numbers.filter { wanted.isEmpty || !kinds[$0].isDisjoint(with: wanted) }
    }
    return hits
  }

  /// The Russian name for a text in Cyrillic, else the English one.
  private func displayName(_ number: Int, like text: String) -> String {
    let names = entries[number].names
    let isCyrillic = text.unicodeScalars.contains { (0x0400...0x052F).contains($0.value) }
    let order = isCyrillic ? ["ru", "be", "uk", "en", "lat"] : ["en", "lat", "pl", "ru"]
    return order.lazy.compactMap { names[$0] }.first ?? names.min { $0.key < $1.key }?.value
      ?? entries[number].code
  }

  /// At most five names that sound like the text but for a third of their letters, or begin like it.
  private func suggestions(for root: String, _ text: String) -> [String] {
    let wanted = Array(Self.sound(root).utf8)
    guard wanted.count >= 2 else { return [] }
    let keys = bySound.keys.sorted()
    let bytes = keys.map { Array($0.utf8) }
    var ranked: [(distance: Int, number: Int)] = []
    let near = EditDistance.nearest(to: wanted, in: bytes, limit: max(1, wanted.count / 3))
    // With one slip explained, names two slips away are noise.
    let farthest = near.first.map { $0.distance <= 1 ? 1 : $0.distance + 1 } ?? 0
    for (position, distance) in near where distance <= farthest {
      for number in bySound[keys[position]] ?? [] { ranked.append((distance * 2, number)) }
    }
    if wanted.count >= 3 {
      for (position, key) in bytes.enumerated() where key.count > wanted.count && key.starts(with: wanted) {
        for number in bySound[keys[position]] ?? [] { ranked.append((3, number)) }
      }
    }
    ranked.sort { ($0.distance, entries[$0.number].code) < ($1.distance, entries[$1.number].code) }
    var seen = Set<String>()
    var result: [String] = []
    for candidate in ranked {
      let name = displayName(candidate.number, like: text)
      if seen.insert(name).inserted { result.append(name) }
      if result.count == 5 { break }
    }
    return result
  }
}
