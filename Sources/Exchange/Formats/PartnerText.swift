import CRM
import Foundation
import Geo

/// How ``PartnersCSV`` writes what has parts of its own into one cell, and how the import reads it again.

/// `1c:10023`, a line each. `%` and `:` in the system's name are written as `%25` and `%3A`.
enum ReferenceText {
  static func write(_ reference: ExternalReference) -> String {
    let system = reference.system.replacingOccurrences(of: "%", with: "%25")
      .replacingOccurrences(of: ":", with: "%3A")
    return "\(system):\(reference.key)"
  }

  /// Nil when system or key is missing.
  static func read(_ line: String) -> ExternalReference? {
    guard let colon = line.unicodeScalars.firstIndex(of: ":") else { return nil }
    let system = String(line[..<colon]).replacingOccurrences(of: "%3A", with: ":")
      .replacingOccurrences(of: "%25", with: "%")
    let reference = ExternalReference(
      system: TextFolding.clean(system, limit: 100),
      key: TextFolding.clean(String(line[line.unicodeScalars.index(after: colon)...]), limit: 200))
    return reference.system.isEmpty || reference.key.isEmpty ? nil : reference
  }
}

/// `Анна Ковальчук (директор) <+375 29 111-22-33, anna@example.by>`, a line each. Lists write `Анна Ковальчук, директор`
/// as well.
enum PersonText {
  static func write(_ person: ContactPerson) -> String {
    var text = person.name
    // Empty brackets where the name itself could be taken for a name with a job.
    if !person.position.isEmpty
      || person.name.unicodeScalars.contains(where: { ",()<>".unicodeScalars.contains($0) })
    {
      text += " (\(person.position))"
    }
    let points = person.contactPoints.map { point in
      let read = PersonText.point(point.value, country: nil)
      return read?.normalised == point.normalised && read?.kind == point.kind ? point.value : point.normalised
    }
    return points.isEmpty ? text : text + " <\(points.joined(separator: ", "))>"
  }

  /// - Parameter country: ISO code, for telephones without country code.
  static func read(_ text: String, country: String?) -> ContactPerson {
    var text = text
    var points: [ContactPoint] = []
    if text.hasSuffix(">"), let open = text.unicodeScalars.lastIndex(of: "<") {
      let inside = text[text.unicodeScalars.index(after: open)...].dropLast()
      points = inside.unicodeScalars.split { ",;".unicodeScalars.contains($0) }
        .compactMap { point(TextFolding.clean(String($0)), country: country) }
      let rest = TextFolding.clean(String(text[..<open]))
      if !points.isEmpty, !rest.isEmpty { text = rest } else { points = [] }
    }
    var person = nameAndJob(text)
    person.contactPoints = points
    return person
  }

  /// A telephone, an e-mail address or a web address, whichever the text is.
  private static func point(_ text: String, country: String?) -> ContactPoint? {
    if let normalised = EmailAddress.normalise(text) {
      return ContactPoint(kind: .email, value: text, normalised: normalised)
    }
    if let normalised = PhoneNumber.normalise(text, country: country) {
      return ContactPoint(kind: .phone, value: text, normalised: normalised)
    }
    return WebAddress.normalise(text).map { ContactPoint(kind: .web, value: text, normalised: $0) }
  }

  /// "Иванова Анна, директор" and "Anna Nowak (kierownik)" are a name and a job.
  private static func nameAndJob(_ text: String) -> ContactPerson {
    if let (name, job) = bracketedJob(text) { return ContactPerson(name: name, position: job) }
    let scalars = text.unicodeScalars
    let end = scalars.firstIndex { $0 == "," || $0 == "(" } ?? scalars.endIndex
    let name = TextFolding.clean(String(scalars[..<end]))
    let job = TextFolding.clean(
      String(scalars[end...]).trimmingCharacters(in: CharacterSet(charactersIn: ",() ")))
    guard !name.isEmpty, !job.isEmpty, !job.contains(","), !job.contains("(") else {
      return ContactPerson(name: text)
    }
    return ContactPerson(name: name, position: job)
  }

  /// What stands in the last pair of brackets, when they end the text.
  private static func bracketedJob(_ text: String) -> (String, String)? {
    let scalars = Array(text.unicodeScalars)
    guard scalars.last == ")" else { return nil }
    var depth = 0
    for index in scalars.indices.reversed() {
      if scalars[index] == ")" { depth += 1 }
      if scalars[index] == "(" { depth -= 1 }
      guard depth == 0 else { continue }
      func text(_ part: ArraySlice<Unicode.Scalar>) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: part)
        return TextFolding.clean(String(view))
      }
      let name = text(scalars[..<index])
      return name.isEmpty ? nil : (name, text(scalars[(index + 1)..<(scalars.count - 1)]))
    }
    return nil
  }
}

/// How well a place is known: a level's own name, or that it was set by hand.
enum LocationLevelText {
  static let pin = "pin"
  static let stale = "true"

  static func write(_ location: GeocodeResult) -> String {
    location.manual ? pin : location.level.rawValue
  }
}

/// A ban on visits: `yes`, or its last day.
enum BanText {
  static let endless = "yes"

  static func write(_ ban: DoNotVisit) -> String { ban.until?.description ?? endless }
}
