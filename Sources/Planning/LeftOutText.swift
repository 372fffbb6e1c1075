import CRM

/// Sentences of the optimiser, which knows visits and days by number, in the manager's terms.
enum LeftOutText {
  /// The same with the partner's name wherever a visit is named by its number, and dates for days.
  /// - Parameter name: of a visit.
  static func named(_ text: String, dates: [LocalDate], _ name: (Int) -> String?) -> String {
    text.replacing(/\bvisit ([0-9]+)\b/) { match in
      Int(match.1).flatMap(name).map { "\"\($0)\"" } ?? String(match.0)
    }.replacing(/\bday ([0-9]+)\b/) { match in
      guard let number = Int(match.1), dates.indices.contains(number - 1) else { return String(match.0) }
      return "\(dates[number - 1])"
    }
  }
}
