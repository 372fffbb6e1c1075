import CRM
import Geo

/// Tells whether one text of an address says less than another about the same place.
enum AddressDetail {
  /// True when every word of `row` is known already, street or house of `known` are missing in it, and it names no other
  /// town: `Брест` beside `г. Брест, ул. Ленина, 5`, or `Брест, ул. Ленина`.
  /// - Parameter found: what a geocoder made of `row`.
  static func isVaguer(_ row: Address, than known: Address, found: GeocodeCandidate?) -> Bool {
    let parts = known.components
    let rowWords = Set(words(row.text))
    guard !rowWords.isEmpty else { return false }
    if let town = parts.city {
      if let own = row.components.city, words(own) != words(town) { return false }
      // Nothing but the name of another town.
      if let other = found?.components.city, words(other) != words(town), Set(words(other)) == rowWords {
        return false
      }
    }
    let area = [parts.country, parts.region, parts.regionCode, parts.district, parts.postcode]
    let areaWords = Set(area.compactMap { $0 }.flatMap(words))
    let knownWords = Set(words(known.text))
    var vocabulary = knownWords.union(areaWords)
    vocabulary.formUnion([parts.city, parts.street, parts.house].compactMap { $0 }.flatMap(words))
    if let found, found.components.city.map(words) == parts.city.map(words) {
      let area = [found.components.country, found.components.region, found.components.district]
      vocabulary.formUnion(area.compactMap { $0 }.flatMap(words))
    }
    guard rowWords.isSubset(of: vocabulary) else { return false }
    return !knownWords.subtracting(areaWords).isSubset(of: rowWords)
  }

  /// By sound, so that `Brest` is `Брест`; words of the form ("г.", "ул.", "область") left out.
  private static func words(_ text: String) -> [String] {
    TextFolding.words(text).filter { !form.contains($0) }.map { word in
      let sound = TextFolding.skeleton(word)
      return sound.isEmpty || word.utf8.contains { (0x30...0x39).contains($0) } ? word : sound
    }
  }

  private static let form: Set<String> = Set(
    [
      "г", "гор", "город", "пос", "п", "пгт", "гп", "аг", "агрогородок", "д", "дер", "деревня", "с", "село",
      "ул",
      "улица", "вул", "вуліца", "пр", "просп", "проспект", "пр-т", "пер", "переулок", "пл", "площадь", "б-р",
      "бульвар", "шоссе", "дом", "обл", "область", "вобласць", "р-н", "район", "республика", "рб", "m", "ul",
      "ulica",
      "al", "aleja", "pl", "plac", "st", "street", "str", "strasse", "straße", "woj", "powiat", "city",
      "town",
      "region", "oblast", "district",
    ].flatMap { TextFolding.words($0) })
}
