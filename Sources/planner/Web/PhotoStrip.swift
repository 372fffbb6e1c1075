import CRM
import Foundation

/// Photographs of a stop in a row, each a link to itself.
struct PhotoStrip: Sendable {
  var photos: [Photo]
  /// What they show.
  var name: String
  var clock: DayClock
  /// Whose photographs can be taken away here; nil for nobody's.
  var remover: (@Sendable (Photo) -> Bool)?

  /// An empty section where there are none.
  func values(in language: Language) -> HTMLValue {
    guard !photos.isEmpty else { return .flag(false) }
    let words = language.phrases.road
    return .object([
      "pictures": .list(
        photos.map { photo in
          let label = words.photoOf(name, language.moment(photo.at, clock))
          return .object([
            "address": .text("/api/v1/photos/\(photo.id)"), "width": .number(photo.width),
            "height": .number(photo.height), "label": .text(label),
            "removes": .optional(
              remover?(photo) == true ? "\(language.phrases.editing.remove): \(label)" : nil),
          ])
        })
    ])
  }
}
