/// The words that say what kind of region a name means, and the endings that make an adjective of a town:
/// `Брестская область`, `Брест обл.`, `obwód brzeski`, `Brest Region` all name one thing.
///
/// All forms are folded (``TextFolding/fold(_:)``): й is и, ё is е, ў is у, ї is і.
enum RegionWords {
  enum Kind: Hashable, Sendable { case oblast, krai, republic, city, okrug, voivodeship, county, land }

  private static let kinds: [String: Kind] = {
    let lists: [(Kind, String)] = [
      (
        .oblast,
        """
        область области областью обл вобласць вобласці вобл oblast oblasti obl voblasc voblasts voblast \
        obwod obwodu obw region регион рэгіен регіон
        """
      ),
      (.krai, "краи края крае краю krai kray kraj kraja"),
      (
        .republic,
        "республика республики респ республіка республіки рэспубліка рэспублікі respublika republic republika republiki"
      ),
      (.city, "город города гор г горад горада місто міста miasto miasta gorod horad misto city stadt of"),
      (
        .okrug,
        """
        округ округа акруга акругі okrug okruga автономныи автономная автономного автономнои автономна \
        автономнои аутаномная аутаномнаи autonomous autonomiczny avtonomnyy avtonomnyi avtonomna avtonomnaya ао
        """
      ),
      (
        .voivodeship,
        "воеводство воеводства ваяводства wojewodztwo wojewodztwa woj voivodeship voivodship"
      ),
      (
        .county,
        """
        уезд уезда павет павета повет повета повіт повіту apskritis county okreg powiat maakond novads \
        municipality gmina раион район rajons district province prowincja провинция
        """
      ),
      (.land, "земля землі land bundesland freistaat state штат"),
    ]
    var result: [String: Kind] = [:]
    for (kind, words) in lists {
      for word in words.split(separator: " ") { result[String(word)] = kind }
    }
    return result
  }()

  /// The folded text without its words of kind, and the kinds they name. The text itself when nothing else is left.
  static func strip(_ folded: String) -> (text: String, kinds: Set<Kind>) {
    var kept: [Substring] = []
    var found = Set<Kind>()
    for word in folded.split(separator: " ") {
      if let kind = kinds[String(word)] { found.insert(kind) } else { kept.append(word) }
    }
    return kept.isEmpty ? (folded, found) : (kept.joined(separator: " "), found)
  }

  /// Longer endings first.
  private static let endings: [[UInt8]] = {
    let words = """
      ского скому скую ская скои скии ское ском скаи скае скі скага цкага цкая цкую цкои цкии цкое цкаи цкае \
      цкі ська ську ськоі ськии ське цька цьку цькоі цькии цьке dzkiego skiego ckiego dzkie dzki skaya skaja \
      skaia skoy skoi skiy skij skie ckie ski cki ska cka skyi
      """
    return words.split(separator: " ").map { Array($0.utf8) }.sorted { $0.count > $1.count }
  }()

  /// The root of an adjective made of a town's name (`брестская`, `брестской` → `брест`); nil when the text has no such
  /// ending or less than four letters before it.
  static func stem(_ folded: String) -> String? {
    let bytes = Array(folded.utf8)
    for ending in endings where bytes.count > ending.count && bytes.suffix(ending.count).elementsEqual(ending)
    {
      let root = String(decoding: bytes.dropLast(ending.count), as: UTF8.self)
      return root.unicodeScalars.count >= 4 ? root : nil
    }
    return nil
  }
}
