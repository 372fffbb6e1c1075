/// How a geocoder read the text: what stands for what, what it corrected, what it passed over.
public struct GeocodeDetail: Hashable, Sendable, Codable {
  /// Part (`city`, `street`, `house`, `postcode`, `region`, `district`, `country`) → the words that name it, as typed.
  public var matched: [String: String] = [:]
  /// Part → what it was taken for, where the words have a slip.
  public var corrected: [String: String] = [:]
  /// Words that play no part in the answer.
  public var ignored: [String] = []

  public init() {}
}

extension Geocoder {
  func detail(of answer: Answer) -> GeocodeDetail {
    var detail = GeocodeDetail()
    func words(_ range: Range<Int>) -> String? {
      let known = range.clamped(to: text.tokens.startIndex..<text.tokens.endIndex)
      return known.isEmpty ? nil : known.map { text.tokens[$0].raw }.joined(separator: " ")
    }
    detail.matched["city"] = words(answer.placeTokens) ?? query.components.city
    if answer.street != nil {
      detail.matched["street"] = words(answer.streetTokens) ?? query.components.street
      if answer.house != nil { detail.matched["house"] = words(answer.houseTokens) ?? query.components.house }
    }
    if answer.subdivision != nil, detail.matched["city"] == nil, text.regions.isEmpty, text.districts.isEmpty
    {
      detail.matched["region"] = words(0..<text.tokens.count)
    }
    if !text.regions.isEmpty { detail.matched["region"] = text.regions.joined(separator: " ") }
    if !text.districts.isEmpty { detail.matched["district"] = text.districts.joined(separator: " ") }
    detail.matched["country"] = text.countryWord
    if let postcode, let row = answer.place,
      postcodePlaces.contains(row) || answer.house.map({ $0.postcode != 0 }) == true
    {
      detail.matched["postcode"] = String(decoding: postcode, as: UTF8.self)
    }
    if answer.isPlaceCorrected || answer.placeMatch.isWrittenOtherwise,
      let place = answer.place.flatMap({ data.place($0) })?.name
    {
      detail.corrected["city"] = data.text(place)
    }
    if answer.isStreetCorrected, let street = answer.street.flatMap({ data.street($0) }) {
      detail.corrected["street"] = data.text(street.name)
    }
    let explained = answer.subdivision != nil ? Set(text.tokens.indices) : []
    detail.ignored = (answer.leftOver + text.ignored).filter { !explained.contains($0) }.sorted().map {
      text.tokens[$0].raw
    }
    if let postcode, detail.matched["postcode"] == nil {
      detail.ignored.append(String(decoding: postcode, as: UTF8.self))
    }
    return detail
  }
}
