import CRM
import Store

/// The words of the pages that show data as it is.
struct MapPhrases: Sendable {
  struct Collection: Sendable {
    var title: String
    var text: String
  }

  var serviceTitle: String
  var serviceText: String
  var connect: String
  var collections: String
  var conformance: String
  var definition: String
  var definitionText: String
  var thisDocument: String
  var asPage: String
  var previousPage: String
  var nextPage: String
  var forPrograms: String
  var whereYouAre: String
  var browse: String
  var properties: String
  /// Any property, as a parameter.
  var eachProperty: String
  var sortables: String
  /// What the parameters `properties` and `sortby` do.
  var told: String
  /// How programs show who they are.
  var token: String
  var order: String
  var property: String
  var meaning: String
  var values: String
  var address: String
  var parameters: String
  var extent: String
  var time: String
  var systems: String
  var identifier: String
  var place: String
  var nowhere: String
  var nothing: String
  var yes: String
  var no: String
  /// How many are on the page, and of how many.
  var shown: @Sendable (String, String) -> String
  /// Says that features may be asked by each; takes the name of the collection.
  var propertiesText: @Sendable (String) -> String
  /// Says that features may be ordered by each; takes the name of the collection.
  var sortablesText: @Sendable (String) -> String
  /// By the names of `FeatureSource`.
  var collectionWords: [String: Collection]
  /// By the names of `FeatureProperty`.
  var propertyWords: [String: String]
  var kindWords: [String: String]
  /// Words for values of `status` and others, as "status.active".
  var valueWords: [String: String]

  func collection(_ name: String) -> Collection {
    collectionWords[name] ?? Collection(title: name, text: "")
  }

  func property(_ name: String) -> String { propertyWords[name] ?? name }

  func kind(_ kind: FeatureProperty.Kind) -> String { kindWords["\(kind)"] ?? "\(kind)" }

  func value(_ text: String, of property: String, in language: Language) -> String {
    switch property {
    case "state": Trip.State(rawValue: text).flatMap { language.phrases.tripState[$0] } ?? text
    case "visit": Stop.VisitState(rawValue: text).flatMap { language.phrases.visit[$0] } ?? text
    case "date", "firstDay", "lastDay":
      LocalDate(text).map { "\(language.date($0)) \($0.year)" } ?? text
    case "lastVisit", "savedAt", "arrival", "serviceStart", "departure":
      // To the minute; a page has no zone of its own.
      text.utf8.count >= 17
        ? text.prefix(16).replacing("T", with: " ") + " UTC" : text
    default: valueWords["\(property).\(text)"] ?? text
    }
  }
}
