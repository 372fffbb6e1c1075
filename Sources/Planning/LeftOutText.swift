import CRM

/// Sentences of the optimiser, which knows visits by number, in the manager's terms.
enum LeftOutText {
  /// The same with the partner's name wherever a visit is named by its number.
  static func named(_ text: String, _ visited: [PartnerSummary]) -> String {
    text.replacing(/\bvisit ([0-9]+)\b/) { match in
      guard let number = Int(match.1), visited.indices.contains(number) else { return String(match.0) }
      return "\"\(visited[number].name)\""
    }
  }
}
